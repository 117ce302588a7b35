package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"ringside/gotoapi"
	"ringside/store/call"
)

// Target is the service to be looked at.
type Target struct {
	Client  *gotoapi.Client
	Account string            // account key; empty: the only one that the login has
	Dialer  *websocket.Dialer // nil: the usual
	Agent   string            // User-Agent
	// Now is the service's clock where that is a simulation's; nil: the real one.
	Now func() time.Time
	// Dialogs looks at the Realtime interface, for the calls of my line alone, instead of at what a
	// desk for the whole account needs.
	Dialogs bool
}

// patient goes through the checks of a service; what one finds, later ones use.
type patient struct {
	Target
	refused map[string]string // scope -> why what needs it is not tried again
	channel channel
	socket  gotoapi.Secret // address of the websocket, of the channel or the session
	session session
}

// Service gives the checks of a service, in the order in which they build upon each other. The last
// one takes away what the others have made.
func Service(t Target) []Check {
	if t.Dialer == nil {
		t.Dialer = &websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: usualDeadline}
	}
	if t.Now == nil {
		t.Now = time.Now
	}
	p := &patient{Target: t, refused: map[string]string{}}
	scope := func(name string, try func(context.Context) error) Check {
		return Check{Name: "scope " + name, Run: func(ctx context.Context) (string, error) { return p.scope(ctx, name, try) }}
	}
	checks := []Check{
		{Name: "token", Run: p.token},
		{Name: "clock", Run: p.clock},
		scope(gotoapi.ScopeLinesRead, p.lines),
	}
	if t.Dialogs {
		return append(checks, []Check{
			{Name: "session", Run: p.makeSession},
			{Name: "websocket", Run: p.websocket},
			{Name: "subscription", Run: p.subscribeLine},
			{Name: "cleanup", Run: p.endSession, Always: true},
		}...)
	}
	return append(checks, []Check{
		scope(gotoapi.ScopeUsersRead, p.me),
		scope(gotoapi.ScopeEventsRead, p.firstCall),
		scope(gotoapi.ScopeReportsRead, p.firstReport),
		scope(gotoapi.ScopeVoiceAdmin, p.firstExtension),
		scope(gotoapi.ScopeRecordingsRead, p.noRecording),
		scope(gotoapi.ScopePresence, p.noPresence),
		scope(gotoapi.ScopeWebCalls, p.noHangUp),
		scope(gotoapi.ScopeWebCallsRead, p.noWebCall),
		scope(gotoapi.ScopeClickToCall, p.noClick),
		{Name: "channel", Run: p.makeChannel},
		{Name: "websocket", Run: p.websocket},
		scope(gotoapi.ScopeNotifications, p.subscriptions),
		{Name: "subscription", Run: p.subscribe},
		{Name: "calls", Deadline: 30 * time.Second, Run: p.calls},
		{Name: "report", Deadline: 30 * time.Second, Run: p.report},
		{Name: "cleanup", Run: p.cleanUp, Always: true},
	}...)
}

// token gets a token, over the network when there is none that still lasts.
func (p *patient) token(ctx context.Context) (string, error) {
	t, err := p.Client.Token(ctx)
	if err != nil {
		return "", &End{err, "there is no token"}
	}
	detail := "it works"
	if t.Principal != "" {
		detail = "of " + t.Principal
	}
	if !t.Expires.IsZero() {
		detail += ", for another " + minutes(time.Until(t.Expires))
	}
	return detail, nil
}

// maxSkew is how far our clock may be from the service's.
const maxSkew = 30 * time.Second

// clock compares the date of an answer with our clock, taking the middle of the question's way.
func (p *patient) clock(ctx context.Context) (string, error) {
	var date string
	ctx = gotoapi.Overhear(ctx, func(a gotoapi.Answer) { date = a.Header.Get("Date") })
	asked := time.Now()
	_, err := p.Client.Identity.Lines(ctx, p.Account)
	way := time.Since(asked)
	if date == "" {
		if err == nil {
			return "", &Skip{"the service does not say what time it is"}
		}
		return "", &End{err, "GoTo cannot be reached"}
	}
	theirs, parseErr := http.ParseTime(date)
	if parseErr != nil {
		return "", &Skip{"the service's date cannot be read"}
	}
	// The header has no fractions of a second: on average half of one is missing.
	skew := asked.Add(way / 2).Sub(theirs.Add(time.Second / 2))
	size, word := skew.Abs(), "behind"
	if skew > 0 {
		word = "ahead of"
	}
	if size > maxSkew {
		return "", &trouble{
			text: fmt.Sprintf("this machine's clock is %s %s GoTo's", size.Round(time.Second), word),
			hint: "set the clock, best by a time service (NTP): ages and waits on the screen are wrong by as much",
		}
	}
	return fmt.Sprintf("within %s of GoTo's", max(size.Round(time.Second), time.Second)), nil
}

// scope tries a harmless request that needs a scope.
func (p *patient) scope(ctx context.Context, name string, try func(context.Context) error) (string, error) {
	known := gotoapi.ScopeNamed(name)
	err := try(ctx)
	var refused *gotoapi.Error
	switch {
	case err == nil:
		return known.For, nil
	case !errors.As(err, &refused) || refused.Status != http.StatusForbidden:
		return "", err
	case known.Optional:
		return "not there, and need not be: " + known.Off, nil
	case refused.Code == gotoapi.CodeInsufficientScope:
		p.refused[name] = "the scope " + name + " is missing"
		return "", &trouble{"missing: " + known.Off, gotoapi.Hint(err), err}
	}
	p.refused[name] = "this login may not do that"
	return "", &trouble{"this login may not use it: " + known.Off, gotoapi.Hint(err), err}
}

// needs refuses what cannot work without a scope or an account.
func (p *patient) needs(scope string) error {
	switch why := p.refused[scope]; {
	case why != "":
		return &Skip{why}
	case p.Account == "":
		return &trouble{text: "the account is not known", hint: "set account in [goto] of the config file"}
	}
	return nil
}

// know takes over the account when it was not known.
func (p *patient) know(accounts []string) {
	slices.Sort(accounts)
	if accounts = slices.Compact(accounts); p.Account == "" && len(accounts) == 1 {
		p.Account = accounts[0]
	}
}

func (p *patient) lines(ctx context.Context) error {
	lines, err := p.Client.Identity.Lines(ctx, p.Account)
	var accounts []string
	for _, n := range lines {
		accounts = append(accounts, n.Account)
	}
	p.session.lines = lines
	p.know(accounts)
	return err
}

func (p *patient) me(ctx context.Context) error {
	mine, err := p.Client.Identity.Me(ctx)
	var accounts []string
	for _, m := range mine {
		accounts = append(accounts, m.Account)
	}
	p.know(accounts)
	return err
}

func (p *patient) firstCall(ctx context.Context) error {
	if err := p.needs(""); err != nil {
		return err
	}
	for _, err := range p.Client.CallEvents.Spaces(ctx, p.Account) {
		return err
	}
	return nil
}

func (p *patient) firstReport(ctx context.Context) error {
	if err := p.needs(""); err != nil {
		return err
	}
	now := p.Now()
	for _, err := range p.Client.Reports.Summaries(ctx, gotoapi.SummaryQuery{Account: p.Account, From: now.Add(-time.Minute), To: now}) {
		return err
	}
	return nil
}

func (p *patient) firstExtension(ctx context.Context) error {
	if err := p.needs(""); err != nil {
		return err
	}
	for _, err := range p.Client.Admin.Extensions(ctx, p.Account) {
		return err
	}
	return nil
}

// noRecording asks for a recording that does not exist: a scope that is missing is told before that.
func (p *patient) noRecording(ctx context.Context) error {
	_, err := p.Client.Recordings.Status(ctx, "00000000-0000-4000-8000-000000000000")
	if errors.Is(err, gotoapi.ErrNotReady) {
		return nil
	}
	return err
}

// noCallHere stands for a call of the Web Calls API that does not exist.
const noCallHere = "ringside-doctor"

// noHangUp ends a call that does not exist.
func (p *patient) noHangUp(ctx context.Context) error {
	return p.Client.WebCalls.HangUp(ctx, noCallHere)
}

// noWebCall reads a call that does not exist.
func (p *patient) noWebCall(ctx context.Context) error {
	_, err := p.Client.WebCalls.Call(ctx, noCallHere)
	return unlessThere(err)
}

// noPresence asks what a user says who does not exist.
func (p *patient) noPresence(ctx context.Context) error {
	_, err := p.Client.Presence.Of(ctx, []string{"0"})
	return unlessThere(err)
}

// noClick asks for a call from no line to no number, which a service that allows it finds wrong.
func (p *patient) noClick(ctx context.Context) error {
	_, err := p.Client.WebCalls.ClickToCall(ctx, "", "")
	return unlessThere(err)
}

// unlessThere takes a refusal of what does not exist, or makes no sense, for the right to ask.
func unlessThere(err error) error {
	var refused *gotoapi.Error
	if errors.As(err, &refused) && (refused.Status == http.StatusNotFound || refused.Status == http.StatusBadRequest || refused.Status == http.StatusUnprocessableEntity) {
		return nil
	}
	return err
}

// calls does what a desk does when it starts: it lists the calls that are up, and reads one whole.
func (p *patient) calls(ctx context.Context) (string, error) {
	if err := p.needs(gotoapi.ScopeEventsRead); err != nil {
		return "", err
	}
	var up []call.Event
	for e, err := range p.Client.CallEvents.Spaces(ctx, p.Account) {
		if err != nil {
			return "", err
		}
		up = append(up, e)
	}
	detail := counted(len(up), "call") + " up"
	for _, e := range up {
		states, err := p.Client.CallEvents.States(ctx, e.Meta.ID, 1, 0)
		if errors.Is(err, gotoapi.ErrNotFound) {
			continue // it has ended meanwhile
		}
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%s; one read, %s", detail, counted(len(states), "state")), nil
	}
	return detail, nil
}

// triedReports is how many reports are asked for until one is there: the newest may not be ready.
const triedReports = 5

// report lists today's finished calls and reads the report of one.
func (p *patient) report(ctx context.Context) (string, error) {
	if err := p.needs(gotoapi.ScopeReportsRead); err != nil {
		return "", err
	}
	now := p.Now()
	y, m, d := now.Date()
	today := gotoapi.SummaryQuery{Account: p.Account, From: time.Date(y, m, d, 0, 0, 0, 0, now.Location()), To: now}
	var ids []string
	for s, err := range p.Client.Reports.Summaries(ctx, today) {
		if err != nil {
			return "", err
		}
		ids = append(ids, s.ID)
	}
	detail := counted(len(ids), "call") + " ended today"
	for _, id := range ids[:min(len(ids), triedReports)] {
		r, err := p.Client.Reports.Report(ctx, id)
		if errors.Is(err, gotoapi.ErrNotReady) {
			continue
		}
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%s; one report read, %s", detail, counted(len(r.Events), "state")), nil
	}
	return strings.TrimSuffix(detail+"; no report to read", ";"), nil
}

func minutes(d time.Duration) string { return fmt.Sprintf("%.0f min", d.Minutes()) }

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
