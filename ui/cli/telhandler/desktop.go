//go:build !windows && !darwin

package telhandler

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	entry  = "ringside-tel.desktop"
	scheme = "x-scheme-handler/tel"
	// before keeps, in our own entry, who opened links before us.
	before = "X-Ringside-Before="
)

// Install writes a desktop entry and makes it the default for tel: links (freedesktop.org, Desktop Entry
// and MIME Applications specifications). It may be repeated.
func (h Handler) Install() (State, error) {
	path, list, err := h.paths()
	if err != nil {
		return State{}, err
	}
	line, err := execLine(append([]string{h.Program}, h.Args...))
	if err != nil {
		return State{}, err
	}
	text, err := read(list)
	if err != nil {
		return State{}, err
	}
	was := defaultOf(text)
	if was == entry {
		old, err := read(path)
		if err != nil {
			return State{}, err
		}
		was = value(old, before)
	}
	body := "[Desktop Entry]\nType=Application\nName=ringside\nComment=Dial a number with ringside\nExec=" + line +
		"\nTerminal=true\nNoDisplay=true\nMimeType=" + scheme + ";\n" + before + was + "\n"
	if err := write(path, body); err != nil {
		return State{}, err
	}
	if err := write(list, withDefault(text, entry)); err != nil {
		return State{}, err
	}
	return h.Status()
}

// Uninstall takes back what Install did; links are opened by whoever opened them before.
func (h Handler) Uninstall() (State, error) {
	path, list, err := h.paths()
	if err != nil {
		return State{}, err
	}
	text, err := read(list)
	if err != nil {
		return State{}, err
	}
	if defaultOf(text) == entry {
		ours, err := read(path)
		if err != nil {
			return State{}, err
		}
		if err := write(list, withDefault(text, value(ours, before))); err != nil {
			return State{}, err
		}
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return State{}, err
	}
	return h.Status()
}

// Status tells how links are opened.
func (h Handler) Status() (State, error) {
	path, list, err := h.paths()
	if err != nil {
		return State{}, err
	}
	ours, err := read(path)
	if err != nil {
		return State{}, err
	}
	text, err := read(list)
	if err != nil {
		return State{}, err
	}
	s := State{Installed: ours != "", Where: path, Program: program(value(ours, "Exec="))}
	switch by := defaultOf(text); {
	case by == entry:
		s.Default = s.Installed
	default:
		s.Other = by
	}
	if s.Installed && !s.Default {
		s.Next = "make ringside the default again: ringside tel install"
	}
	return s, nil
}

// paths gives our entry and the person's list of defaults.
func (h Handler) paths() (path, list string, err error) {
	dir := func(variable, below string) string {
		if d := h.Env[variable]; filepath.IsAbs(d) {
			return d
		}
		if home := h.Env["HOME"]; home != "" {
			return filepath.Join(home, below)
		}
		return ""
	}
	data, config := dir("XDG_DATA_HOME", ".local/share"), dir("XDG_CONFIG_HOME", ".config")
	if data == "" || config == "" {
		return "", "", errors.New("there is no home folder: neither HOME nor XDG_DATA_HOME and XDG_CONFIG_HOME are set")
	}
	return filepath.Join(data, "applications", entry), filepath.Join(config, "mimeapps.list"), nil
}

// execLine writes a command as the value of Exec, with the link behind it.
func execLine(args []string) (string, error) {
	var out []string
	for _, a := range args {
		if strings.ContainsFunc(a, func(r rune) bool { return r < ' ' }) {
			return "", errPath
		}
		// Within quotes four characters are escaped; the value itself is a string, whose backslashes
		// are escaped once more; % begins a field.
		quoted := strings.NewReplacer(`\`, `\\\\`, `"`, `\\"`, "`", "\\\\`", `$`, `\\$`, `%`, `%%`).Replace(a)
		out = append(out, `"`+quoted+`"`)
	}
	return strings.Join(out, " ") + " %u", nil
}

// program takes the program out of a line that execLine has written.
func program(line string) string {
	line = strings.TrimPrefix(line, `"`)
	var b strings.Builder
	for line != "" && line[0] != '"' {
		took := false
		for _, p := range [][2]string{{`\\\\`, `\`}, {`\\"`, `"`}, {"\\\\`", "`"}, {`\\$`, `$`}, {`%%`, `%`}} {
			if rest, ok := strings.CutPrefix(line, p[0]); ok {
				b.WriteString(p[1])
				line, took = rest, true
				break
			}
		}
		if !took {
			b.WriteByte(line[0])
			line = line[1:]
		}
	}
	return b.String()
}

// maxFile bounds the files that are read.
const maxFile = 1 << 20

// read gives a file's text, "" where there is none.
func read(path string) (string, error) {
	st, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	case st.Size() > maxFile:
		return "", fmt.Errorf("%s is too long to be what it should be", path)
	}
	b, err := os.ReadFile(path)
	return string(b), err
}

// write replaces a file whole, through links to it.
func write(path, text string) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if st, err := os.Stat(path); err == nil {
		mode = st.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".ringside-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Chmod(mode), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// value gives what stands behind a key of a desktop entry.
func value(text, key string) string {
	for line := range strings.Lines(text) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), key); ok {
			return v
		}
	}
	return ""
}

const defaults = "[Default Applications]"

// defaultOf gives who opens tel: links by a list of defaults; the first one of several.
func defaultOf(text string) string {
	within := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			within = line == defaults
			continue
		}
		if v, ok := strings.CutPrefix(line, scheme+"="); within && ok {
			first, _, _ := strings.Cut(v, ";")
			return strings.TrimSpace(first)
		}
	}
	return ""
}

// withDefault gives a list of defaults in which by opens tel: links; "" is nobody. All else stays as it is.
func withDefault(text, by string) string {
	var out strings.Builder
	line := ""
	if by != "" {
		line = scheme + "=" + by + "\n"
	}
	within, done := false, false
	for l := range strings.Lines(text) {
		if !strings.HasSuffix(l, "\n") {
			l += "\n"
		}
		t := strings.TrimSpace(l)
		switch {
		case strings.HasPrefix(t, "["):
			within = t == defaults
			out.WriteString(l)
			if within && !done {
				out.WriteString(line)
				done = true
			}
		case within && strings.HasPrefix(t, scheme+"="):
		default:
			out.WriteString(l)
		}
	}
	if !done && line != "" {
		if out.Len() > 0 {
			out.WriteString("\n")
		}
		out.WriteString(defaults + "\n" + line)
	}
	return out.String()
}
