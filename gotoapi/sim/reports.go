package sim

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringside/gotoapi/sim/world"
)

// selector is the kind of thing that a report subscription or a list of summaries is about.
type selector int

const (
	byAccount selector = iota
	byUser
	byLine
	byNumber
)

// parameter is the selector's name in a query.
func (k selector) parameter() string {
	return [...]string{"accountKey", "userKey", "lineId", "phoneNumberId"}[k]
}

// reportSub is a Call Events Report subscription.
type reportSub struct {
	id     string
	kind   selector
	value  string
	events []string
}

// wants tells whether a notice about a report is asked for.
func (r reportSub) wants(s *Service, e world.Emission) bool {
	if !slices.Contains(r.events, reportKind(e)) {
		return false
	}
	report, ok := s.world.Report(e.Report)
	if !ok {
		return false
	}
	if r.kind == byAccount {
		return report.AccountKey == r.value
	}
	return slices.ContainsFunc(report.Participants, func(p world.ReportParticipant) bool {
		return r.value == [...]string{"", p.Type.UserKey, p.Type.LineID, p.Type.PhoneNumberID}[r.kind]
	})
}

type reportSubscribe struct {
	ChannelID      string   `json:"channelId"`
	AccountKeys    []string `json:"accountKeys"`
	UserKeys       []string `json:"userKeys"`
	LineIDs        []string `json:"lineIds"`
	PhoneNumberIDs []string `json:"phoneNumberIds"`
	EventTypes     []string `json:"eventTypes"`
}

// selected returns the one list of the request that is not empty.
func (b reportSubscribe) selected() (selector, []string, *apiError) {
	kind, values, lists := byAccount, []string(nil), 0
	for k, list := range [][]string{b.AccountKeys, b.UserKeys, b.LineIDs, b.PhoneNumberIDs} {
		if len(list) > 0 {
			kind, values = selector(k), list
			lists++
		}
	}
	if lists != 1 {
		return 0, nil, errBadRequest("accountKeys", "give exactly one of accountKeys, userKeys, lineIds and phoneNumberIds")
	}
	return kind, values, nil
}

// eventTypes of report subscriptions; none means the first, as in the vendor's guide of 2023.
func reportEvents(asked []string) ([]string, *apiError) {
	if len(asked) == 0 {
		return []string{"REPORT_SUMMARY"}, nil
	}
	for _, e := range asked {
		if e != "REPORT_SUMMARY" && e != "REPORT_SUMMARY_REVISION" {
			return nil, errBadRequest("eventTypes", "must be REPORT_SUMMARY or REPORT_SUMMARY_REVISION")
		}
	}
	return slices.Clone(asked), nil
}

// reportSubView is a report subscription as the service answers it.
type reportSubView struct {
	ID         string   `json:"id"`
	ChannelID  string   `json:"channelId"`
	Value      string   `json:"value"`
	EventTypes []string `json:"eventTypes"`
}

func (s *Service) subscribeReports(r *request) (int, any, *apiError) {
	var body reportSubscribe
	if err := r.decode(&body); err != nil {
		return 0, nil, err
	}
	if body.ChannelID == "" {
		return 0, nil, errBadRequest("channelId", "must not be empty")
	}
	kind, values, err := body.selected()
	if err != nil {
		return 0, nil, err
	}
	events, err := reportEvents(body.EventTypes)
	if err != nil {
		return 0, nil, err
	}
	c, err := s.ownChannel(r, body.ChannelID)
	if err != nil {
		return 0, nil, err
	}
	for _, v := range values {
		if err := s.mayRead(r, kind, v); err != nil {
			return 0, nil, err
		}
	}
	answer := struct {
		Items []reportSubView `json:"items"`
	}{}
	for _, v := range values {
		sub := c.subscribeReport(s.ids, kind, v, events)
		answer.Items = append(answer.Items, reportSubView{sub.id, c.id, v, sub.events})
	}
	return http.StatusCreated, answer, nil
}

// subscribeReport adds a subscription, or the event types to the one that is there.
func (c *channel) subscribeReport(g *ids, kind selector, value string, events []string) reportSub {
	for i := range c.reports {
		sub := &c.reports[i]
		if sub.kind == kind && sub.value == value {
			for _, e := range events {
				if !slices.Contains(sub.events, e) {
					sub.events = append(slices.Clone(sub.events), e)
				}
			}
			return *sub
		}
	}
	sub := reportSub{g.uuid(), kind, value, events}
	c.reports = append(c.reports, sub)
	return sub
}

// mayRead refuses what is not of this account, and others' calls to people who are no admin.
func (s *Service) mayRead(r *request, kind selector, value string) *apiError {
	me, allowed := r.token.person, false
	switch kind {
	case byAccount:
		allowed = value == s.people.account.Key && me.superAdmin
	case byUser:
		p := s.people.byKey[value]
		allowed = p != nil && (p == me || me.superAdmin)
	case byLine:
		p := s.people.byLine[value]
		allowed = p != nil && (p == me || me.superAdmin)
	case byNumber:
		allowed = me.superAdmin && slices.ContainsFunc(s.people.account.Numbers, func(n world.PhoneNumber) bool { return n.ID == value })
	}
	if !allowed {
		return errForbidden(kind.parameter() + " " + value)
	}
	return nil
}

func (s *Service) listReportSubs(r *request) (int, any, *apiError) {
	c, err := s.queryChannel(r)
	if err != nil {
		return 0, nil, err
	}
	event := r.URL.Query().Get("eventType")
	lists := [4][]string{{}, {}, {}, {}}
	for _, sub := range c.reports {
		if event == "" || slices.Contains(sub.events, event) {
			lists[sub.kind] = append(lists[sub.kind], sub.value)
		}
	}
	return http.StatusOK, struct {
		AccountKeys    []string `json:"accountKeys"`
		UserKeys       []string `json:"userKeys"`
		LineIDs        []string `json:"lineIds"`
		PhoneNumberIDs []string `json:"phoneNumberIds"`
	}{lists[0], lists[1], lists[2], lists[3]}, nil
}

func (s *Service) deleteReportSubs(r *request) (int, any, *apiError) {
	c, err := s.queryChannel(r)
	if err != nil {
		return 0, nil, err
	}
	q := r.URL.Query()
	event, before := q.Get("eventType"), len(c.reports)
	named, narrowed := false, false
	c.reports = slices.DeleteFunc(c.reports, func(sub reportSub) bool {
		if !slices.Contains(q[sub.kind.parameter()], sub.value) {
			return false
		}
		if event == "" || len(sub.events) == 1 && sub.events[0] == event {
			return true
		}
		return false
	})
	for i := range c.reports {
		sub := &c.reports[i]
		if event != "" && slices.Contains(q[sub.kind.parameter()], sub.value) && slices.Contains(sub.events, event) {
			sub.events = slices.DeleteFunc(slices.Clone(sub.events), func(e string) bool { return e == event })
			narrowed = true
		}
	}
	for k := byAccount; k <= byNumber; k++ {
		named = named || q.Has(k.parameter())
	}
	switch {
	case !named:
		return 0, nil, errBadRequest("accountKey", "give accountKey, userKey, lineId or phoneNumberId")
	case len(c.reports) == before && !narrowed:
		return 0, nil, errNotFound("The subscription")
	}
	return http.StatusNoContent, nil, nil
}

// getReport answers a finished call, 404 until its report is ready.
func (s *Service) getReport(r *request) (int, any, *apiError) {
	id := r.PathValue("id")
	report, ok := s.reportFor(r, id)
	if !ok {
		return 0, nil, errNotFound("Report " + id)
	}
	return http.StatusOK, report, nil
}

// reportFor gives the report of a call to those who may read it: super admins, and who was in the call.
func (s *Service) reportFor(r *request, id string) (world.Report, bool) {
	report, ok := s.world.Report(id)
	return report, ok && (r.token.person.superAdmin || slices.ContainsFunc(report.Participants, func(p world.ReportParticipant) bool {
		return p.Type.UserKey == r.token.person.user.Key
	}))
}

// maxWindow is the longest span of a list of summaries.
const maxWindow = 31 * 24 * time.Hour

// listSummaries answers finished calls created within [startTime, endTime), newest first.
func (s *Service) listSummaries(r *request) (int, any, *apiError) {
	from, to, err := r.window()
	if err != nil {
		return 0, nil, err
	}
	size, err := r.pageSize(100, 1000)
	if err != nil {
		return 0, nil, err
	}
	kind, values, err := s.summarySelector(r)
	if err != nil {
		return 0, nil, err
	}
	after, err := r.summaryMarker()
	if err != nil {
		return 0, nil, err
	}
	page := struct {
		PageSize int             `json:"pageSize"`
		Next     string          `json:"nextPageMarker,omitempty"`
		Items    []world.Summary `json:"items"`
	}{PageSize: size, Items: []world.Summary{}}
	if after != nil && after.created.Before(to) {
		to = after.created.Add(time.Millisecond)
	}
	for sum := range s.world.Newest(from, to) {
		if !after.passed(sum) || !r.matches(sum, kind, values) {
			continue
		}
		if len(page.Items) == size {
			last := page.Items[size-1]
			page.Next = summaryMarker(last)
			break
		}
		page.Items = append(page.Items, sum)
	}
	return http.StatusOK, page, nil
}

// window reads the two times that a list of summaries asks for.
func (r *request) window() (from, to time.Time, refusal *apiError) {
	var times [2]time.Time
	for i, name := range []string{"startTime", "endTime"} {
		t, err := time.Parse(time.RFC3339, r.URL.Query().Get(name))
		if err != nil {
			return from, to, errBadRequest(name, "must be a UTC time in ISO 8601")
		}
		times[i] = t
	}
	from, to = times[0], times[1]
	switch {
	case !from.Before(to):
		return from, to, errBadRequest("endTime", "must be after startTime")
	case to.Sub(from) > maxWindow:
		return from, to, errBadRequest("endTime", "must not be more than 31 days after startTime")
	}
	return from, to, nil
}

func (s *Service) summarySelector(r *request) (selector, []string, *apiError) {
	q := r.URL.Query()
	kind, values, given := byAccount, []string(nil), 0
	for k := byAccount; k <= byNumber; k++ {
		if v := q[k.parameter()]; len(v) > 0 {
			kind, values = k, v
			given++
		}
	}
	if given != 1 {
		return 0, nil, errBadRequest("accountKey", "give exactly one of accountKey, userKey, lineId and phoneNumberId")
	}
	for _, v := range values {
		if err := s.mayRead(r, kind, v); err != nil {
			return 0, nil, err
		}
	}
	return kind, values, nil
}

// matches applies the selector and the two filters of the query.
func (r *request) matches(sum world.Summary, kind selector, values []string) bool {
	q := r.URL.Query()
	if want := q["conversationCallerOutcome"]; len(want) > 0 && !slices.Contains(want, sum.CallerOutcome) {
		return false
	}
	parties := append([]world.SummaryParty{sum.Caller}, sum.Participants...)
	inside := !slices.ContainsFunc(parties, func(p world.SummaryParty) bool { return p.Type.Value == "PHONE_NUMBER" })
	if scope := q.Get("conversationScope"); scope != "" && (scope == "INTERNAL") != inside {
		return false
	}
	if kind == byAccount {
		return slices.Contains(values, sum.AccountKey)
	}
	return slices.ContainsFunc(parties, func(p world.SummaryParty) bool {
		return slices.Contains(values, [...]string{"", p.Type.UserKey, p.Type.LineID, p.Type.PhoneNumberID}[kind])
	})
}

// place is where a page of summaries ended.
type place struct {
	created time.Time
	id      string
	found   bool
}

func summaryMarker(s world.Summary) string {
	ms := strconv.FormatInt(time.Time(s.CallCreated).UnixMilli(), 10)
	return base64.RawURLEncoding.EncodeToString([]byte(ms + " " + s.ConversationSpaceID))
}

func (r *request) summaryMarker() (*place, *apiError) {
	text := r.URL.Query().Get("pageMarker")
	if text == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	ms, id, ok := strings.Cut(string(raw), " ")
	at, numErr := strconv.ParseInt(ms, 10, 64)
	if err != nil || numErr != nil || !ok {
		return nil, errMarker()
	}
	return &place{created: time.UnixMilli(at), id: id}, nil
}

// passed tells whether sum comes after p in a list that is newest first. The summary at p itself
// does not, nor do those of the same millisecond before it.
func (p *place) passed(sum world.Summary) bool {
	if p == nil || time.Time(sum.CallCreated).Before(p.created) {
		return true
	}
	was := p.found
	p.found = was || sum.ConversationSpaceID == p.id
	return was
}
