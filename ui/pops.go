package ui

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	screenpop "ringside/lookup/pop"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/prompt"
	"ringside/ui/text"
	"ringside/ui/trace"
)

// maxTraces bounds the traces on the page of pops.
const maxTraces = 200

// popStay is how long an address stays in sight that could not be opened.
const popStay = 20 * time.Second

// popped is what the Model knows of screen pops.
type popped struct {
	pane *trace.Pane
	up   bool // the page of pops is up
	ask  ask
	ran  []screenpop.Trace // of this run, the newest last
	url  string            // of the last pop that has one
}

// tracesMsg is what the archive has of pops.
type tracesMsg struct {
	gen    uint64
	traces []screenpop.Trace
	err    error
}

// onPop tells what became of a pop.
func (m *Model) onPop(t screenpop.Trace) tea.Cmd {
	m.popped.ran = append(m.popped.ran, t)
	if len(m.popped.ran) > maxTraces {
		m.popped.ran = slices.Delete(m.popped.ran, 0, 1)
	}
	if u := trace.URL(&t); u != "" {
		m.popped.url = u
	}
	m.sayPop(&t)
	if m.popped.up {
		return m.askTraces()
	}
	return nil
}

// sayPop shows a notice about a pop. That a rule is not for a call is news only for who has asked.
func (m *Model) sayPop(t *screenpop.Trace) {
	if m.presenting() {
		m.say(NoticeMsg{Level: Info, Text: "pop: " + string(t.Result)})
		return
	}
	who := text.PartyShort(t.From)
	if t.Direction == call.Outbound.String() {
		who = text.PartyShort(t.To)
	}
	said := text.Cut(who, 40) + ": " + trace.Headline(t)
	switch t.Result {
	case screenpop.Opened:
		m.say(NoticeMsg{Level: Good, Text: said})
	case screenpop.Shown:
		u := trace.URL(t)
		hint := text.Join("; ", t.Why, "y u copies the address, P tells where it comes from")
		m.notify(notice{NoticeMsg: NoticeMsg{Level: Info, Text: u, Hint: hint}, until: m.now.Add(popStay), url: u})
	case screenpop.Failed, screenpop.Refused, screenpop.Limited:
		m.say(NoticeMsg{Level: Warn, Text: said, Hint: "P shows it whole"})
	default:
		if t.Moment == screenpop.ByHand {
			m.say(NoticeMsg{Level: Info, Text: said, Hint: "P shows every rule"})
		}
	}
}

// askPop opens what belongs to the call whose card is up: at once, or after asking by which rule.
func (m *Model) askPop(a action.Action) tea.Cmd {
	open := m.opts.Ports.Pop
	if open == nil || len(m.opts.Pops) == 0 {
		return action.Refuse(a, "no pops are set up: [[pops.rule]] in the configuration (docs/pops.md)")
	}
	var s subject
	if c := m.ringing(); c != nil {
		s = subject{c.ID, c.Outsider(), c.Created}
	} else if s, _ = m.subject(); s.id == "" {
		return action.Refuse(a, "no call rings you and none is selected: j and k select")
	}
	if a == action.OpenPop {
		return m.pop(s, "")
	}
	rules := m.opts.Pops
	var list []string
	for i, r := range rules {
		list = append(list, fmt.Sprintf("%d %s", i+1, text.Clean(r)))
	}
	return m.askFor(asked{
		about: "pop", apart: true, keep: "open it",
		accept: func(typed string) (tea.Cmd, bool) {
			if strings.TrimSpace(typed) == "" {
				return nil, true
			}
			r, ok := chooseRule(rules, typed)
			if !ok {
				return action.Refuse(a, "no rule is meant by that alone: give a number or the beginning of a name"), false
			}
			return m.pop(s, r), true
		},
	}, prompt.Line{Label: text.Cut("open for "+text.PartyShort(s.who)+" ("+strings.Join(list, ", ")+"):", max(20, m.w-24))})
}

// chooseRule gives the rule that is meant by its number or the beginning of its name.
func chooseRule(rules []string, typed string) (string, bool) {
	typed = strings.ToLower(strings.TrimSpace(typed))
	if n, err := strconv.Atoi(typed); err == nil && n >= 1 && n <= len(rules) {
		return rules[n-1], true
	}
	var found []string
	for _, r := range rules {
		switch low := strings.ToLower(r); {
		case low == typed:
			return r, true
		case typed != "" && strings.HasPrefix(low, typed):
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}

// pop has a pop opened, of a call that may be in the archive alone.
func (m *Model) pop(s subject, rule string) tea.Cmd {
	open, p, ctx := m.opts.Ports.Pop, m.opts.Ports.Past, m.ctx
	c := m.inFull(s.id)
	if d, ok := p.(discreet); ok {
		p = d.Past
	}
	return func() tea.Msg {
		if c == nil {
			var err error
			if c, _, err = whole(ctx, p, s.id, nil, nil); err != nil {
				return NoticeMsg{Level: Warn, Text: "nothing opened: " + err.Error()}
			}
		}
		open(c, rule)
		return nil
	}
}

func (m *Model) yankPop() tea.Cmd {
	if m.popped.url == "" {
		return action.Refuse(action.YankURL, "no pop has had an address yet")
	}
	return action.Yank("address", m.popped.url)
}

// toTraces shows the page of pops, or leaves it.
func (m *Model) toTraces() tea.Cmd {
	if m.presenting() {
		return action.Refuse(action.Traces, "pops are hidden while you present: "+m.keys.Name(action.Present, m.th.ASCII)+" ends that")
	}
	m.popped.up = !m.popped.up
	m.helping = false
	if !m.popped.up {
		m.popped.ask.end()
		return tea.Batch(m.look(), m.refresh())
	}
	return tea.Batch(m.askTraces(), m.refresh())
}

// askTraces brings the traces onto their page: what is kept, else those of this run.
func (m *Model) askTraces() tea.Cmd {
	p := m.opts.Ports.Past
	if p == nil {
		m.popped.pane.SetData(m.popped.ran, m.noTraces())
		return nil
	}
	ctx, gen := m.popped.ask.begin(m.ctx, m.now)
	return func() tea.Msg {
		traces, err := tracesOf(ctx, p)
		return tracesMsg{gen, traces, err}
	}
}

// tracesOf reads the newest traces that are kept. One that cannot be read is left out.
func tracesOf(ctx context.Context, p Past) ([]screenpop.Trace, error) {
	items, err := p.Items(ctx, archive.ItemQuery{Kind: archive.Pop, Limit: maxTraces})
	if err != nil {
		return nil, err
	}
	var out []screenpop.Trace
	for _, i := range items {
		var t screenpop.Trace
		if len(i.Body) > 0 && json.Unmarshal(i.Body, &t) == nil && !t.At.IsZero() {
			out = append(out, t)
		}
	}
	return out, nil
}

func (m *Model) onTraces(msg tracesMsg) {
	if !m.popped.ask.took(msg.gen) {
		return
	}
	if msg.err != nil {
		m.pastTrouble("reading the pops", msg.err)
		msg.traces = m.popped.ran
	}
	m.popped.pane.SetData(msg.traces, m.noTraces())
}

// noTraces says why there is nothing to see.
func (m *Model) noTraces() string {
	if m.opts.Ports.Pop == nil || len(m.opts.Pops) == 0 {
		return "No pops are set up. [[pops.rule]] in the configuration says what opens when a call rings you: see docs/pops.md."
	}
	return "Nothing has popped yet. When a call rings you, when you take it, when it is over or when you press o, this page tells what opened, or why nothing did."
}
