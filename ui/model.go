package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/duty"
	"ringside/store/query"
	"ringside/store/stats"
	"ringside/ui/action"
	"ringside/ui/alarms"
	"ringside/ui/calls"
	"ringside/ui/detail"
	"ringside/ui/help"
	"ringside/ui/layout"
	"ringside/ui/owed"
	"ringside/ui/pop"
	"ringside/ui/prompt"
	"ringside/ui/reports"
	"ringside/ui/status"
	"ringside/ui/table"
	"ringside/ui/theme"
	"ringside/ui/trace"
)

// Options of a Model. The zero value works.
type Options struct {
	Theme   string         // a name of theme.Names; "" and "auto" follow the terminal's background
	Ground  string         // "dark" or "light": the terminal's ground; "" and "auto" ask the terminal
	ASCII   bool           // signs of ASCII alone
	Me      []string       // ids of my own lines: my legs are marked
	Ports   Ports          // what the screen can ask for
	Title   string         // the account, in the header
	Version string         // on the help page
	FPS     int            // how often a second the renderer looks for a picture; 0: 120, the most there is
	Demo    bool           // the calls are simulated; the header says so
	Limits  calls.Limits   // thresholds of waiting and talking; the zero value is calls.DefaultLimits
	Create  string         // page on which a contact is made (pop.CheckCreate); "" is none
	Owed    owed.Limits    // ages of a call that is owed; the zero value is owed.DefaultLimits
	Region  string         // country whose numbers are written without a country code; "" is US
	Keys    *action.Keymap // nil: the table's own
	User    string         // who writes the notes; "" is "you"
	Wall    Wall           // the wallboard
	Numbers stats.Options  // how the numbers of the day are made
	Pops    []string       // names of the rules that a pop can be opened by (Ports.Pop), in their order
	// Snooze are the times an alarm can be put off for, to choose from; nil is 5, 15 and 60 minutes.
	Snooze []time.Duration
	// Columns are those that were chosen for a list (Ports.KeepColumns), left to right.
	Columns   map[action.Place][]string
	Bell      bool          // ring the terminal's bell when a call rings this telephone
	Partial   bool          // the board sees my own line alone: who else is free is not known
	Duty      duty.Desk     // what may be done here; the zero value is everything
	Veil      *duty.Veil    // masks numbers; nil is one of the screen's own
	Masked    bool          // numbers are masked by the configuration: showing them needs the right to
	Tabs      []SavedTab    // filters under a name, of the configuration
	Sort      table.Sorting // of the live list
	Session   Session       // what the desk looked like when it was left
	Presenter bool          // it begins with names, card and notes hidden
	Floor     Floor         // thresholds of agents and queues
	// Now is the clock of the calls, read by the pump alone; nil is the real one. A simulation that
	// runs faster than life hands in its own.
	Now func() time.Time
}

// tab is one of the panes the desk switches between.
type tab struct {
	place action.Place
	key   action.Action
	title string
}

// tabs lists those that exist. Their numbers are those of product.md, so that a number keeps its
// meaning when others appear.
func tabs() []tab {
	return []tab{
		{action.Live, action.Tab1, "1 Live"}, {action.Agents, action.Tab2, "2 Agents"}, {action.Queues, action.Tab3, "3 Queues"},
		{action.Reports, action.Tab4, "4 Reports"}, {action.Owed, action.Tab5, "5 Owed"}, {action.Alarms, action.Tab6, "6 Alarms"}, {action.Today, action.Tab7, "7 Today"},
	}
}

// maxKept bounds what is remembered of contacts, and of reports: enough for a day, and flat.
const (
	maxContacts = 4000
	maxReports  = 64
	maxTold     = 4000
)

// Model is the screen.
type Model struct {
	opts  Options
	th    *theme.Theme
	light bool // the terminal's ground is light
	keys  *action.Keymap
	pump  *Pump
	ctx   context.Context // of everything that is asked of the past
	end   context.CancelFunc

	desk layout.Desk
	w, h int
	now  time.Time

	tab      int
	detail   string // id of the call opened in full, "" for none
	helping  bool
	filter   map[action.Place]string
	me       map[string]bool // ids of my lines
	audience audience
	visited  visited
	steps    steps                          // while the picture is stopped
	saved    []SavedTab                     // of the desk, beside those of the configuration
	unsaved  map[action.Place]string        // filters of the lists, while saved tabs of them are up
	kept     Session                        // as it was kept last
	fresh    map[action.Place]table.Sorting // how a fresh desk is sorted
	theme    string                         // of the configuration
	pending  string                         // first key of a sequence

	view   *call.View // the newest
	behind uint64     // version the live table shows while paused
	paused time.Time  // since when; zero when not

	track    *tracker
	contacts *kept[lookup.Result]
	reported *kept[*call.Report]
	fetching map[string]bool
	failed   map[string]string // why a report could not be fetched
	sought   map[string]bool   // numbers asked for by the screen itself
	cardAt   string            // id of the ringing call whose card was chosen

	past    past
	open    opening
	entries *kept[archive.Entry]
	told    *kept[bool] // calls whose report was on the screen
	board   board
	pair    *pairing // two calls side by side; nil when they are not
	tabling *tabling // a table being saved; nil when none is
	undone  []change // what can be taken back, the last one last

	said    notice // what is said now
	waiting notice // what is said after a question

	header     *status.Bar
	callsPane  *calls.Pane
	listPane   *reports.Pane
	owedPane   *owed.Pane
	alarmsPane *alarms.Pane
	detailPane *detail.Pane
	card       *pop.Pane
	popped     popped
	phoned     phoned
	numbers    numbers
	known      known
	noted      noting
	helpPane   *help.Pane
	prompt     *prompt.Prompt
	asked      asked               // what the prompt is open for
	before     map[string][]string // earlier texts of the prompt, by what they were about
	names      query.Candidates    // what the filter that is being typed can be completed to

	shown []string // the calls on the screen, as last told
	dirty bool
	last  tea.View
}

// New makes the screen.
func New(o Options) *Model {
	if o.Limits == (calls.Limits{}) {
		o.Limits = calls.DefaultLimits()
	}
	if o.Owed == (owed.Limits{}) {
		o.Owed = owed.DefaultLimits()
	}
	if o.Region == "" {
		o.Region = "US"
	}
	th, err := theme.For(o.Theme, o.Ground == "light")
	if err != nil {
		th = theme.Dark()
	}
	if o.ASCII {
		th = th.WithASCII()
	}
	keys := o.Keys
	if keys == nil {
		keys, _ = action.NewKeymap(nil) // the table itself is tested to be free of conflicts
	}
	if o.User == "" {
		o.User = "you"
	}
	if o.Veil == nil {
		o.Veil = duty.NewVeil(o.Masked)
	}
	seen := newAudience()
	if o.Ports.Past != nil {
		o.Ports.Past = discreet{o.Ports.Past, seen.on}
	}
	ctx, end := context.WithCancel(context.Background())
	m := &Model{
		audience: seen, me: map[string]bool{}, unsaved: map[action.Place]string{},
		ctx: ctx, end: end, before: map[string][]string{},
		entries: newKept[archive.Entry](maxReports), told: newKept[bool](maxTold),
		opts: o, th: th, light: o.Ground == "light", keys: keys, pump: newPump(o.Now),
		filter: map[action.Place]string{}, track: newTracker(),
		contacts: newKept[lookup.Result](maxContacts), reported: newKept[*call.Report](maxReports),
		fetching: map[string]bool{}, failed: map[string]string{}, sought: map[string]bool{},
		header:   status.New(th, o.Title, o.Demo, o.Limits.WaitAmber, o.Limits.WaitRed),
		listPane: reports.New(ctx, th, o.Ports.Past, o.Region), detailPane: detail.New(th), card: pop.New(th),
		popped:   popped{pane: trace.New(th)},
		helpPane: help.New(th, "ringside "+o.Version, keys.Bindings()), prompt: prompt.New(th),
		dirty: true,
	}
	m.phoned = m.newPhone()
	for _, id := range o.Me {
		m.me[id] = true
	}
	m.board = m.newBoard()
	m.callsPane = calls.New(th, o.Limits, m.display, o.Me)
	m.owedPane = owed.New(th, o.Owed, m.display)
	m.alarmsPane = alarms.New(th)
	m.numbers = newNumbers(th, &o, m.display)
	m.callsPane.SetRegion(o.Region)
	m.owedPane.SetRegion(o.Region)
	m.card.SetRegion(o.Region)
	m.card.SetCreate(o.Create)
	m.callsPane.SetColumns(o.Columns[action.Live])
	m.listPane.SetColumns(o.Columns[action.Reports])
	m.header.SetReadOnly(o.Duty.ReadOnly)
	m.resume(o.Session)
	if o.Presenter {
		m.setPresenting(true)
	}
	if err != nil {
		m.said = notice{NoticeMsg: NoticeMsg{Warn, err.Error(), "the dark theme is used"}, until: time.Unix(1<<40, 0)}
	}
	return m
}

// Pump gives the way messages get to the screen; it may be used before Run.
func (m *Model) Pump() *Pump { return m.pump }

// Init asks the terminal for its background, which most themes follow.
func (m *Model) Init() tea.Cmd {
	if m.opts.Ground == "" || m.opts.Ground == "auto" {
		return tea.RequestBackgroundColor
	}
	return nil
}

// display writes a number the way people read it.
func (m *Model) display(n string) string {
	if n == "" {
		return ""
	}
	return number.Parse(n, m.opts.Region).Display()
}

func (m *Model) setTheme(th *theme.Theme) {
	if m.opts.ASCII {
		th = th.WithASCII()
	}
	m.th = th
	m.header.SetTheme(th)
	m.callsPane.SetTheme(th)
	m.listPane.SetTheme(th)
	m.owedPane.SetTheme(th)
	m.alarmsPane.SetTheme(th)
	m.detailPane.SetTheme(th)
	m.card.SetTheme(th)
	m.popped.pane.SetTheme(th)
	m.phoned.bar.SetTheme(th)
	m.phoned.picker.SetTheme(th)
	m.numbers.setTheme(th)
	m.helpPane.SetTheme(th)
	m.prompt.SetTheme(th)
	m.board.pane.SetTheme(th)
	if m.pair != nil {
		m.pair.pane.SetTheme(th)
	}
}

// list gives the list that is up, or under what is read in full.
func (m *Model) list() action.Place {
	if m.numbers.behind {
		return action.Counted
	}
	return tabs()[m.tab].place
}

// place tells where keys go.
func (m *Model) place() action.Place {
	if m.phoned.keypad {
		return action.Pad
	}
	return m.under()
}

// under tells what is up.
func (m *Model) under() action.Place {
	switch {
	case m.board.up:
		return action.Wallboard
	case m.helping:
		return action.Page
	case m.popped.up:
		return action.Popped
	case m.detail != "":
		return action.Detail
	case m.pair != nil:
		return action.Compare
	case m.list() == action.Live && m.callsPane.Choosing(), m.list() == action.Reports && m.listPane.Choosing():
		return action.Choose
	}
	return m.list()
}

// arrange gives every pane its room. It must be called when something appears or goes.
func (m *Model) arrange() {
	strip := m.stripLines()
	m.phoned.bar.SetCarded(strip > 0 && m.w < layout.Wide)
	rings := len(m.track.rings) > 0 && !m.presenting()
	m.desk = layout.Of(m.w, m.h, layout.Parts{
		Strip:  strip,
		Notice: len(m.noticeLines()) + m.promptLines(),
		Bar:    m.phoned.bar.Lines(),
		Whole:  (m.list() != action.Live || m.detail != "" || m.helping || m.popped.up || m.presenting()) && !rings,
	})
	d := m.desk
	m.header.SetSize(d.Header.W)
	m.callsPane.SetSize(d.Main.W, d.Main.H)
	m.listPane.SetSize(d.Main.W, d.Main.H)
	m.owedPane.SetSize(d.Main.W, d.Main.H)
	m.alarmsPane.SetSize(d.Main.W, d.Main.H)
	m.detailPane.SetSize(max(0, d.Main.W-1), d.Main.H) // a blank at the left, as the lists have
	m.helpPane.SetSize(d.Main.W, d.Main.H)
	m.popped.pane.SetSize(d.Main.W, d.Main.H)
	m.numbers.setSize(d.Main.W, d.Main.H)
	if m.pair != nil {
		m.pair.pane.SetSize(max(0, d.Main.W-1), d.Main.H)
	}
	m.card.SetSize(d.Side.W, d.Side.H)
	m.phoned.bar.SetSize(d.Bar.W, d.Bar.H)
	m.board.pane.SetSize(m.w, m.h)
}

func (m *Model) stripLines() int {
	if len(m.track.rings) == 0 || m.presenting() {
		return 0
	}
	return m.card.StripLines()
}
