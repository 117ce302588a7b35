package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	_ "time/tzdata" // the zones of callers, where the system has none: Windows

	"github.com/spf13/cobra"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/call"
	"ringside/ui/text"
)

// lookupSchema names the record that `lookup --json` prints.
const lookupSchema = "ringside.lookup/1"

func (a *app) lookupCmd() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "lookup NUMBER", Short: "Who has a number: every source asked, every match, and how they were asked", Args: cobra.ExactArgs(1),
		Long: `lookup reads a number as calls bring it, tells its normal form, country, type of line and local
time, asks all sources of contacts for it, and prints every match, the same person of several
sources once. Below stands the trail: who was asked, with what number, how long it took.

Nobody having the number is no failure: the exit code is 0. It is 1 when all sources failed.

  ringside lookup '(212) 555-0110'
  ringside lookup +442079460018 --json`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.lookup(cmd.Context(), args[0], asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON record (schema "+lookupSchema+")")
	return c
}

func (a *app) lookup(ctx context.Context, raw string, asJSON bool) error {
	if strings.TrimSpace(raw) == "" {
		return usageError{errors.New("the number is empty")}
	}
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	uses, done, err := a.sources(cfg, nil)
	if err != nil {
		return err
	}
	defer done()
	people := lookup.New(uses, lookup.Options{})
	defer people.Close()
	r, err := people.Lookup(ctx, number.Parse(raw, cfg.Contacts.Region))
	if err != nil {
		return fmt.Errorf("looking up %s: %w", call.Clean(raw), err)
	}
	now := time.Now()
	if asJSON {
		err = json.NewEncoder(a.stdout).Encode(lookupRecordOf(r, now))
	} else {
		err = printLookup(a.stdout, r, now, len(uses))
	}
	if err != nil {
		return err
	}
	return lookupFailed(r)
}

// lookupFailed tells that there is no answer: all sources that could be asked have failed.
func lookupFailed(r lookup.Result) error {
	failed := 0
	for _, s := range r.Trail {
		var rest *lookup.RestError // not asked, because it has failed before
		switch {
		case s.Found > 0, s.Err == nil:
			return nil
		case !errors.Is(s.Err, lookup.ErrNotAsked), errors.As(s.Err, &rest):
			failed++
		}
	}
	if failed == 0 {
		return nil
	}
	what := fmt.Sprintf("all %d sources failed", failed)
	if failed == 1 {
		what = "the source failed"
	}
	return hinted{errors.New(what), "the trail says why; `ringside config show` prints how the sources are set up", exitFailed}
}

// printLookup prints what is known of a number, for a person. sources is how many are set up.
func printLookup(w io.Writer, r lookup.Result, now time.Time, sources int) error {
	var b strings.Builder
	printNumber(&b, r.Number, now)
	if len(r.Contacts) == 0 {
		fmt.Fprintf(&b, "%-13s %s\n", "contacts", nobody(r, sources))
	} else {
		fmt.Fprintf(&b, "%-13s %d\n", "contacts", len(r.Contacts))
	}
	for _, c := range r.Contacts {
		printContact(&b, c)
	}
	if len(r.Trail) > 0 {
		b.WriteString("\nasked\n")
	}
	for _, s := range r.Trail {
		printStep(&b, s)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// nobody says why there is no contact.
func nobody(r lookup.Result, sources int) string {
	switch {
	case sources == 0:
		return "no source is set up; `contacts.csv` in the configuration names a file"
	case len(r.Number.Keys()) == 0:
		return "no number to look up"
	case lookupFailed(r) != nil:
		return "not known: no source answered"
	}
	return "nobody has this number"
}

func printNumber(b *strings.Builder, n number.Number, now time.Time) {
	say := func(what, said string) {
		if said != "" {
			fmt.Fprintf(b, "%-13s %s\n", what, said)
		}
	}
	say("number", n.Display())
	if n.Kind != number.Phone {
		say("kind", n.Kind.String())
	}
	if n.E164 != "" {
		say("normal form", n.E164)
	}
	if n.Second != "" {
		say("or", number.Parse(n.Second, "").Display()+" ("+n.Second+"): the text may mean either")
	}
	if n.Kind != number.Phone {
		return
	}
	say("country", orUnsaid(n.Country()))
	say("line type", orUnsaid(n.LineType().String()))
	say("local time", localTime(n, now))
}

func orUnsaid(s string) string { return cmp.Or(s, "the number does not say") }

// localTime says what time it is where a number is at home, or in which zones that may be.
func localTime(n number.Number, now time.Time) string {
	at, zone, sure := n.LocalTime(now)
	const layout = "Mon 15:04"
	switch zones := n.Zones(); {
	case zone == "":
		return orUnsaid("")
	case len(zones) == 1:
		return at.Format(layout) + " (" + zone + ")"
	case sure:
		return at.Format(layout) + " (" + strings.Join(zones, ", ") + ")"
	default:
		return at.Format(layout) + " or another: it may be in " + strings.Join(zones, ", ")
	}
}

func printContact(b *strings.Builder, c lookup.Contact) {
	fmt.Fprintf(b, "\n%s\n", cmp.Or(call.Clean(c.Name), call.Clean(c.Company), "(no name)"))
	say := func(what, said string) {
		if said != "" {
			fmt.Fprintf(b, "  %-11s %s\n", what, said)
		}
	}
	say("company", call.Clean(c.Company))
	say("tier", call.Clean(c.Tier))
	say("title", call.Clean(c.Title))
	say("mail", call.Clean(c.Email))
	say("page", lookup.CleanURL(c.URL))
	for _, t := range c.Tickets {
		age := ""
		if !t.At.IsZero() {
			age = t.At.Local().Format("2006-01-02")
		}
		say("ticket", text.Join(", ", text.Join(" ", call.Clean(t.ID), call.Clean(t.Title)), call.Clean(t.State), age))
	}
	if c.Next.Title != "" || !c.Next.At.IsZero() {
		when := ""
		if !c.Next.At.IsZero() {
			when = c.Next.At.Local().Format("2006-01-02 15:04")
		}
		say("next", text.Join(" ", when, call.Clean(c.Next.Title)))
	}
	say("notes", call.Clean(c.Notes))
	for _, f := range c.Fields {
		say(call.Clean(f.Name), call.Clean(f.Value))
	}
	say("from", call.Clean(strings.Join(sourcesOf(c), ", ")))
}

func sourcesOf(c lookup.Contact) []string {
	if len(c.Sources) == 0 && c.Source != "" {
		return []string{c.Source}
	}
	return c.Sources
}

func printStep(b *strings.Builder, s lookup.Step) {
	said := fmt.Sprintf("%d found", s.Found)
	if s.Err != nil {
		said = call.Clean(s.Err.Error())
		if s.Found > 0 {
			said = fmt.Sprintf("%d found, but %s", s.Found, said)
		}
	}
	if s.Age > 0 {
		said += ", kept from " + text.Ago(s.Age)
	}
	fmt.Fprintf(b, "  %-15s %-16s %7.1f ms  %s\n", call.Clean(s.Source), call.Clean(s.Asked), float64(s.Took)/float64(time.Millisecond), said)
}
