package ui

import (
	"bufio"
	"errors"
	"strings"
	"sync"
	"testing"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/stats"
	"ringside/ui/figures"
	"ringside/ui/plain"
	"ringside/ui/theme"
)

// Tags and notes find calls that are up: those of the call, and those of its caller in any spelling.
// One that is written while the filter stands counts at once, and so does taking it back.
func TestTagsAndNotesFindCallsThatAreUp(t *testing.T) {
	dana := made(1, call.StateTalking, party("Dana Roe", "+12125550110"), "Ann", 10, 40)
	lee := made(2, call.StateTalking, party("Lee Park", "+12125550111"), "Bo", 10, 40)
	p := keeping(0)
	p.items = []archive.Item{
		{Kind: archive.Tag, ID: "1", Caller: "(212) 555-0110", Text: "vip"},
		{Kind: archive.Note, ID: "2", Call: lee.ID, Text: "wants a refund"},
		{Kind: archive.Tag, ID: "3", Call: "past-2", Text: "elsewhere"},
	}
	m := desk(t, Options{Region: "US", Ports: Ports{Past: p}}, 100, 24, &call.View{At: noon, Live: call.VecOf(dana, lee)})
	for query, want := range map[string]string{
		"tag:vip": "1 of 2", "tag=vip total>5s": "1 of 2", "note:refund": "1 of 2", "refund": "1 of 2", "tag:vip or note:refund": "2 of 2",
		"-tag:vip": "1 of 2", "tag:elsewhere": "0 of 2", "note:vip": "0 of 2",
	} {
		settle(m, m.setFilter(query))
		if got := m.count(); got != want {
			t.Errorf("%s finds %s, not %s", query, got, want)
		}
	}
	settle(m, m.setFilter("tag:urgent"))
	if got := m.count(); got != "0 of 2" {
		t.Errorf("nobody is urgent yet: %s", got)
	}
	settle(m, m.change(change{what: "tag", put: archive.Batch{Items: []archive.Item{{Kind: archive.Tag, ID: "4", Call: dana.ID, Text: "urgent"}}}}))
	if got := m.count(); got != "1 of 2" || !strings.Contains(m.View().Content, "Dana Roe") {
		t.Errorf("a tag that was just given: %s", got)
	}
	settle(m, m.undo())
	if got := m.count(); got != "0 of 2" {
		t.Errorf("a tag that was taken back: %s", got)
	}
}

// settle hands m what a command brings, and what comes of that, four questions deep.
func settle(m *Model, cmd tea.Cmd) {
	cmds := []tea.Cmd{cmd}
	for range 4 {
		var next []tea.Cmd
		for _, c := range cmds {
			for _, msg := range runAll(c) {
				if _, ok := msg.(notedMsg); ok {
					m.Update(msg)
				} else if _, ok := msg.(changedMsg); ok {
					_, cmd := m.Update(msg)
					next = append(next, cmd)
				}
			}
		}
		cmds = next
	}
}

// The sentences find by tags and notes, too, and so do the calls behind a number.
func TestTagsAndNotesInSentences(t *testing.T) {
	dana := made(1, call.StateTalking, party("Dana Roe", "+12125550110"), "Ann", 10, 40)
	lee := made(2, call.StateTalking, party("Lee Park", "+12125550111"), "Bo", 10, 40)
	p := keeping(0)
	p.items = []archive.Item{{Kind: archive.Tag, ID: "1", Caller: "(212) 555-0110", Text: "vip"}}
	v := &call.View{At: noon, Live: call.VecOf(dana, lee)}
	say := func(past Past, lines ...string) string {
		var out strings.Builder
		var work sync.WaitGroup
		l := &linear{
			m: desk(t, Options{Region: "US", Ports: Ports{Past: past}}, linearW, linearH, v), out: bufio.NewWriter(&out),
			msgs: make(chan tea.Msg, 64), work: &work, ctx: t.Context(), end: func() {},
		}
		l.teller = plain.New(plain.Options{Name: l.name})
		l.take(ViewMsg{v})
		out.Reset()
		for _, line := range lines {
			l.take(lineMsg{line})
			for work.Wait(); len(l.msgs) > 0; work.Wait() {
				l.take(<-l.msgs)
			}
		}
		return out.String()
	}
	if got := say(p, "list tag:vip"); !strings.Contains(got, "1 call:") || !strings.Contains(got, "Dana Roe") || strings.Contains(got, "Lee Park") {
		t.Errorf("list says %q", got)
	}
	if got := say(p, "filter tag:vip", "list -tag:vip"); !strings.Contains(got, "Only calls that match tag:vip") || !strings.Contains(got, "Lee Park") {
		t.Errorf("filter says %q", got)
	}
	if got := say(nil, "list tag:vip", "filter note:x", "list dana"); strings.Count(got, "Nothing is kept here, and so there are no tags and notes.") != 2 ||
		!strings.Contains(got, "Dana Roe") {
		t.Errorf("where nothing is kept it says %q", got)
	}
	p.err = errors.ErrUnsupported
	if got := say(p, "list dana"); !strings.Contains(got, "Tags and notes are not known: ") || !strings.Contains(got, "Dana Roe") {
		t.Errorf("of an archive that does not answer it says %q", got)
	}

	c := figures.NewCalls(theme.Dark(), nil)
	c.SetRegion("US")
	c.SetNow(noon)
	c.SetNoted(archive.NewNoted(p.items, "US"))
	c.SetCalls(stats.Number{}, []*stats.Entry{{Summary: dana.Summary()}, {Summary: lee.Summary()}})
	for query, want := range map[string]int{"tag:vip": 1, "-tag:vip": 1, "tag:else": 0} {
		c.SetFilter(query)
		if got, _ := c.Count(); got != want {
			t.Errorf("behind a number %s finds %d, want %d", query, got, want)
		}
	}
}

// A filter that names tags where nothing is kept says so, and is not taken.
func TestTagsWhereNothingIsKept(t *testing.T) {
	m := desk(t, Options{}, 100, 24, &call.View{At: noon, Live: call.VecOf(made(1, call.StateTalking, party("Dana Roe", "+12125550110"), "Ann", 10, 40))})
	press(t, m, "/", "t", "a", "g", ":", "v", "enter")
	find(t, m, "nothing is kept here, and so there are no tags and notes")
	if !m.prompt.Active() {
		t.Error("the filter was taken")
	}
}
