package secret

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Spec says where a secret is kept. Exactly one of its fields is set.
type Spec struct {
	Env     string   // name of an environment variable
	Keyring string   // name in the system's keyring
	Command []string // program and arguments; the first line that it prints is the secret
}

// errPlain is what a secret written into the configuration gives.
var errPlain = errors.New(`a secret does not stand in the configuration: say where it is kept, "env:NAME", "keyring:NAME" or { command = ["pass", "show", "crm"] }`)

// ParseSpec reads a setting: "env:HUBSPOT_TOKEN", "keyring:hubspot", or a table with one of env,
// keyring and command. The error does not repeat the setting, which may be the secret itself.
func ParseSpec(v any) (Spec, error) {
	switch v := v.(type) {
	case string:
		if name, ok := strings.CutPrefix(v, "env:"); ok && name != "" {
			return Spec{Env: name}, nil
		}
		if name, ok := strings.CutPrefix(v, "keyring:"); ok && name != "" {
			return Spec{Keyring: name}, nil
		}
		return Spec{}, errPlain
	case map[string]any:
		return table(v)
	}
	return Spec{}, errPlain
}

func table(m map[string]any) (Spec, error) {
	if len(m) != 1 {
		return Spec{}, errors.New("say one place where the secret is kept: env, keyring or command")
	}
	for key, v := range m {
		text, _ := v.(string)
		switch {
		case key == "env" && text != "":
			return Spec{Env: text}, nil
		case key == "keyring" && text != "":
			return Spec{Keyring: text}, nil
		case key == "command":
			return command(v)
		case key == "env" || key == "keyring":
			return Spec{}, fmt.Errorf("%s must be a name", key)
		}
	}
	return Spec{}, errPlain
}

func command(v any) (Spec, error) {
	var argv []string
	switch v := v.(type) {
	case []string:
		argv = slices.Clone(v)
	case []any:
		for _, one := range v {
			s, ok := one.(string)
			if !ok {
				return Spec{}, errors.New("command must be a list of texts")
			}
			argv = append(argv, s)
		}
	default:
		return Spec{}, errors.New(`command must be a list, the program and its arguments: ["pass", "show", "crm"]`)
	}
	if len(argv) == 0 || argv[0] == "" {
		return Spec{}, errors.New("command must name a program")
	}
	return Spec{Command: argv}, nil
}

// String says where the secret is kept; of a command only the program's name.
func (s Spec) String() string {
	switch {
	case s.Env != "":
		return "the environment variable " + s.Env
	case s.Keyring != "":
		return "the keyring's " + s.Keyring
	case len(s.Command) > 0:
		return "the command " + s.Command[0]
	}
	return "nowhere"
}
