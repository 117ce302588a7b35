package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"ringside/ui/cli/config"
)

func (a *app) manCmd() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "man [COMMAND...]", Short: "Print a manual page, or write all of them into a folder",
		Long: `man prints the manual page of ringside, or of the command that is named, as roff:

  ringside man | man -l -
  ringside man reports | man -l -

With --dir it writes a page for every command into that folder, as packages carry them.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if dir != "" && len(args) > 0 {
				return usageError{fmt.Errorf("--dir writes all pages: it takes no command")}
			}
			if dir != "" {
				return a.manPages(cmd.Root(), dir)
			}
			of, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return usageError{fmt.Errorf("there is no command %q", strings.Join(args, " "))}
			}
			page, err := manPage(of)
			if err != nil {
				return err
			}
			_, err = a.stdout.Write(page)
			return err
		},
	}
	c.Flags().StringVar(&dir, "dir", "", "folder to write all pages into; it is made when it is missing")
	return c
}

// manPages writes a page for each command into dir.
func (a *app) manPages(root *cobra.Command, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { // pages are for everybody
		return fmt.Errorf("writing manual pages: %w", err)
	}
	for c := range commands(root) {
		page, err := manPage(c)
		if err != nil {
			return err
		}
		name := filepath.Join(dir, pageName(c)+".1")
		if err := os.WriteFile(name, page, 0o644); err != nil {
			return fmt.Errorf("writing manual pages: %w", err)
		}
	}
	return nil
}

// commands gives a command and all below it that people see.
func commands(root *cobra.Command) func(yield func(*cobra.Command) bool) {
	return func(yield func(*cobra.Command) bool) { walk(root, yield) }
}

func walk(c *cobra.Command, yield func(*cobra.Command) bool) bool {
	if !yield(c) {
		return false
	}
	for _, sub := range c.Commands() {
		if (sub.IsAvailableCommand() || sub.IsAdditionalHelpTopicCommand()) && !walk(sub, yield) {
			return false
		}
	}
	return true
}

func pageName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// manPage gives the manual page of a command, without a date: the same program gives the same bytes.
func manPage(c *cobra.Command) ([]byte, error) {
	day := time.Unix(0, 0).UTC()
	head := &doc.GenManHeader{Title: strings.ToUpper(pageName(c)), Section: "1", Date: &day, Source: "ringside " + version(), Manual: "ringside"}
	c.InitDefaultHelpFlag()
	root, long, auto := c.Root(), c.Long, c.Root().DisableAutoGenTag
	root.DisableAutoGenTag, c.Long = true, blocks(long)
	defer func() { root.DisableAutoGenTag, c.Long = auto, long }()
	var page bytes.Buffer
	if err := doc.GenMan(c, head, &page); err != nil {
		return nil, fmt.Errorf("making the manual page of %s: %w", c.CommandPath(), err)
	}
	out := bytes.Replace(page.Bytes(), []byte(day.Format("\"Jan 2006\"")), []byte(`""`), 1)
	if !c.HasParent() {
		out = append(out, manFiles()...)
	}
	return out, nil
}

// blocks makes the indented lines of a help text ones that Markdown keeps as they are.
func blocks(long string) string {
	var b strings.Builder
	for line := range strings.Lines(long) {
		if strings.HasPrefix(line, "  ") {
			line = "  " + line
		}
		b.WriteString(line)
	}
	return b.String()
}

// manFiles tells what cobra does not know: exit codes, files and variables.
func manFiles() string {
	var b strings.Builder
	section := func(title string, rows [][2]string) {
		fmt.Fprintf(&b, ".SH %s\n", title)
		for _, r := range rows {
			fmt.Fprintf(&b, ".TP\n\\fB%s\\fP\n%s\n", r[0], r[1])
		}
	}
	section("EXIT STATUS", [][2]string{
		{fmt.Sprint(exitDone), "done"}, {fmt.Sprint(exitFailed), "failed"}, {fmt.Sprint(exitUsage), "wrong usage"},
		{fmt.Sprint(exitNotLoggedIn), "not logged in"}, {fmt.Sprint(exitRefused), "GoTo refused"}, {fmt.Sprint(exitInterrupted), "interrupted"},
	})
	section("FILES", [][2]string{
		{"config.toml", "the configuration, in the system's config folder: \\fBringside config path\\fP tells where"},
		{"login, archive", "in the data folder, readable by their owner alone"},
		{"ringside.log", "JSON lines without secrets, in the state folder"},
	})
	names := [][2]string{{"RINGSIDE_CLIENT_SECRET", "secret of the OAuth client"}, {"NO_COLOR", "no colours"}}
	for _, v := range config.Variables() {
		names = append(names, [2]string{v.Name, roff(v.Setting)})
	}
	slices.SortFunc(names, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	section("ENVIRONMENT", names)
	return b.String()
}

// roff makes a text one that roff prints as it is.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "\n", " ").Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}
