package login

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ringside/gotoapi"
	"ringside/store/call"
	"ringside/ui/cli/config"
	"ringside/ui/cli/credentials"
)

// Account is a GoTo Connect account that the person belongs to.
type Account struct {
	Key          string
	Name         string // of the organization; may be empty
	Organization string // its id; may be empty
	Lines        []gotoapi.Line
}

// Label names the account for people.
func (a Account) Label() string {
	if a.Name == "" {
		return "account " + a.Key
	}
	return a.Name + " (" + a.Key + ")"
}

// Find asks which accounts and lines the person has. Some people have no line, some OAuth clients
// may read only one of the two lists; what either tells is taken.
func Find(ctx context.Context, c *gotoapi.Client) ([]Account, error) {
	lines, linesErr := c.Identity.Lines(ctx, "")
	me, meErr := c.Identity.Me(ctx)
	if linesErr != nil && meErr != nil {
		return nil, fmt.Errorf("finding your account: %w", linesErr)
	}
	var out []Account
	at := func(key, name, organization string) *Account {
		i := slices.IndexFunc(out, func(a Account) bool { return a.Key == key })
		if i < 0 {
			i = len(out)
			out = append(out, Account{Key: key})
		}
		if a := &out[i]; a.Name == "" && a.Organization == "" {
			a.Name, a.Organization = name, organization
		}
		return &out[i]
	}
	for _, m := range me {
		if m.Account != "" {
			a := at(m.Account, m.OrgName, m.Organization)
			a.Lines = append(a.Lines, m.Lines...)
		}
		lines = append(lines, m.Lines...)
	}
	for _, n := range lines {
		if n.Account == "" {
			continue
		}
		a := at(n.Account, n.OrgName, n.Organization)
		if !slices.ContainsFunc(a.Lines, func(known gotoapi.Line) bool { return known.ID == n.ID }) {
			a.Lines = append(a.Lines, n)
		}
	}
	return out, nil
}

// Choice is the account and line that a person has chosen at login.
type Choice struct {
	Account   string `json:"account"`
	Line      string `json:"line,omitempty"` // id; empty for somebody without a line
	Name      string `json:"name,omitempty"` // of the line
	Extension string `json:"extension,omitempty"`
	Title     string `json:"title,omitempty"` // of the account
}

// Ask lets a person choose one of several options; preset is what an empty answer takes, or -1.
type Ask func(ctx context.Context, question string, options []string, preset int) (int, error)

// Choose finds the account and line that are meant: the wanted ones (a line by id or extension),
// the only ones, the primary line, or what the person answers. ask is nil where nobody can be asked.
func Choose(ctx context.Context, all []Account, account, line string, ask Ask) (Choice, error) {
	a, err := chooseAccount(ctx, all, account, ask)
	if err != nil {
		return Choice{}, err
	}
	n, err := chooseLine(ctx, a, line, ask)
	if err != nil {
		return Choice{}, err
	}
	return Choice{Account: a.Key, Line: n.ID, Name: n.Name, Extension: n.Extension, Title: a.Name}, nil
}

func chooseAccount(ctx context.Context, all []Account, wanted string, ask Ask) (Account, error) {
	labels := make([]string, len(all))
	for i, a := range all {
		labels[i] = a.Label()
	}
	i := slices.IndexFunc(all, func(a Account) bool { return a.Key == wanted })
	switch {
	case wanted != "" && i >= 0:
		return all[i], nil
	case wanted != "" && len(all) == 0:
		return Account{Key: wanted}, nil // GoTo names none, so it has to be believed
	case wanted != "":
		return Account{}, &Error{What: fmt.Sprintf("account %q is none of yours", call.Clean(wanted)), Fix: "your accounts are " + strings.Join(labels, ", ")}
	case len(all) == 0:
		return Account{}, &Error{What: "GoTo names no account of this user", Fix: "give its key with --account, or set account in [goto] of the config file"}
	case len(all) == 1:
		return all[0], nil
	case ask == nil:
		return Account{}, &Error{What: "this user has several accounts", Fix: "choose one with --account KEY: " + strings.Join(labels, ", ")}
	}
	i, err := ask(ctx, "Which account?", labels, -1)
	if err != nil {
		return Account{}, err
	}
	return all[i], nil
}

func chooseLine(ctx context.Context, a Account, wanted string, ask Ask) (gotoapi.Line, error) {
	labels := make([]string, len(a.Lines))
	for i, n := range a.Lines {
		labels[i] = strings.TrimSpace(n.Extension + " " + n.Name)
	}
	list := strings.Join(labels, ", ")
	if list == "" {
		list = "none"
	}
	primary := slices.IndexFunc(a.Lines, func(n gotoapi.Line) bool { return n.Primary })
	switch {
	case wanted != "":
		i := slices.IndexFunc(a.Lines, func(n gotoapi.Line) bool { return n.ID == wanted || n.Extension == wanted })
		if i < 0 {
			return gotoapi.Line{}, &Error{What: fmt.Sprintf("line %q is none of yours in %s", call.Clean(wanted), a.Label()), Fix: "your lines there are " + list}
		}
		return a.Lines[i], nil
	case len(a.Lines) == 0:
		return gotoapi.Line{}, nil // a supervisor without a telephone
	case len(a.Lines) == 1:
		return a.Lines[0], nil
	case ask != nil:
		i, err := ask(ctx, "Which line is yours?", labels, primary)
		if err != nil {
			return gotoapi.Line{}, err
		}
		return a.Lines[i], nil
	case primary >= 0:
		return a.Lines[primary], nil
	}
	return gotoapi.Line{}, &Error{What: "this user has several lines in " + a.Label(), Fix: "choose one with --line EXTENSION: " + list}
}

// choiceFile is where the choice of a profile is kept.
func choiceFile(dir, profile string) string {
	return filepath.Join(dir, credentials.FileName("account", profile))
}

// LoadChoice gives what was chosen in a profile; the zero Choice when nothing was, or when the
// file is of no use: it can be chosen again.
func LoadChoice(dir, profile string) Choice {
	data, err := os.ReadFile(choiceFile(dir, profile))
	var c Choice
	if err != nil || json.Unmarshal(data, &c) != nil {
		return Choice{}
	}
	return c
}

// SaveChoice keeps a choice.
func SaveChoice(ctx context.Context, dir, profile string, c Choice) error {
	data, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encoding the choice of account: %w", err)
	}
	return config.ReplacePrivate(ctx, choiceFile(dir, profile), append(data, '\n'))
}

// ForgetChoice forgets a choice; it is no error when there is none.
func ForgetChoice(dir, profile string) error {
	if err := os.Remove(choiceFile(dir, profile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forgetting the choice of account: %w", err)
	}
	return nil
}
