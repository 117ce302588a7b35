package pop

import (
	"runtime"
	"slices"

	"ringside/store/call"
)

// Command is a template of a program with its arguments about something else than a call. It is held
// to the rules of pops: no shell, one template is one argument, a value never names a program, an
// option or a script.
type Command struct{ program *program }

// ParseCommand compiles a template; variables are the names that it may use, without dollars.
func ParseCommand(words, variables []string) (*Command, *Error) {
	allowed, err := allowSchemes(nil)
	if err != nil {
		return nil, err
	}
	p, err := parseProgram(words, &names{only: slices.Clone(variables)}, allowed, here(runtime.GOOS))
	if err != nil {
		return nil, err
	}
	return &Command{p}, nil
}

// Argv fills the template. The error says which argument a value would make an option of.
func (c *Command) Argv(values map[string]string) ([]string, error) {
	argv, _, err := c.program.render(&facts{call: &call.Call{}, user: User{Parameters: values}})
	return argv, err
}
