package ui

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/lookup"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/duty"
	"ringside/store/export"
	"ringside/store/phone"
	"ringside/ui/action"
	"ringside/ui/text"
)

// audience is what the Model knows of those who look over a shoulder. Numbers are masked on the way to
// the glass and out of the desk, in one place each; names are left out of what comes in.
type audience struct {
	on     *atomic.Bool // presenting: read by questions to the past, too
	lens   *call.Lens
	seen   *call.View         // the newest view as it came
	calls  unnamed[call.Call] // calls without names, by id
	report unnamed[call.Report]
}

// hidden is something without names, and what it was made of.
type hidden[T any] struct{ of, is *T }

// unnamed keeps things without their names, by id, as long as they are the same.
type unnamed[T any] struct{ *kept[hidden[T]] }

func (k unnamed[T]) hide(id string, of *T, make func() *T) *T {
	if h, ok := k.get(id); ok && h.of == of {
		return h.is
	}
	h := hidden[T]{of, make()}
	k.put(id, h)
	return h.is
}

func newAudience() audience {
	return audience{
		on: new(atomic.Bool), lens: newLens(false),
		calls: unnamed[call.Call]{newKept[hidden[call.Call]](maxReports)}, report: unnamed[call.Report]{newKept[hidden[call.Report]](maxReports)},
	}
}

func nameless(c *call.Call) *call.Call { return c.Nameless() }

func newLens(presenting bool) *call.Lens {
	if presenting {
		return call.NewLens(nameless, false)
	}
	return call.NewLens(func(c *call.Call) *call.Call { return c }, false)
}

// presenting reports whether callers' names, the card and notes are hidden.
func (m *Model) presenting() bool { return m.audience.on.Load() }

// through gives a view as it may be seen.
func (m *Model) through(v *call.View) *call.View {
	m.audience.seen = v
	if !m.presenting() {
		return v
	}
	return m.audience.lens.View(v)
}

// mask masks numbers everywhere, or shows them again where that is allowed.
func (m *Model) mask() tea.Cmd {
	v := m.opts.Veil
	if !v.On() {
		v.Set(true)
		m.say(NoticeMsg{Level: Info, Text: "numbers are masked: here, in what you copy and save, and in the log"})
		return nil
	}
	if m.presenting() {
		return action.Refuse(action.Mask, "numbers stay masked while you present: "+m.keys.Name(action.Present, m.th.ASCII)+" ends that")
	}
	if m.opts.Masked || m.opts.Duty.Role == duty.Viewer {
		if no := m.refusal(m.opts.Duty.May(duty.Unmask, false)); no != nil {
			return no
		}
	}
	v.Set(false)
	m.say(NoticeMsg{Level: Info, Text: "numbers are shown"})
	return m.did(Deed{Act: duty.Unmask})
}

// present hides names, card and notes, and masks numbers; again shows them.
func (m *Model) present() tea.Cmd {
	on := !m.presenting()
	if !on && m.opts.Presenter {
		if no := m.refusal(m.opts.Duty.May(duty.Unmask, false)); no != nil {
			return no
		}
	}
	said := "presenting: numbers, callers' names, the card and notes are hidden"
	var cmd tea.Cmd
	if !on {
		said = "names and notes are shown; numbers stay masked: " + m.keys.Name(action.Mask, m.th.ASCII) + " shows them"
		cmd = m.did(Deed{Act: duty.Unmask, More: "names and notes"})
	}
	m.setPresenting(on)
	m.say(NoticeMsg{Level: Info, Text: said})
	return tea.Batch(cmd, m.again())
}

func (m *Model) setPresenting(on bool) {
	a := &m.audience
	a.on.Store(on)
	a.lens = newLens(on)
	if on {
		m.opts.Veil.Set(true)
		m.popped.up, m.pair = false, nil
		m.open.joined, m.open.links = nil, 0
	}
	m.phoned.view = m.discreetPhone(m.phoned.view)
	m.phoned.bar.SetData(m.phoned.view)
	for _, r := range m.contacts.by {
		m.nameContact(r)
	}
}

// discreetPhone gives how the telephone is as it may be seen.
func (m *Model) discreetPhone(v phone.View) phone.View {
	if m.presenting() {
		v.Calls = slices.Clone(v.Calls)
		for i := range v.Calls {
			v.Calls[i].Name = ""
		}
	}
	return v
}

// again brings everything onto the screen once more.
func (m *Model) again() tea.Cmd {
	var cmd tea.Cmd
	m.entries = newKept[archive.Entry](maxReports)
	m.known.caller, m.open.noted = "", ""
	m.renewNumbers()
	if v := m.audience.seen; v != nil {
		m.view = nil
		cmd = m.onView(v)
		m.showView()
	}
	if m.detail != "" {
		cmd = tea.Batch(cmd, m.load(m.detail))
	}
	m.listPane.Changed()
	m.past.debts.at, m.known.at = time.Time{}, time.Time{} // at once
	return tea.Batch(cmd, m.onKept(nil), m.refresh())
}

// nameContact tells the lists whose number it is.
func (m *Model) nameContact(r lookup.Result) {
	name := ""
	if len(r.Contacts) == 1 && !m.presenting() { // of several, none is more than a guess
		name = r.Contacts[0].Name
	}
	m.callsPane.SetContact(r.Number.Raw, name)
	names := map[string]string{}
	for _, k := range r.Number.Keys() {
		names[k] = name
	}
	m.owedPane.SetNames(names)
}

// veiled gives a picture as it may be on the glass: the one place where numbers are masked on the
// screen, whatever pane they come from.
func (m *Model) veiled(picture string) string {
	if !m.opts.Veil.On() {
		return picture
	}
	return text.Veil(picture, m.th.Signs.Veil)
}

// exportOptions say how calls are copied and saved.
func (m *Model) exportOptions() export.Options {
	return export.Options{Zone: m.now.Location(), Region: m.opts.Region, Now: m.now, Mask: m.opts.Veil.On()}
}

// faceless gives a call as it may be seen.
func (m *Model) faceless(c *call.Call) *call.Call {
	if c == nil || !m.presenting() {
		return c
	}
	return m.audience.calls.hide(c.ID, c, c.Nameless)
}

func (m *Model) facelessReport(r *call.Report) *call.Report {
	if r == nil || !m.presenting() {
		return r
	}
	return m.audience.report.hide(r.ID, r, r.Nameless)
}

// inFull gives a call with its names, for what is done with it; nil where it is not at hand.
func (m *Model) inFull(id string) *call.Call {
	if v := m.audience.seen; v != nil && m.presenting() {
		for _, vec := range [...]call.Vec{v.Live, v.Done} {
			for _, c := range vec.All() {
				if c.ID == id {
					return c
				}
			}
		}
		return nil
	}
	return m.callOf(id)
}

// discreet is a past that leaves names and notes out while somebody presents.
type discreet struct {
	Past
	on *atomic.Bool
}

func (d discreet) Find(ctx context.Context, s archive.Search) (archive.Page, error) {
	p, err := d.Past.Find(ctx, s)
	if d.on.Load() {
		p.Rows = slices.Clone(p.Rows)
		for i := range p.Rows {
			p.Rows[i].Summary = p.Rows[i].Summary.Nameless()
			p.Rows[i].Notes = 0
		}
	}
	return p, err
}

func (d discreet) Get(ctx context.Context, id string) (archive.Entry, error) {
	e, err := d.Past.Get(ctx, id)
	if !d.on.Load() {
		return e, err
	}
	e.Summary, e.Items = e.Summary.Nameless(), nil
	if e.Report != nil {
		e.Report = e.Report.Nameless()
	}
	if e.Call != nil {
		e.Call = e.Call.Nameless()
	}
	return e, err
}

func (d discreet) Items(ctx context.Context, q archive.ItemQuery) ([]archive.Item, error) {
	items, err := d.Past.Items(ctx, q)
	if d.on.Load() {
		items = slices.DeleteFunc(slices.Clone(items), func(i archive.Item) bool { return i.Kind == archive.Note || i.Kind == archive.Pop })
	}
	return items, err
}

func (d discreet) Owed(ctx context.Context, since time.Time) ([]archive.Debt, error) {
	debts, err := d.Past.Owed(ctx, since)
	if d.on.Load() {
		debts = slices.Clone(debts)
		for i := range debts {
			debts[i].Name = ""
		}
	}
	return debts, err
}
