// Package source opens sources of contacts by what the configuration says of them: a kind, a name
// and settings. Each kind is a package below this one; docs/sources.md describes them for those who
// use them and for those who write another.
package source

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"ringside/lookup"
	"ringside/lookup/source/secret"
)

// Spec is a source as the configuration names it: one [[contacts.source]] table, its kind and name
// taken out. Settings hold what a TOML decoder makes of a table: string, bool, int64, float64,
// []any, map[string]any.
type Spec struct {
	Kind     string
	Name     string // what the trail calls it; "" is the kind
	Settings map[string]any
}

// Env is what a source is opened in. Vault is needed.
type Env struct {
	Region string        // ISO 3166, of numbers without a country code
	Dir    string        // where relative paths start: the folder of the config file
	Data   string        // folder for copies of what is far away; "" keeps none
	Vault  *secret.Vault // where secrets come from; it must be closed after the sources
	HTTP   *http.Client  // nil: each source has its own
}

// Opened is a source ready for lookup.New. Close it after the desk.
type Opened struct {
	lookup.Use
	close    func() error
	problems func() []string
}

// Close lets go of what the source holds.
func (o *Opened) Close() error {
	if o.close == nil {
		return nil
	}
	return o.close()
}

// Problems says, in lines for a person, what of the source cannot be used: rows, cards, an old copy.
func (o *Opened) Problems() []string {
	if o.problems == nil {
		return nil
	}
	return o.problems()
}

// Setting is one setting of a kind, for the configuration and its documentation.
type Setting struct {
	Name string
	Type Type
	Doc  string
	Need bool // there is no default
}

// Type is what a setting holds.
type Type string

// The types.
const (
	Text     Type = "text"
	Path     Type = "path"
	Bool     Type = "true or false"
	Amount   Type = "number"
	Duration Type = "duration" // "1.5s"
	List     Type = "list of texts"
	Table    Type = "table of texts"
	Paths    Type = "table of paths in JSON" // a text or a list of texts each
	Secret   Type = "secret"
	Secrets  Type = "table of secrets"
)

// Kind is a kind of source.
type Kind struct {
	Name     string
	Doc      string
	Settings []Setting // without those of every kind (Common)

	timeout time.Duration
	keep    bool
	open    func(*reader, Env, string) (*Opened, error)
}

// Common are the settings of every kind.
func Common() []Setting {
	return []Setting{
		{Name: "timeout", Type: Duration, Doc: "how long the card waits for it; 3 s, for files 50 ms"},
		{Name: "keep", Type: Bool, Doc: "keep its answers for ten minutes, and that there is none for one; not for files"},
		{Name: "rate", Type: Amount, Doc: "look-ups a second that it takes; no limit"},
	}
}

// Kinds are all kinds, by name.
func Kinds() []Kind {
	all := slices.Concat(fileKinds(), askedKinds(), crmKinds())
	slices.SortFunc(all, func(a, b Kind) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// Error says what is wrong with a source in the configuration.
type Error struct {
	Source  string // its name
	Setting string // "" when it is not about one
	Err     error
	Fix     string
}

// Error gives "source crm: url: …".
func (e *Error) Error() string {
	s := "source " + e.Source + ": "
	if e.Setting != "" {
		s += e.Setting + ": "
	}
	return s + e.Err.Error()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint says what to do about it.
func (e *Error) Hint() string {
	if h := (interface{ Hint() string })(nil); e.Fix == "" && errors.As(e.Err, &h) {
		return h.Hint()
	}
	return e.Fix
}

// Open opens a source. Unknown settings are errors, with the nearest name.
func Open(spec Spec, env Env) (*Opened, error) {
	name := cmp.Or(spec.Name, spec.Kind)
	kinds := Kinds()
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == spec.Kind })
	if i < 0 {
		var names []string
		for _, k := range kinds {
			names = append(names, k.Name)
		}
		return nil, &Error{Source: name, Setting: "kind", Err: fmt.Errorf("there is no kind %q", spec.Kind), Fix: near(spec.Kind, names)}
	}
	k := kinds[i]
	r := &reader{settings: spec.Settings, env: env}
	if err := r.check(slices.Concat(k.Settings, Common())); err != nil {
		err.Source = name
		return nil, err
	}
	o, err := k.open(r, env, name)
	if err != nil {
		if r.failed != nil {
			err = r.failed
		}
		var e *Error
		if !errors.As(err, &e) {
			e = &Error{Err: err}
		}
		e.Source = name
		return nil, e
	}
	o.Timeout = cmp.Or(r.duration("timeout"), k.timeout)
	o.Keep = k.keep
	if v, ok := spec.Settings["keep"].(bool); ok {
		o.Keep = v
	}
	o.Rate = r.amount("rate")
	return o, nil
}

// fileName makes a file name of a source's name; different names give different files.
func fileName(name string) string {
	safe := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(name), "-")
	sum := uint32(2166136261) // FNV-1a
	for i := range len(name) {
		sum = (sum ^ uint32(name[i])) * 16777619
	}
	return fmt.Sprintf("%.40s-%08x", strings.Trim(safe, "-"), sum)
}

// copyPath gives the file for the copy of a source.
func (e Env) copyPath(name string) string {
	if e.Data == "" {
		return ""
	}
	return filepath.Join(e.Data, "carddav-"+fileName(name)+".json")
}

// near says which name may have been meant.
func near(name string, names []string) string {
	best, distance := "", 1+max(2, len(name)/3)
	for _, n := range slices.Sorted(slices.Values(names)) {
		if d := edits(strings.ToLower(name), n); d < distance {
			best, distance = n, d
		}
	}
	if best == "" {
		return "there are " + strings.Join(slices.Sorted(slices.Values(names)), ", ")
	}
	return "did you mean " + best + "?"
}

// edits counts the single-letter changes that make b of a; long texts are just different.
func edits(a, b string) int {
	if len(a) > 64 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			same := 1
			if a[i] == b[j] {
				same = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+same)
		}
	}
	return row[len(b)]
}

// names gives the names of settings.
func names(all []Setting) []string {
	m := map[string]bool{}
	for _, s := range all {
		m[s.Name] = true
	}
	return slices.Sorted(maps.Keys(m))
}
