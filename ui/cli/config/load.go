package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Environment variables that Load looks at, beside one for each setting: RINGSIDE_DESK_THEME for
// theme in [desk].
const (
	EnvFile    = "RINGSIDE_CONFIG"  // path of the file
	EnvProfile = "RINGSIDE_PROFILE" // name of the profile
	envPrefix  = "RINGSIDE_"
)

// maxFile bounds the file, in bytes.
const maxFile = 1 << 20

// Load gives the settings in effect: the defaults, over them the file, over it a profile of it,
// over that the environment.
//
// Path is what --config says. When it is "", the file is the one RINGSIDE_CONFIG names, else
// ringside/config.toml in the system's config folder; only there it may be missing. Profile is what
// --profile says; when it is "", RINGSIDE_PROFILE. Env is the environment by name. The error is an
// *Error.
func Load(path, profile string, env map[string]string) (Config, error) {
	c := Default()
	path, named := filePath(path, env)
	if profile == "" {
		profile = env[EnvProfile]
	}
	data, err := readFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
		data = nil
	case err != nil:
		return Config{}, unreadable(path, err)
	default:
		c.File = path
	}
	if err := c.file(path, profile, data, env); err != nil {
		return Config{}, err
	}
	if err := c.environment(env); err != nil {
		return Config{}, err
	}
	if err := c.agree(); err != nil {
		return Config{}, err
	}
	c.GoTo.ClientSecret = Secret(strings.TrimSpace(env[c.GoTo.ClientSecretEnv]))
	c.GoTo.Token = Secret(strings.TrimSpace(env[c.GoTo.TokenEnv]))
	c.GoTo.WebhookSecret = Secret(strings.TrimSpace(env[c.GoTo.WebhookSecretEnv]))
	return c, nil
}

// filePath gives the path of the file, and whether the user named it.
func filePath(path string, env map[string]string) (string, bool) {
	if path != "" {
		return path, true
	}
	if p := env[EnvFile]; p != "" {
		return p, true
	}
	return DefaultFile(env), false
}

func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, errors.New("it is a folder")
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("it has more than %d bytes", maxFile)
	}
	return os.ReadFile(path)
}

func unreadable(path string, err error) error {
	fix := "check --config and " + EnvFile
	if errors.Is(err, fs.ErrPermission) {
		fix = "make the file readable for you"
	}
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		err = p.Err // its own text repeats the path
	}
	return &Error{File: path, What: "reading the config file", Fix: fix, Err: err}
}

// file lays the settings of a file and of one profile of it over c.
func (c *Config) file(path, profile string, data []byte, env map[string]string) error {
	d, err := parse(path, data)
	if err != nil {
		return err
	}
	if err := d.has(profile); err != nil {
		return err
	}
	list, err := d.assignments()
	if err != nil {
		return err
	}
	// A profile lies over the file wherever in it the profile stands. The settings of the other
	// profiles are checked too, on a copy: a mistake in them should not wait for its day.
	for _, one := range list {
		if one.profile == "" {
			if err := d.assign(c, one, env, FromFile); err != nil {
				return err
			}
		}
	}
	for _, one := range list {
		to, other := c, *c
		switch one.profile {
		case "":
			continue
		case profile:
		default:
			to = &other
		}
		if err := d.assign(to, one, env, FromProfile); err != nil {
			return err
		}
	}
	c.Profile = profile
	return nil
}

// has checks that a profile is there.
func (d *document) has(profile string) error {
	names := d.profiles()
	if profile == "" {
		return nil
	}
	for _, n := range names {
		if n == profile {
			return nil
		}
	}
	fix := "add a table such as [profile." + profile + ".goto] to the file"
	if near := nearest(profile, names); near != "" {
		fix = fmt.Sprintf("did you mean %s?", near)
	} else if len(names) > 0 {
		fix = "the profiles are " + strings.Join(names, ", ")
	}
	return &Error{File: d.file, What: "there is no profile " + quoted(profile), Fix: fix}
}

// assign puts one setting of the file into c.
func (d *document) assign(c *Config, one assignment, env map[string]string, from Origin) error {
	s, v := one.setting, one.value
	if p, ok := v.(string); ok && s.path {
		v = absolute(p, filepath.Dir(d.file), env)
	}
	if err := s.value.put(c, v); err != nil {
		var part *misplaced
		if errors.As(err, &part) {
			return d.misplaced(one.path, part)
		}
		what, fix := s.complain(v, err)
		return d.wrong(one.path, fix, "%s", what)
	}
	if p, ok := s.value.(placed[Config]); ok {
		p.place(c, func(part string) int { return nearestPlace(d.places, slices.Concat(one.path, []string{part})).line })
	}
	c.from(s.name(), from)
	c.stands(s.name(), spot{one.path, d.places})
	return nil
}

// misplaced makes the error of something wrong within a setting that has parts.
func (d *document) misplaced(path []string, part *misplaced) *Error {
	whole := slices.Concat(path, part.path)
	name := written(whole)
	if part.what == "" {
		return d.wrong(whole, part.fix, "unknown key %s", quoted(name))
	}
	return d.wrong(whole, part.fix, "%s %s", name, part.what)
}

// written gives a path as people write it: without the numbers of tables that repeat, which the
// place in the file tells.
func written(path []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(path), func(p string) bool {
		_, err := strconv.Atoi(p)
		return err == nil
	}), ".")
}

// environment lays the variables of single settings over c.
func (c *Config) environment(env map[string]string) error {
	for _, s := range settings() {
		name := s.variable()
		raw, ok := env[name]
		if !ok {
			continue
		}
		v, err := s.parse(raw)
		if err != nil {
			v, err = raw, errType
		} else {
			err = s.value.put(c, v)
		}
		if err != nil {
			what, fix := s.complain(v, err)
			return &Error{File: name, What: what, Fix: fix}
		}
		c.from(s.name(), FromEnv)
	}
	return nil
}

// parse makes a TOML value of the text of a setting's variable.
func (s setting) parse(raw string) (any, error) {
	if v, ok := s.value.(spelled); ok {
		return v.parse(raw)
	}
	return nil, errType
}

// variable is the environment variable of a setting.
func (s setting) variable() string { return variableOf(s.name()) }

func variableOf(name string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(name, ".", "_"))
}

// complain says what is wrong with a value, and what to do.
func (s setting) complain(v any, err error) (what, fix string) {
	switch {
	case errors.Is(err, errSecret):
		return fmt.Sprintf("%s must be %v", s.name(), err), "put the secret in an environment variable and write that variable's name here"
	case errors.Is(err, errType):
		return fmt.Sprintf("%s must be %s, not %s", s.name(), s.value.want(), kind(v)),
			s.show()
	}
	must, _, _ := strings.Cut(err.Error(), "; did you")
	shown := fmt.Sprint(v)
	switch t := v.(type) {
	case string:
		shown = quoted(t)
	case []any, map[string]any: // too much to show
		return fmt.Sprintf("%s must be %s", s.name(), must), s.mend(err)
	}
	return fmt.Sprintf("%s is %s, but must be %s", s.name(), shown, must), s.mend(err)
}

// mend gives the hint of a value that is out of bounds.
func (s setting) mend(err error) string {
	if _, near, ok := strings.Cut(err.Error(), "; did"); ok {
		return "did" + near
	}
	return s.show()
}

// show is a hint with a value that is right.
func (s setting) show() string {
	if v, ok := s.value.(blocked[Config]); ok {
		heading, _ := v.sample()
		return "begin it with " + heading + " on a line of its own; `ringside config example` has one"
	}
	c := Default()
	return fmt.Sprintf("write for example: %s = %s", s.key, s.value.toml(&c))
}

// kind names the type of a TOML value.
func kind(v any) string {
	switch v.(type) {
	case string:
		return "a text"
	case int64:
		return "a whole number"
	case float64:
		return "a number with a point"
	case bool:
		return "true or false"
	case []any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return "a date or time"
}

// agree checks the settings against each other.
func (c *Config) agree() error {
	t := c.Thresholds
	over := func(amber, red string) error {
		return &Error{
			File: c.File, What: fmt.Sprintf("thresholds.%s comes after thresholds.%s", amber, red),
			Fix: "make amber the one that is reached first",
		}
	}
	switch {
	case t.WaitRed > 0 && t.WaitAmber > t.WaitRed:
		return over("wait_amber", "wait_red")
	case t.QueueRed > 0 && t.QueueAmber > t.QueueRed:
		return over("queue_amber", "queue_red")
	case t.OwedRed > 0 && t.OwedAmber > t.OwedRed:
		return over("owed_amber", "owed_red")
	case t.SLAAmber < t.SLARed:
		return over("sla_amber", "sla_red")
	}
	return nil
}
