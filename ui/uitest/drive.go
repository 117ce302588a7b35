package uitest

import (
	"testing"

	tea "charm.land/bubbletea/v2"
)

// maxSteps bounds a drive: a model whose commands bring ever new messages is a loop.
const maxSteps = 10000

// Drive feeds messages to a model and runs every command it gives at once, and what that brings,
// before the next message is fed. It gives the messages the commands brought.
func Drive(t testing.TB, m tea.Model, msgs ...tea.Msg) []tea.Msg {
	t.Helper()
	var brought []tea.Msg
	queue := append([]tea.Msg(nil), msgs...)
	for n := 0; len(queue) > 0; n++ {
		if n == maxSteps {
			t.Fatalf("the model is still busy after %d messages", n)
		}
		msg := queue[0]
		queue = queue[1:]
		_, cmd := m.Update(msg)
		_ = m.View() // as Bubble Tea does after every message
		got := run(cmd)
		brought = append(brought, got...)
		queue = append(got, queue...)
	}
	return brought
}

// Run runs a command and gives what it brings, those of a batch in their order.
func Run(cmd tea.Cmd) []tea.Msg { return run(cmd) }

func run(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	switch msg := cmd().(type) {
	case nil:
		return nil
	case tea.BatchMsg:
		var out []tea.Msg
		for _, c := range msg {
			out = append(out, run(c)...)
		}
		return out
	default:
		return []tea.Msg{msg}
	}
}

// Key makes the message of a key by the name Bubble Tea gives it: "j", "G", "?", "enter", "space",
// "ctrl+d", "up".
func Key(name string) tea.KeyPressMsg {
	if k, ok := named()[name]; ok {
		return k
	}
	if len(name) > 5 && name[:5] == "ctrl+" {
		return tea.KeyPressMsg{Code: rune(name[5]), Mod: tea.ModCtrl}
	}
	r := []rune(name)
	return tea.KeyPressMsg{Code: r[0], Text: name}
}

func named() map[string]tea.KeyPressMsg {
	return map[string]tea.KeyPressMsg{
		"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight},
		"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab},
		"shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift}, "space": {Code: tea.KeySpace, Text: " "},
		"pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown}, "home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd},
		"backspace": {Code: tea.KeyBackspace},
	}
}

// Keys makes the messages of several keys.
func Keys(names ...string) []tea.Msg {
	out := make([]tea.Msg, len(names))
	for i, n := range names {
		out[i] = Key(n)
	}
	return out
}

// Type makes the messages of a text typed letter by letter.
func Type(s string) []tea.Msg {
	var out []tea.Msg
	for _, r := range s {
		if r == ' ' {
			out = append(out, Key("space"))
			continue
		}
		out = append(out, Key(string(r)))
	}
	return out
}
