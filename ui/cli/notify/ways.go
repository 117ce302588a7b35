package notify

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/gen2brain/beeep"

	"ringside/lookup/pop"
	"ringside/store/call"
)

// The names of the ways, as [[alarms.rule]] notify has them. A webhook may have a name of its own.
const (
	Bell     = "bell"
	Terminal = "terminal"
	Desktop  = "desktop"
	Command  = "command"
	Webhook  = "webhook"
)

// Gaps between notices of a way.
const (
	bellGap     = 2 * time.Second
	noticeGap   = 10 * time.Second
	commandGap  = 5 * time.Second
	webhookGap  = time.Second
	desktopWait = 5 * time.Second
)

// raw writes a sequence to the terminal.
type raw struct {
	name  string
	write func(string)
	of    func(Notice) string
}

func (r raw) Name() string { return r.name }

func (r raw) Send(_ context.Context, n Notice) error {
	r.write(r.of(n))
	return nil
}

// ForBell rings the terminal's bell, by what writes raw text to it.
func ForBell(write func(string)) Use {
	return Use{Way: raw{Bell, write, func(Notice) string { return "\a" }}, Gap: bellGap}
}

// ForTerminal has the terminal show a notice: OSC 9, which iTerm2, Windows Terminal, WezTerm, Ghostty and
// others know, and OSC 777, which foot, Ghostty, WezTerm and urxvt know. A terminal passes over what it
// does not know; over SSH both arrive where the person sits.
func ForTerminal(env map[string]string, write func(string)) Use {
	return Use{Way: raw{Terminal, write, func(n Notice) string { return Sequence(n, env["TMUX"] != "") }}, Gap: noticeGap}
}

// Sequence is the notice as a terminal takes it; tmux is told to pass it on.
func Sequence(n Notice, tmux bool) string {
	title, text := osc(n.Title()), osc(n.Text())
	parts := []string{ansi.Notify(title + ": " + text), ansi.URxvtExt("notify", title, text)}
	for i, p := range parts {
		if tmux {
			parts[i] = ansi.TmuxPassthrough(p)
		}
	}
	return strings.Join(parts, "")
}

// osc makes a text fit to stand in a sequence: a semicolon would begin the next field.
func osc(s string) string { return strings.ReplaceAll(call.Clean(s), ";", ",") }

// ForDesktop shows a notice on the desktop of this machine. Over SSH nobody sits there: it then says
// why it shows nothing.
func ForDesktop(env map[string]string) Use {
	beeep.AppName = "ringside"
	return Use{Way: desktop{remote: env["SSH_CONNECTION"] != "" || env["SSH_TTY"] != "", show: beeep.Notify}, Gap: noticeGap, Timeout: desktopWait}
}

type desktop struct {
	remote bool
	show   func(title, text string, icon any) error
}

func (desktop) Name() string { return Desktop }

// Send implements Way. The library knows no deadline: what does not answer is left alone.
func (d desktop) Send(ctx context.Context, n Notice) error {
	if d.remote {
		return Told{errors.New("over SSH the desktop is not the one you sit at; \"terminal\" reaches yours")}
	}
	ended := make(chan error, 1)
	go func() { ended <- d.show(call.Clean(n.Title()), call.Clean(n.Text()), "") }()
	select {
	case err := <-ended:
		if err != nil {
			return Told{fmt.Errorf("showing a notice on the desktop: %w", err)}
		}
		return nil
	case <-ctx.Done():
		return Told{errors.New("the desktop did not answer")}
	}
}

// Variables lists what a command may have in its arguments, with what each is.
func Variables() [][2]string {
	return [][2]string{
		{"event", "`raised`, `worse`, `again`, `better`, `acknowledged`, `cleared`"},
		{"level", "`red` or `amber`; of one that is over, what it was at worst"},
		{"title", "a few words: `ringside: red`"},
		{"text", "the alarm in one line, and how many more there are"},
		{"rule", "name of the rule"},
		{"measure", "what the rule watches: `wait`, `queue`, …"},
		{"subject", "the queue or agent, empty for all"},
		{"count", "calls behind it now"},
		{"longest", "whole seconds of the longest, 0 where only their number counts"},
		{"alarms", "how many alarms this notice is about"},
		{"id", "id of the alarm"},
	}
}

func variableNames() []string {
	var out []string
	for _, v := range Variables() {
		out = append(out, v[0])
	}
	return out
}

// Opener runs programs: lookup/pop.System.
type Opener interface {
	Open(ctx context.Context, t pop.Target) pop.Outcome
}

// ForCommand runs a command for each notice; the error is a *pop.Error.
func ForCommand(words []string, opener Opener, limit time.Duration) (Use, error) {
	c, err := pop.ParseCommand(words, variableNames())
	if err != nil {
		return Use{}, err
	}
	return Use{Way: command{c, opener, limit}, Gap: commandGap, Timeout: limit + time.Second, All: true}, nil
}

type command struct {
	argv   *pop.Command
	opener Opener
	limit  time.Duration
}

func (command) Name() string { return Command }

func (c command) Send(ctx context.Context, n Notice) error {
	ch := n.worst()
	a := &ch.Alarm
	level := a.Level.String()
	if !a.Up() {
		level = a.Worst.String()
	}
	argv, err := c.argv.Argv(map[string]string{
		"event": string(ch.Kind), "level": level, "title": n.Title(), "text": n.Text(), "rule": a.Rule, "measure": string(a.Measure), "subject": a.Subject,
		"count": strconv.Itoa(a.Count), "longest": strconv.FormatInt(int64(a.Longest(ch.At)/time.Second), 10), "alarms": strconv.Itoa(len(n.Changes) + n.Dropped), "id": a.ID,
	})
	if err != nil {
		return Told{err}
	}
	if o := c.opener.Open(ctx, pop.Target{Kind: pop.Run, Argv: argv, Limit: c.limit}); o.Result != pop.Opened {
		said := o.Why
		if o.Output != "" {
			said += ": " + o.Output
		}
		return Told{fmt.Errorf("%s: %s", call.Clean(argv[0]), call.Clean(said))}
	}
	return nil
}
