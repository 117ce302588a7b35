package pop

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

// system is what a template of a program is compiled for.
type system struct {
	os   string                            // as runtime.GOOS
	stat func(string) (fs.FileInfo, error) // os.Stat
}

// program is a template of a program and its arguments.
type program struct {
	written []string
	path    string
	args    []argument
	windows bool
	stays   bool          // it is only started, and lives as long as it likes
	limit   time.Duration // of one that does not stay
}

// argument is a template of one argument: text, or an address behind a fixed beginning.
type argument struct {
	parts  []part
	before string // "--app="
	url    *address
	fenced bool // "--" stands before it: whatever follows is no option
}

// parseProgram compiles a template of a program: its path, and its arguments.
func parseProgram(words []string, n *names, allowed schemes, sys system) (*program, *Error) {
	if len(words) == 0 {
		return nil, wrong(`write ["/usr/bin/notify-send", "$caller_name$"]`, "has no program")
	}
	if len(words) > maxArguments {
		return nil, wrong("at most 64", "has too many arguments")
	}
	p := &program{written: slices.Clone(words), windows: sys.os == "windows"}
	parts, err := scan(words[0], n)
	if err != nil {
		return nil, err
	}
	var ok bool
	if p.path, ok = plain(parts); !ok {
		return nil, wrong("write the program out; variables may stand in its arguments", "%s: a value never names a program", quoted(words[0]))
	}
	if err := sys.runs(p.path); err != nil {
		return nil, err
	}
	fenced := false
	for _, w := range words[1:] {
		arg, err := parseArgument(w, n, allowed)
		if err != nil {
			return nil, err
		}
		arg.fenced = fenced
		fenced = fenced || w == "--"
		p.args = append(p.args, arg)
	}
	return p, p.noScript()
}

func parseArgument(text string, n *names, allowed schemes) (argument, *Error) {
	if text == "" {
		return argument{}, nil
	}
	parts, err := scan(text, n)
	if err != nil {
		return argument{}, err
	}
	if _, fixed := plain(parts); fixed {
		return argument{parts: parts}, nil
	}
	before := regexp.MustCompile(`^-{1,2}[A-Za-z][\w-]*=`).FindString(text)
	if rest := text[len(before):]; allowed[schemeOf(rest)] {
		u, err := parseAddress(rest, n, allowed)
		return argument{before: before, url: u}, err
	}
	return argument{parts: parts}, nil
}

// runs tells what is wrong with the path of a program on this system.
func (s system) runs(name string) *Error {
	if !s.absolute(name) {
		fix := "write its whole path, as /usr/bin/notify-send"
		if s.os == "windows" {
			fix = `write its whole path, as C:\Program Files\MyApp\myapp.exe`
		}
		return wrong(fix, "%s is not the whole path of a program", quoted(name))
	}
	info, err := s.stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return wrong("write the path of a program that is here", "there is no %s", quoted(name))
	case err != nil:
		return &Error{What: quoted(name) + " cannot be looked at", Fix: "see that it may be read and run", Err: err}
	case !info.Mode().IsRegular():
		return wrong("write the path of a program", "%s is no file", quoted(name))
	case s.os == "windows":
		if ext := strings.ToLower(path.Ext(name)); ext != ".exe" && ext != ".com" {
			return wrong("name an .exe: Windows would hand the others to a shell", "%s is no program", quoted(name))
		}
	case info.Mode()&0o111 == 0:
		return wrong("chmod +x it", "%s may not be run", quoted(name))
	}
	return nil
}

// absolute tells whether a text is the whole path of a file on the system.
func (s system) absolute(name string) bool {
	if s.os != "windows" {
		return strings.HasPrefix(name, "/")
	}
	drive := len(name) > 2 && (name[0]|0x20) >= 'a' && (name[0]|0x20) <= 'z' && name[1] == ':' && (name[2] == '\\' || name[2] == '/')
	return drive || strings.HasPrefix(name, `\\`)
}

// pathLike tells whether a target is meant as a path, on whatever system.
func pathLike(text string) bool {
	return strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "//") || system{os: "windows"}.absolute(text)
}

// noScript refuses interpreters whose script a value would be part of. Values behind the script,
// as arguments of it, are as safe as those of any program.
func (p *program) noScript() *Error {
	name := strings.ToLower(p.path[strings.LastIndexAny(p.path, `/\`)+1:])
	name = strings.TrimSuffix(name, ".exe")
	script := func(end int) *Error { // it ends before this argument
		for _, a := range p.args[:min(end, len(p.args))] {
			if a.varies() {
				return wrong(`hand the value over as an argument of its own: ["/bin/sh", "-c", "script \"$$1\"", "name", "$caller$"]`,
					"%s would run what a caller says", quoted(name))
			}
		}
		return nil
	}
	switch stem := strings.TrimRight(name, "0123456789."); stem {
	case "cmd", "command", "powershell", "pwsh", "wscript", "cscript", "mshta", "rundll", "env", "xargs", "eval", "osascript", "busybox":
		return script(len(p.args))
	case "sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "fish", "csh", "tcsh", "python", "perl", "ruby", "node", "php", "lua", "awk", "gawk", "mawk":
		for i, w := range p.written[1:] {
			if !strings.HasPrefix(w, "-") {
				return script(i + 1) // it, or what stands before it, is the script
			}
			if len(w) > 1 && w[1] != '-' && strings.ContainsAny(w[1:], "cer") {
				return script(i + 2)
			}
		}
		return script(len(p.args))
	}
	return nil
}

// varies tells whether there is a variable in the argument.
func (a argument) varies() bool {
	_, fixed := plain(a.parts)
	return a.url != nil || !fixed
}

// variables calls each for every variable of the program's arguments.
func (p *program) variables(each func(*variable)) {
	for _, a := range p.args {
		parts := a.parts
		if a.url != nil {
			parts = a.url.parts
		}
		for _, part := range parts {
			if part.variable != nil {
				each(part.variable)
			}
		}
	}
}

// render fills the arguments: each template is one argument, whatever its values hold.
func (p *program) render(f *facts) ([]string, []Filled, error) {
	argv := []string{p.path}
	var filled []Filled
	for i, a := range p.args {
		if a.url != nil {
			s, more, err := a.url.render(f)
			filled = append(filled, more...)
			if err != nil {
				return nil, filled, err
			}
			argv = append(argv, a.before+s)
			continue
		}
		var b strings.Builder
		for _, part := range a.parts {
			if part.variable == nil {
				b.WriteString(part.text)
				continue
			}
			value, note := part.variable.value(f)
			b.WriteString(value)
			filled = append(filled, Filled{
				Variable: part.variable.written, Place: fmt.Sprintf("%s %d", inArgument, i+1), Value: value, Encoded: value, Note: note,
			})
		}
		arg := b.String()
		if len(a.parts) > 0 && a.parts[0].variable != nil && p.option(arg, a.fenced) {
			return nil, filled, fmt.Errorf("argument %d looks like an option", i+1)
		}
		argv = append(argv, arg)
	}
	return argv, filled, nil
}

// option tells whether a program may take an argument for an option.
func (p *program) option(arg string, fenced bool) bool {
	return strings.HasPrefix(arg, "-") && !fenced || p.windows && strings.HasPrefix(arg, "/")
}

// here is the system this program runs on.
func here(goos string) system { return system{os: goos, stat: os.Stat} }
