package ui

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/duty"
	"ringside/store/export"
	"ringside/ui/action"
	"ringside/ui/reports"
)

const (
	maxTable  = 50_000 // rows of a table that is saved
	maxExact  = 1_000  // rows of a table with every member of the record; more are written from the list
	tablePage = 500
)

// tabling is a table of calls on its way into a file: page by page, so that it can be given up and
// tells how far it is.
type tabling struct {
	ask    ask
	search archive.Search
	exact  bool
	all    int
	buf    *bytes.Buffer
	table  *export.Table
	rows   int
	more   bool // there are more than maxTable
}

// tabledMsg tells that a page has been written, or that there is no other.
type tabledMsg struct {
	gen  uint64
	rows int
	last archive.Cursor
	done bool
	err  error
}

// saveTable saves the calls found as a table.
func (m *Model) saveTable() tea.Cmd {
	found, _, _ := m.listPane.Count()
	switch {
	case m.opts.Ports.Save == nil:
		return action.Refuse(action.SaveCSV, "files cannot be saved from here")
	case m.opts.Ports.Past == nil:
		return action.Refuse(action.SaveCSV, "nothing is kept here, so there is nothing to save")
	case m.tabling != nil:
		return action.Refuse(action.SaveCSV, "a table is being saved; Esc gives it up")
	case found == 0:
		return action.Refuse(action.SaveCSV, "no call is found")
	}
	t := &tabling{search: m.listPane.Search(), all: found, exact: found >= 0 && found <= maxExact, buf: &bytes.Buffer{}}
	t.search.Limit = tablePage
	t.table = export.NewTable(t.buf, m.exportOptions())
	m.tabling = t
	return m.tablePage()
}

// tablePage writes the next page. The table is used by one command at a time.
func (m *Model) tablePage() tea.Cmd {
	t, p := m.tabling, m.opts.Ports.Past
	ctx, gen := t.ask.begin(m.ctx, m.now)
	search, exact, table, room := t.search, t.exact, t.table, maxTable-t.rows
	return func() tea.Msg {
		page, err := p.Find(ctx, search)
		if err != nil {
			return tabledMsg{gen: gen, err: fmt.Errorf("reading the calls: %w", err)}
		}
		out := tabledMsg{gen: gen, done: !page.After}
		for _, r := range page.Rows {
			if out.rows == room {
				break
			}
			record := record(&r.Summary)
			if exact {
				e, err := p.Get(ctx, r.ID)
				if err != nil {
					return tabledMsg{gen: gen, err: fmt.Errorf("reading a call: %w", err)}
				}
				record = e.Call.Record(e.Ended)
			}
			if err := table.Write(record); err != nil {
				return tabledMsg{gen: gen, err: fmt.Errorf("writing the table: %w", err)}
			}
			out.rows++
			out.last = r.Cursor
		}
		if len(page.Rows) == 0 {
			out.done = true
		}
		return out
	}
}

func (m *Model) onTabled(msg tabledMsg) tea.Cmd {
	t := m.tabling
	if t == nil || !t.ask.took(msg.gen) {
		return nil
	}
	t.rows += msg.rows
	t.search.From = msg.last
	switch {
	case msg.err != nil:
		m.tabling = nil
		m.onSaved(savedMsg{noun: "table", err: msg.err})
		return nil
	case !msg.done && t.rows < maxTable:
		return m.tablePage()
	}
	t.more = !msg.done
	m.tabling = nil
	return m.tableDone(t)
}

// tableDone writes the file.
func (m *Model) tableDone(t *tabling) tea.Cmd {
	noun := fmt.Sprintf("table of %s calls", reports.Thousands(t.rows))
	var more []string
	if t.more {
		more = append(more, fmt.Sprintf("these are the first %s: narrow the search for the others", reports.Thousands(maxTable)))
	}
	if !t.exact {
		more = append(more, fmt.Sprintf("holds and transfers are left empty in tables of more than %s calls", reports.Thousands(maxExact)))
	}
	tell := m.opts.Ports.Did
	save, name := m.opts.Ports.Save, "calls-"+m.now.Format("20060102-150405")+".csv"
	return func() tea.Msg {
		if err := t.table.Flush(); err != nil {
			return savedMsg{noun: noun, err: fmt.Errorf("writing the table: %w", err)}
		}
		path, err := save(name, t.buf.Bytes())
		if tell != nil {
			tell(Deed{Act: duty.ExportAll, More: noun + " saved " + filepath.Base(path), Failed: errText(err)})
		}
		return savedMsg{noun, path, strings.Join(more, "; "), err}
	}
}

// tabled says how far a table is: "saving 12,500 of 31,337"; "" when none is being saved.
func (m *Model) tabled() string {
	t := m.tabling
	if t == nil {
		return ""
	}
	if t.all < 0 {
		return "saving " + reports.Thousands(t.rows)
	}
	return fmt.Sprintf("saving %s of %s", reports.Thousands(t.rows), reports.Thousands(t.all))
}

// record gives the record of a call as far as a list knows it: the holds, the transfers and the holes
// in its states are left out.
func record(s *call.Summary) call.Record {
	const stamp = "2006-01-02T15:04:05.000Z"
	ended, outcome := s.Ended.UTC().Format(stamp), s.Outcome.Code()
	r := call.Record{
		Schema: call.Schema, ID: s.ID, Account: s.Account, Direction: s.Direction.String(),
		Created: s.Created.UTC().Format(stamp), Ended: &ended, State: call.StateEnded.String(), Outcome: &outcome,
		From: s.From, To: s.To, Queue: s.Queue, Path: s.Path, Answered: s.Answered, Rung: s.Rung,
		Transfers: []call.Transfer{}, Holds: []call.Hold{}, PhasesMs: make(map[string]int64, call.NumPhases),
		TotalMs: s.TotalMs, States: s.States, Gaps: [][2]uint64{}, JoinedLate: s.JoinedLate, Associated: s.Associated,
	}
	for p, ms := range s.PhasesMs {
		r.PhasesMs[call.Phase(p).String()] = ms
	}
	if s.Outcome == call.NoOutcome {
		r.Outcome = nil
	}
	if s.AnswerMs >= 0 {
		r.AnswerMs = &s.AnswerMs
	}
	if s.LeftFirst != "" {
		r.LeftFirst = &call.LeftFirst{Who: s.LeftFirst, Inferred: true}
	}
	return r
}
