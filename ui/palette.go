package ui

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ringside/store/query"
	"ringside/ui/action"
	"ringside/ui/prompt"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// command is something that can be called by its name.
type command struct {
	name    string
	aliases []string
	arg     string // what follows the name: "NAME"; "" for nothing
	help    string
	not     string // why it cannot act here; "" when it can
	run     func(arg string) tea.Cmd
	args    func(arg string) []string // ways to complete the argument; may be nil
}

// runMsg has an action done once the palette is closed: it may open a prompt of its own.
type runMsg struct{ do func() tea.Cmd }

// askCommand opens the palette.
func (m *Model) askCommand() tea.Cmd {
	all := m.commands()
	return m.askFor(asked{
		about: "command", keep: "do it", offers: true,
		accept: func(typed string) (tea.Cmd, bool) {
			name, arg, _ := strings.Cut(strings.TrimSpace(typed), " ")
			if name == "" {
				return nil, true
			}
			c, why := pick(all, name)
			if c == nil {
				return action.Refuse(action.Command, why), false
			}
			arg = strings.TrimSpace(arg)
			if c.arg != "" && arg == "" {
				return action.Refuse(action.Command, c.name+" what? "+c.name+" "+c.arg+": "+c.help), false
			}
			return func() tea.Msg { return runMsg{func() tea.Cmd { return c.run(arg) }} }, true
		},
	}, prompt.Line{Label: ":", Complete: func(s string, at int) []query.Completion { return m.completeCommand(all, s, at) }, Offer: true})
}

// commands gives everything that can be called by name here and now.
func (m *Model) commands() []command {
	var out []command
	for i, t := range tabs() {
		out = append(out, command{
			name: strings.ToLower(tabName(t)), aliases: tabAliases(t.place), help: "the tab " + t.title,
			run: func(string) tea.Cmd { return tea.Batch(m.toTab(i), m.leaveSaved()) },
		})
	}
	for _, t := range m.allSaved() {
		name := strings.ReplaceAll(strings.ToLower(text.Clean(t.Name)), " ", "-")
		out = append(out, command{name: name, help: "the saved tab " + t.Name + ": " + t.Filter, run: func(string) tea.Cmd { return m.toSaved(t) }})
	}
	out = append(out, m.saidCommands()...)
	taken := map[string]bool{}
	for _, c := range out {
		taken[c.name] = true
	}
	here := m.place()
	for _, b := range m.keys.Table() {
		a := b.Action
		if taken[string(a)] || !callable(a) {
			continue
		}
		c := command{name: string(a), aliases: actionAliases(a), help: b.Help, run: func(string) tea.Cmd { return m.do(a) }}
		if len(b.Keys) > 0 {
			c.help = b.KeyNames(m.th.ASCII) + "  " + c.help
		}
		if !slices.Contains(b.Where, here) {
			c.not = string(a) + " does nothing here; it is for " + placeNames(b.Where)
		}
		out = append(out, c)
	}
	return out
}

// callable reports whether an action can be called by its name: some mean one thing by each of their
// keys, others have a command of their own.
func callable(a action.Action) bool {
	switch a {
	case action.PickContact, action.Tone, action.Saved, action.Command,
		action.Tab1, action.Tab2, action.Tab3, action.Tab4, action.Tab5, action.Tab6:
		return false
	}
	return true
}

func placeNames(where []action.Place) string {
	names := make([]string, len(where))
	for i, p := range where {
		names[i] = string(p)
	}
	return strings.Join(names, ", ")
}

func tabAliases(p action.Place) []string {
	switch p {
	case action.Live:
		return []string{"calls", "ls", "now"}
	case action.Reports:
		return []string{"past", "finished"}
	case action.Owed:
		return []string{"callbacks", "owe"}
	}
	return nil
}

func actionAliases(a action.Action) []string {
	return map[action.Action][]string{
		action.Quit: {"q", "exit"}, action.Help: {"h", "?", "keys"}, action.Traces: {"pops"}, action.Undo: {"u"}, action.NextTheme: {"look"},
		action.Mask: {"privacy", "unmask"}, action.Present: {"presenter"}, action.Columns: {"cols"}, action.YankNumber: {"copy-number"},
		action.SaveCSV: {"csv", "export"}, action.YankJSON: {"copy-json"}, action.YankCard: {"copy-card"}, action.HangUp: {"reject"},
		action.OpenPop: {"pop"}, action.Pause: {"stop", "freeze"}, action.CreateContact: {"contact"},
	}[a]
}

// saidCommands are those that something is said with.
func (m *Model) saidCommands() []command {
	return []command{
		{
			name: "theme", arg: "NAME", help: strings.Join(theme.Names(), ", "),
			args: func(string) []string { return theme.Names() },
			run:  func(s string) tea.Cmd { return m.useTheme(strings.ToLower(s)) },
		},
		{
			name: "filter", aliases: []string{"where", "f"}, help: "keep the rows that a query finds; without one: all",
			run: func(s string) tea.Cmd {
				if !m.filters() {
					return action.Refuse(action.Filter, "there is no list here to filter")
				}
				if _, err := query.Parse(s, query.Options{Now: m.now, Region: m.opts.Region}); err != nil {
					return action.Refuse(action.Filter, "the query is wrong: "+err.Error())
				}
				m.remember("filter", s)
				return tea.Batch(m.toTab(m.tab), m.setFilter(s))
			},
		},
		{
			name: "open", arg: "ID", aliases: []string{"o", "call"}, help: "a call, by its id or the beginning of it",
			run: m.openNamed, args: m.idsLike,
		},
		{
			name: "save", arg: "NAME", aliases: []string{"w", "tab"}, help: "keep the filter of this list as a tab of that name",
			run: m.saveTab, args: func(string) []string { return m.savedNames() },
		},
		{
			name: "drop", arg: "NAME", aliases: []string{"rm", "untab"}, help: "take a saved tab away",
			run: m.dropTab, args: func(string) []string { return m.savedNames() },
		},
		{
			name: "sort", arg: "COLUMN", help: "by a column, or the other way round where it is the one already",
			run: m.sortNamed, args: func(string) []string { return m.sortable() },
		},
	}
}

func (m *Model) savedNames() []string {
	var out []string
	for _, t := range m.saved {
		out = append(out, text.Clean(t.Name))
	}
	return out
}

// idsLike gives the ids in sight that begin so.
func (m *Model) idsLike(begin string) []string {
	ids := m.callsPane.InSight()
	if m.list() == action.Reports {
		ids = m.listPane.InSight()
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !strings.HasPrefix(id, begin) })
}

// openNamed opens the call with an id, or the one whose id begins so among those of this run and in
// sight.
func (m *Model) openNamed(id string) tea.Cmd {
	if m.callOf(id) == nil {
		var found []string
		for _, known := range [...][]string{slices.Collect(mapKeys(m.track.up)), slices.Collect(mapKeys(m.track.over)), m.listPane.InSight()} {
			for _, k := range known {
				if strings.HasPrefix(k, id) && !slices.Contains(found, k) {
					found = append(found, k)
				}
			}
		}
		switch {
		case len(found) == 1:
			id = found[0]
		case len(found) > 1:
			return action.Refuse(action.Command, "more than one call begins with "+text.Clean(id))
		}
	}
	return m.openDetail(id)
}

func mapKeys[V any](in map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range in {
			if !yield(k) {
				return
			}
		}
	}
}

// sortable gives the columns that the list that is up can be sorted by.
func (m *Model) sortable() []string {
	if l := m.orderedHere(m.list()); l != nil {
		return l.Columns()
	}
	if m.list() == action.Reports {
		return m.listPane.Sortables()
	}
	return nil
}

func (m *Model) sortNamed(column string) tea.Cmd {
	column = strings.ToLower(column)
	if len(m.sortable()) == 0 {
		return action.Refuse(action.Command, "there is no list here that can be sorted")
	}
	if !slices.Contains(m.sortable(), column) {
		return action.Refuse(action.Command, "this list is sorted by "+text.Join(", ", m.sortable()...)+", not by "+text.Clean(column))
	}
	return m.sortBy(column)
}

// sortBy sorts the list that is up by a column, or the other way round where it is the one already.
func (m *Model) sortBy(column string) tea.Cmd {
	if m.list() == action.Reports {
		return tea.Batch(m.listPane.SortBy(column), m.refresh())
	}
	if l := m.orderedHere(m.list()); l != nil {
		l.SortBy(column)
	}
	return m.refresh()
}

// headingAt gives the column whose heading of the list that is up was clicked at.
func (m *Model) headingAt(x, y int) (string, bool) {
	if m.place() == action.Reports {
		c, ok := m.listPane.HeadingAt(x, y)
		return c, ok && m.listPane.Sortable(c)
	}
	if l := m.orderedHere(m.place()); l != nil {
		return l.HeadingAt(x, y)
	}
	return "", false
}

func (m *Model) headingHit(x, y int) string {
	column, ok := m.headingAt(x, y)
	if !ok {
		return ""
	}
	return column
}

// rank tells how well a command is meant by what was typed: 0 by its whole name; -1 not at all.
func (c *command) rank(typed string) int {
	best := -1
	for i, name := range append([]string{c.name}, c.aliases...) {
		r := -1
		switch {
		case name == typed:
			r = 0
		case strings.HasPrefix(name, typed):
			r = 2
		case strings.Contains(name, "-"+typed):
			r = 4
		case strings.Contains(name, typed):
			r = 6
		case scattered(name, typed):
			r = 8
		}
		if i > 0 && r >= 0 {
			r++ // an alias
		}
		if r >= 0 && (best < 0 || r < best) {
			best = r
		}
	}
	return best
}

// scattered reports whether the letters of typed stand in name in their order.
func scattered(name, typed string) bool {
	for _, r := range typed {
		i := strings.IndexRune(name, r)
		if i < 0 {
			return false
		}
		name = name[i+len(string(r)):]
	}
	return true
}

// ranked gives the commands that may be meant, the best first; those that can act here before others.
func ranked(all []command, typed string) []*command {
	typed = strings.ToLower(typed)
	var out []*command
	for i := range all {
		if all[i].rank(typed) >= 0 {
			out = append(out, &all[i])
		}
	}
	slices.SortStableFunc(out, func(a, b *command) int {
		exact := func(c *command) int { return min(1, c.rank(typed)/2) }
		here := func(c *command) int { return len(c.not[:min(1, len(c.not))]) }
		if typed == "" {
			return here(a) - here(b) // as the screen and the help have them
		}
		return cmp.Or(exact(a)-exact(b), here(a)-here(b), a.rank(typed)-b.rank(typed), len(a.name)-len(b.name), strings.Compare(a.name, b.name))
	})
	return out
}

// pick gives the command that is meant, or why none is.
func pick(all []command, typed string) (c *command, why string) {
	list := ranked(all, typed)
	switch {
	case len(list) == 0:
		return nil, "no command " + text.Clean(typed) + "; Tab shows what there is"
	case list[0].not != "":
		return nil, list[0].not
	}
	return list[0], ""
}

// maxOffers bounds the commands that are offered at once.
const maxOffers = 40

func (m *Model) completeCommand(all []command, s string, at int) []query.Completion {
	typed := []rune(s)[:at]
	name, arg, said := strings.Cut(strings.TrimLeft(string(typed), " "), " ")
	if !said {
		var out []query.Completion
		for _, c := range ranked(all, name) {
			if c.not == "" && len(out) < maxOffers {
				insert := c.name
				if c.arg != "" {
					insert += " "
				}
				out = append(out, query.Completion{From: at - len([]rune(name)), To: at, Insert: insert, Help: c.help})
			}
		}
		return out
	}
	c, _ := pick(all, name)
	switch {
	case c == nil:
		return nil
	case c.name == "filter":
		from := at - len([]rune(arg))
		out := query.Complete(arg, len([]rune(arg)), m.candidates())
		for i := range out {
			out[i].From, out[i].To = out[i].From+from, out[i].To+from
		}
		return out
	case c.args == nil:
		return nil
	}
	var out []query.Completion
	for _, v := range c.args(arg) {
		if strings.HasPrefix(strings.ToLower(v), strings.ToLower(arg)) && len(out) < maxOffers {
			out = append(out, query.Completion{From: at - len([]rune(arg)), To: at, Insert: v})
		}
	}
	return out
}

// filters reports whether the list that is up can be narrowed.
func (m *Model) filters() bool {
	for _, b := range m.keys.Table() {
		if b.Action == action.Filter {
			return slices.Contains(b.Where, m.list())
		}
	}
	return false
}
