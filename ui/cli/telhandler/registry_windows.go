package telhandler

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sys/windows/registry"
)

// What Windows reads of a program that can open links (Microsoft, "Default Programs").
const (
	class        = `Software\Classes\ringside.tel`
	program      = `Software\ringside`
	capabilities = program + `\Capabilities`
	registered   = `Software\RegisteredApplications`
	choice       = `Software\Microsoft\Windows\Shell\Associations\UrlAssociations\tel\UserChoice`
	progID       = "ringside.tel"
)

// Install offers ringside to Windows as a program that opens tel: links. Which one does, the person alone
// may choose.
func (h Handler) Install() (State, error) {
	line, err := commandLine(append([]string{h.Program}, h.Args...))
	if err != nil {
		return State{}, err
	}
	for _, v := range []struct{ key, name, value string }{
		{class, "", "URL:tel"},
		{class, "URL Protocol", ""},
		{class + `\shell\open\command`, "", line},
		{capabilities, "ApplicationName", "ringside"},
		{capabilities, "ApplicationDescription", "Dial a number with ringside"},
		{capabilities + `\URLAssociations`, "tel", progID},
		{registered, "ringside", capabilities},
	} {
		if err := set(v.key, v.name, v.value); err != nil {
			return State{}, fmt.Errorf(`writing HKCU\%s: %w`, v.key, err)
		}
	}
	return h.Status()
}

func set(key, name, value string) error {
	k, _, err := registry.CreateKey(registry.CURRENT_USER, key, registry.SET_VALUE)
	if err != nil {
		return err
	}
	return errors.Join(k.SetStringValue(name, value), k.Close())
}

// Uninstall takes back what Install did.
func (h Handler) Uninstall() (State, error) {
	for _, key := range []string{
		class + `\shell\open\command`, class + `\shell\open`, class + `\shell`, class,
		capabilities + `\URLAssociations`, capabilities, program,
	} {
		if err := registry.DeleteKey(registry.CURRENT_USER, key); err != nil && !errors.Is(err, registry.ErrNotExist) {
			return State{}, fmt.Errorf(`deleting HKCU\%s: %w`, key, err)
		}
	}
	k, err := registry.OpenKey(registry.CURRENT_USER, registered, registry.SET_VALUE)
	if err == nil {
		err = k.DeleteValue("ringside")
		err = errors.Join(ignoreAbsent(err), k.Close())
	}
	if ignoreAbsent(err) != nil {
		return State{}, fmt.Errorf(`deleting HKCU\%s: %w`, registered, err)
	}
	return h.Status()
}

func ignoreAbsent(err error) error {
	if errors.Is(err, registry.ErrNotExist) {
		return nil
	}
	return err
}

// Status tells how links are opened.
func (h Handler) Status() (State, error) {
	s := State{Where: `HKCU\` + class}
	line, err := get(class+`\shell\open\command`, "")
	if err != nil {
		return s, err
	}
	s.Installed = line != ""
	if s.Program = line; strings.HasPrefix(line, `"`) {
		s.Program, _, _ = strings.Cut(line[1:], `"`)
	}
	by, err := get(choice, "ProgId")
	if err != nil {
		return s, err
	}
	switch {
	case by == progID:
		s.Default = s.Installed
	default:
		s.Other = by
	}
	if s.Installed && !s.Default {
		s.Next = "choose ringside for TEL in Settings, Apps, Default apps"
	}
	return s, nil
}

// get gives a value, "" where there is none.
func get(key, name string) (string, error) {
	k, err := registry.OpenKey(registry.CURRENT_USER, key, registry.QUERY_VALUE)
	if err != nil {
		return "", ignoreAbsent(err)
	}
	defer k.Close()
	v, _, err := k.GetStringValue(name)
	return v, ignoreAbsent(err)
}

// commandLine writes a command with the link behind it.
func commandLine(args []string) (string, error) {
	var out []string
	for _, a := range args {
		if strings.ContainsAny(a, "\"%\r\n") || strings.HasSuffix(a, `\`) {
			return "", errPath
		}
		out = append(out, `"`+a+`"`)
	}
	return strings.Join(out, " ") + ` "%1"`, nil
}
