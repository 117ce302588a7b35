package ui

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/uitest"
)

// files is a place where files are saved.
type files struct {
	names []string
	data  [][]byte
	err   error
}

func (f *files) save(name string, data []byte) (string, error) {
	if f.err != nil {
		return "", f.err
	}
	f.names, f.data = append(f.names, name), append(f.data, data)
	return "/home/ann/" + name, nil
}

func TestACallIsCopiedAndSaved(t *testing.T) {
	var f files
	m := reading(t, 120, 30, keeping(30), Options{Ports: Ports{Save: f.save}})
	press(t, m, "j")
	for _, k := range []struct{ key, what string }{{"m", "card"}, {"j", "record"}, {"l", "ladder"}} {
		text := ""
		for _, msg := range press(t, m, "y", k.key) {
			if c, ok := msg.(action.Copy); ok && c.What == k.what {
				text = c.Text
			}
		}
		if !strings.Contains(text, "Past 29") {
			t.Errorf("y %s copies %q", k.key, text)
		}
		find(t, m, k.what+" copied")
	}
	press(t, m, "w", "m")
	find(t, m, "card saved: /home/ann/call-20260924-142837-past-29.md")
	press(t, m, "enter", "w", "j")
	find(t, m, "record saved: /home/ann/call-20260924-142837-past-29.json")
	if len(f.data) != 2 || !strings.Contains(string(f.data[1]), "Past 29") {
		t.Errorf("saved %q", f.data)
	}
	f.err = errors.New("no space left on device")
	press(t, m, "w", "m")
	find(t, m, "the card is not saved: no space left on device")
}

// A call that is up has no place in the archive; it is copied as it is now.
func TestALiveCallIsCopied(t *testing.T) {
	m := desk(t, Options{Ports: Ports{Past: keeping(1)}}, 120, 30, floor())
	press(t, m, "j")
	copied := ""
	for _, msg := range press(t, m, "y", "j") {
		if c, ok := msg.(action.Copy); ok {
			copied = c.Text
		}
	}
	if !strings.Contains(copied, m.callsPane.Selected().ID) {
		t.Errorf("copied %q", copied)
	}
	press(t, m, "w", "m")
	find(t, m, "files cannot be saved from here")
	press(t, m, "esc", "esc", "y", "m")
	find(t, m, "no call is selected")
}

// What is too long for the clipboard is not cut in silence.
func TestTooLongForTheClipboard(t *testing.T) {
	p := keeping(3)
	c := p.entries[2].Call
	for i := range 3000 {
		c.Rung = append(c.Rung, call.Ring{Name: fmt.Sprintf("somebody with a long name %d", i)})
	}
	m := reading(t, 120, 30, p, Options{})
	press(t, m, "j", "y", "j")
	find(t, m, "too many for a terminal's clipboard: w saves it")
}

func TestFileNames(t *testing.T) {
	for id, want := range map[string]string{
		"0d1e2f3a-4b5c": "call-20260924-143207-0d1e2f3a.md", "../../etc/passwd": "call-20260924-143207-etcpassw.md", "": "call-20260924-143207-.md",
		"a\x00b\nc": "call-20260924-143207-abc.md",
	} {
		if got := fileName(&call.Call{ID: id, Created: noon}, ".md"); got != want {
			t.Errorf("%q: %q, want %q", id, got, want)
		}
	}
}

func saved(t *testing.T, f *files) [][]string {
	t.Helper()
	if len(f.data) != 1 {
		t.Fatalf("%d files saved", len(f.data))
	}
	rows, err := csv.NewReader(strings.NewReader(string(f.data[0]))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestTheCallsFoundAreSaved(t *testing.T) {
	var f files
	p := keeping(1200)
	m := reading(t, 120, 30, p, Options{Ports: Ports{Save: f.save}})
	press(t, m, "/")
	typeIn(t, m, "past 11")
	press(t, m, "enter", "w", "c")
	find(t, m, "table of 111 calls saved: /home/ann/calls-20260924-143207.csv")
	if has(t, m, "left empty") || p.times("get") != 111 {
		t.Errorf("a small table is not exact: %d calls read", p.times("get"))
	}
	if rows := saved(t, &f); len(rows) != 112 {
		t.Errorf("%d lines", len(rows))
	}
	f.data = nil
	press(t, m, "esc", "esc", "w", "c")
	find(t, m, "table of 1,200 calls saved")
	find(t, m, "holds and transfers are left empty in tables of more than 1,000 calls")
	rows := saved(t, &f)
	seen := map[string]bool{}
	for _, r := range rows[1:] {
		for _, cell := range r {
			if strings.HasPrefix(cell, "past-") {
				seen[cell] = true
			}
		}
	}
	if len(rows) != 1201 || len(seen) != 1200 || p.times("get") != 111 {
		t.Errorf("%d lines, %d calls, %d read one by one", len(rows), len(seen), p.times("get"))
	}
}

// A long table tells how far it is, and can be given up.
func TestALongTable(t *testing.T) {
	var f files
	m := reading(t, 120, 30, keeping(2200), Options{Ports: Ports{Save: f.save}})
	m.Update(uitest.Key("w"))
	_, cmd := m.Update(uitest.Key("c"))
	for range 2 { // two of five pages
		_, cmd = m.Update(answerOf(cmd))
	}
	if got := screen(m).Line(1); !strings.Contains(got, "saving 1,000 of 2,200") {
		t.Errorf("tab line %q", got)
	}
	press(t, m, "w", "c")
	find(t, m, "a table is being saved; Esc gives it up")
	press(t, m, "esc")
	uitest.Drive(t, m, answerOf(cmd))
	if strings.Contains(screen(m).Line(1), "saving") || len(f.data) != 0 {
		t.Error("the table is saved though it was given up")
	}
	p := keeping(0)
	m = reading(t, 120, 30, p, Options{Ports: Ports{Save: f.save}})
	press(t, m, "w", "c")
	find(t, m, "no call is found")
}

// answerOf runs a command of several and gives the message that is a page of a table.
func answerOf(cmd tea.Cmd) tea.Msg {
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			if got := answerOf(c); got != nil {
				return got
			}
		}
	case tabledMsg:
		return msg
	}
	return nil
}

// A row's record says what the call's own says, but for what a list does not know.
func TestRecordOfARow(t *testing.T) {
	c := made(1, call.StateEnded, party("Dana Roe", "+12125550110"), "Ann", 60, 200, "Main", "Support")
	c.Outcome, c.Ended, c.AnswerMs, c.LeftFirst, c.NumStates = call.Answered, at(60), 4400, "caller", 31
	c.Answered = []call.Answer{{Name: "Ann Bell", Extension: "8648", AtMs: 4400}}
	c.Holds, c.Transfers, c.Gaps = []call.Hold{{By: "8648"}}, []call.Transfer{{Kind: "blind"}}, []call.Gap{{From: 3, To: 4}}
	c.Associated = []string{"other"}
	want := c.Record(c.Ended)
	want.Holds, want.Transfers, want.Gaps = []call.Hold{}, []call.Transfer{}, [][2]uint64{}
	s := c.Summary()
	got := record(&s)
	if d := cmp.Diff(fmt.Sprintf("%+v", flat(want)), fmt.Sprintf("%+v", flat(got))); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	s = call.Summary{ID: "bare", AnswerMs: -1, Created: noon, Ended: noon}
	if r := record(&s); r.Outcome != nil || r.AnswerMs != nil || r.LeftFirst != nil {
		t.Errorf("of nothing: %+v", r)
	}
}

// flat writes the pointers of a record out.
func flat(r call.Record) []any {
	return []any{*r.Ended, *r.Outcome, *r.AnswerMs, *r.LeftFirst, r.Schema, r.ID, r.Account, r.Direction, r.Created, r.State, r.From, r.To, r.Queue,
		fmt.Sprint(r.Path), r.Answered, len(r.Rung), r.Transfers, r.Holds, r.PhasesMs, r.TotalMs, r.States, r.Gaps, r.JoinedLate, r.Associated}
}
