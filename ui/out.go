package ui

import (
	"bytes"
	"context"
	"errors"
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
	"ringside/ui/text"
)

// maxYank bounds what is put on the clipboard by OSC 52: terminals that take more are few.
const maxYank = 74_000

// form is a form in which a call leaves the desk.
type form struct {
	format export.Format
	noun   string
	save   bool
	ending string
}

func forms() map[action.Action]form {
	return map[action.Action]form{
		action.YankCard:   {export.Markdown, "card", false, ""},
		action.YankJSON:   {export.JSON, "record", false, ""},
		action.YankLadder: {export.Ladder, "ladder", false, ""},
		action.SaveCard:   {export.Markdown, "card", true, ".md"},
		action.SaveJSON:   {export.JSON, "record", true, ".json"},
	}
}

// savedMsg tells where something was saved.
type savedMsg struct {
	noun, path, more string
	err              error
}

// out copies or saves the call that is read in full or selected.
func (m *Model) out(a action.Action) tea.Cmd {
	f := forms()[a]
	s, ok := m.subject()
	switch {
	case !ok || s.id == "":
		return action.Refuse(a, "no call is selected: j and k select one")
	case f.save && m.opts.Ports.Save == nil:
		return action.Refuse(a, "files cannot be saved from here; y copies instead")
	}
	o := m.exportOptions()
	if s.id == m.detail {
		o.Journey = m.open.joined
	}
	c, r := m.callOf(s.id), m.reportOf(s.id)
	p, save, ctx := m.opts.Ports.Past, m.opts.Ports.Save, m.ctx
	tell := m.opts.Ports.Did
	did := func(d Deed) {
		if tell != nil {
			d.Act, d.Call, d.Number = duty.Export, s.id, s.who.Number
			tell(d)
		}
	}
	return func() tea.Msg {
		c, r, err := whole(ctx, p, s.id, c, r)
		if err != nil {
			return savedMsg{noun: f.noun, err: err}
		}
		var b bytes.Buffer
		if err := export.Call(&b, f.format, c, r, o); err != nil {
			return savedMsg{noun: f.noun, err: fmt.Errorf("writing the %s: %w", f.noun, err)}
		}
		switch {
		case f.save:
			path, err := save(fileName(c, f.ending), b.Bytes())
			did(Deed{More: text.Join(" ", f.noun, "saved", filepath.Base(path)), Failed: errText(err)})
			return savedMsg{noun: f.noun, path: path, err: err}
		case b.Len() > maxYank:
			return action.Refused{Action: a, Why: fmt.Sprintf("the %s has %s bytes, too many for a terminal's clipboard: w saves it", f.noun, reports.Thousands(b.Len()))}
		}
		did(Deed{More: f.noun + " copied"})
		return action.Copy{What: f.noun, Text: b.String(), Veiled: true}
	}
}

// whole gives a call with its report, from the archive where they are not at hand.
func whole(ctx context.Context, p Past, id string, c *call.Call, r *call.Report) (*call.Call, *call.Report, error) {
	if p != nil && (c == nil || r == nil && !c.Live()) {
		e, err := p.Get(ctx, id)
		switch {
		case err == nil && e.Call != nil:
			c, r = e.Call, e.Report
		case err != nil && (c == nil || !errors.Is(err, archive.ErrNone)):
			return nil, nil, fmt.Errorf("reading the call: %w", err)
		}
	}
	if c == nil {
		return nil, nil, errors.New("this call is no longer known")
	}
	return c, r, nil
}

// fileName names the file of a call after its beginning and its id, of which letters, digits and
// hyphens alone are kept.
func fileName(c *call.Call, ending string) string {
	id := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' {
			return r
		}
		return -1
	}, c.ID)
	return "call-" + c.Created.UTC().Format("20060102-150405") + "-" + id[:min(8, len(id))] + ending
}

// onCopy puts a text on the clipboard and says so.
func (m *Model) onCopy(msg action.Copy) tea.Cmd {
	var cmd tea.Cmd
	if !msg.Veiled {
		if veiled := m.opts.Veil.Text(msg.Text); msg.What != "id" && veiled != msg.Text {
			if msg.What != "number" {
				return action.Refuse(action.Mask, "the "+msg.What+" holds a number, and numbers are masked: "+m.keys.Name(action.Mask, m.th.ASCII)+" shows them")
			}
			msg.Text = veiled
		}
		cmd = m.did(Deed{Act: duty.Export, Call: m.subjectID(), More: msg.What + " copied"})
	}
	said := msg.What + " copied: " + call.Clean(msg.Text)
	if n := strings.Count(msg.Text, "\n"); n > 1 {
		said = fmt.Sprintf("%s copied: %d lines", msg.What, n)
	}
	m.say(NoticeMsg{Level: Good, Text: said})
	return tea.Batch(tea.SetClipboard(msg.Text), cmd)
}

// subjectID gives the id of the call that is read in full or selected, "" for none.
func (m *Model) subjectID() string {
	s, _ := m.subject()
	return s.id
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func (m *Model) onSaved(msg savedMsg) {
	if msg.err != nil {
		m.pastTrouble("the "+msg.noun+" is not saved", msg.err)
		return
	}
	m.say(NoticeMsg{Level: Good, Text: msg.noun + " saved: " + msg.path, Hint: msg.more})
}
