package sim_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
)

const (
	reportSubs = "/call-events-report/v1/subscriptions"
	reports    = "/call-events-report/v1/reports/"
	summaries  = "/call-events-report/v1/report-summaries"
)

func (r *rig) subscribeReports(channelID, member, value string) reply {
	r.t.Helper()
	return r.do("POST", reportSubs, fmt.Sprintf(`{"channelId":%q,%q:[%q],"eventTypes":["REPORT_SUMMARY"]}`, channelID, member, value))
}

func TestReportSubscription(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		c, key := r.channel("a"), r.hello.AccountKey
		made := r.subscribeReports(c.ChannelID, "accountKeys", key).want(t, 201).object(t)["items"].([]any)[0].(map[string]any)
		if diff := cmp.Diff([]string{"channelId", "eventTypes", "id", "value"}, keys(made)); diff != "" || made["value"] != key {
			t.Errorf("%v (-want +got):\n%s", made, diff)
		}
		again := r.subscribeReports(c.ChannelID, "accountKeys", key).want(t, 201).object(t)["items"].([]any)[0].(map[string]any)
		if again["id"] != made["id"] {
			t.Error("a repeated subscription has another id")
		}
		r.subscribeReports(c.ChannelID, "lineIds", r.hello.Me.LineID).want(t, 201)
		q := reportSubs + "?channelId=" + c.ChannelID
		want := fmt.Sprintf(`{"accountKeys":[%q],"userKeys":[],"lineIds":[%q],"phoneNumberIds":[]}`, key, r.hello.Me.LineID)
		if got := string(r.do("GET", q, "").want(t, 200).body); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if got := string(r.do("GET", q+"&eventType=REPORT_SUMMARY_REVISION", "").want(t, 200).body); got == want {
			t.Error("the filter eventType does nothing")
		}
		r.do("DELETE", q, "").refused(t, 400, "BAD_REQUEST")
		r.do("DELETE", q+"&accountKey="+key+"&eventType=REPORT_SUMMARY_REVISION", "").refused(t, 404, "NOT_FOUND")
		r.do("DELETE", q+"&accountKey="+key, "").want(t, 204)
		r.do("DELETE", q+"&accountKey="+key, "").refused(t, 404, "NOT_FOUND")
		r.do("DELETE", q+"&lineId="+r.hello.Me.LineID+"&eventType=REPORT_SUMMARY", "").want(t, 204)
		if got := string(r.do("GET", q, "").want(t, 200).body); got != `{"accountKeys":[],"userKeys":[],"lineIds":[],"phoneNumberIds":[]}` {
			t.Errorf("after all: %s", got)
		}
	})
}

func TestReportSubscriptionRefusals(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		id, key := r.channel("a").ChannelID, r.hello.AccountKey
		r.subscribeReports("none", "accountKeys", key).refused(t, 404, "RTC-NOTIFICATION-CHANNEL-NOT-FOUND")
		r.subscribeReports("", "accountKeys", key).refused(t, 400, "BAD_REQUEST")
		r.subscribeReports(id, "accountKeys", "1").refused(t, 403, "UNAUTHORIZED")
		r.subscribeReports(id, "userKeys", "1").refused(t, 403, "UNAUTHORIZED")
		r.subscribeReports(id, "phoneNumberIds", "1").refused(t, 403, "UNAUTHORIZED")
		r.do("POST", reportSubs, fmt.Sprintf(`{"channelId":%q}`, id)).refused(t, 400, "BAD_REQUEST")
		r.do("POST", reportSubs, fmt.Sprintf(`{"channelId":%q,"accountKeys":[%q],"lineIds":["x"]}`, id, key)).refused(t, 400, "BAD_REQUEST")
		r.do("POST", reportSubs, fmt.Sprintf(`{"channelId":%q,"accountKeys":[%q],"eventTypes":["X"]}`, id, key)).refused(t, 400, "BAD_REQUEST")
		r.do("GET", reportSubs, "").refused(t, 400, "BAD_REQUEST")
		// The vendor's guide of 2023 sends no eventTypes.
		r.do("POST", reportSubs, fmt.Sprintf(`{"channelId":%q,"accountKeys":[%q]}`, id, key)).want(t, 201)
	})
}

// finished waits for a report notice and returns its conversation.
func (r *rig) finished(e *ear) string {
	r.t.Helper()
	for range 600 {
		pass(time.Second)
		for _, f := range e.frames() {
			if f.Data.Source == "call-events-report" {
				var c struct{ ConversationSpaceID string }
				if err := json.Unmarshal(f.Data.Content, &c); err != nil {
					r.t.Fatal(err)
				}
				return c.ConversationSpaceID
			}
		}
	}
	r.t.Fatal("no report came in ten minutes")
	return ""
}

func TestReportIsReadyWhenItsNoticeComes(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		c := r.channel("a")
		r.subscribeReports(c.ChannelID, "accountKeys", r.hello.AccountKey).want(t, 201)
		e := r.listen(c.ChannelData.ChannelURL)
		id := r.finished(e)
		m := r.do("GET", reports+id, "").want(t, 200).object(t)
		if m["conversationSpaceId"] != id || m["accountKey"] != r.hello.AccountKey {
			t.Errorf("report of %v", m["conversationSpaceId"])
		}
		states := m["callStates"].([]any)
		if last := states[len(states)-1].(map[string]any); last["type"] != "ENDING" {
			t.Errorf("the last state is %v", last["type"])
		}
		for _, f := range e.frames() {
			if f.Data.Source != "call-events-report" {
				t.Errorf("an unasked frame of %s", f.Data.Source)
			}
		}
		var live []string
		r.svc.World(func(w *world.World) { live = w.Live() })
		r.do("GET", reports+live[0], "").refused(t, 404, "NOT_FOUND")
		r.do("GET", reports+"none", "").refused(t, 404, "NOT_FOUND")
		r.as(r.loginAs(r.userKeys()[0], "call-events.v1.events.read"), "GET", reports+id, "").refused(t, 403, "AUTHZ_INSUFFICIENT_SCOPE")
	})
}

func TestReportNoticesOfOneLine(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		c := r.channel("a")
		r.subscribeReports(c.ChannelID, "lineIds", r.hello.Me.LineID).want(t, 201)
		e := r.listen(c.ChannelData.ChannelURL)
		r.finished(e)
		for _, f := range e.frames() {
			var content struct{ ConversationSpaceID string }
			if err := json.Unmarshal(f.Data.Content, &content); err != nil {
				t.Fatal(err)
			}
			var report struct {
				Participants []struct{ Type struct{ LineID string } }
			}
			r.do("GET", reports+content.ConversationSpaceID, "").want(t, 200).into(t, &report)
			on := false
			for _, p := range report.Participants {
				on = on || p.Type.LineID == r.hello.Me.LineID
			}
			if !on {
				t.Errorf("a notice of %s, which never had the line", content.ConversationSpaceID)
			}
		}
	})
}

type summaryPage struct {
	PageSize       int
	NextPageMarker string
	Items          []struct{ ConversationSpaceID, CallCreated, CallerOutcome string }
}

func (r *rig) summaries(q url.Values) (p summaryPage) {
	r.t.Helper()
	r.do("GET", summaries+"?"+q.Encode(), "").want(r.t, 200).into(r.t, &p)
	return p
}

func window(from, to time.Time) url.Values {
	return url.Values{"startTime": {from.UTC().Format(time.RFC3339)}, "endTime": {to.UTC().Format(time.RFC3339)}}
}

func TestSummariesPageNewestFirst(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		begin := time.Now().Add(-time.Hour)
		pass(20 * time.Minute)
		q := window(begin, time.Now().Add(time.Hour))
		q.Set("accountKey", r.hello.AccountKey)
		q.Set("pageSize", "1000")
		all := r.summaries(q)
		if len(all.Items) < 30 || all.PageSize != 1000 || all.NextPageMarker != "" {
			t.Fatalf("%d summaries, page size %d, marker %q", len(all.Items), all.PageSize, all.NextPageMarker)
		}
		want := make([]string, 0, len(all.Items))
		for i, s := range all.Items {
			want = append(want, s.ConversationSpaceID)
			if i > 0 && instant(t, s.CallCreated).After(instant(t, all.Items[i-1].CallCreated)) {
				t.Fatalf("summary %d is newer than the one before", i)
			}
		}
		q.Set("pageSize", "7")
		var got []string
		for {
			p := r.summaries(q)
			for _, s := range p.Items {
				got = append(got, s.ConversationSpaceID)
			}
			if p.NextPageMarker == "" {
				break
			}
			q.Set("pageMarker", p.NextPageMarker)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("paged by 7 (-whole +paged):\n%s", diff)
		}
	})
}

func TestSummaryFilters(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		begin := time.Now()
		pass(30 * time.Minute)
		with := func(kv ...string) summaryPage {
			q := window(begin, time.Now())
			q.Set("pageSize", "1000")
			for i := 0; i < len(kv); i += 2 {
				q.Set(kv[i], kv[i+1])
			}
			return r.summaries(q)
		}
		key := r.hello.AccountKey
		all := len(with("accountKey", key).Items)
		mine := len(with("lineId", r.hello.Me.LineID).Items)
		if mine == 0 || mine >= all || mine != len(with("userKey", r.userKeys()[0]).Items) {
			t.Errorf("%d summaries, %d of the line", all, mine)
		}
		sum := 0
		for _, o := range []string{"NORMAL", "MISSED", "VOICEMAIL", "LEFT_QUEUE", "LEFT_ON_HOLD", "LEFT_DIAL_PLAN"} {
			items := with("accountKey", key, "conversationCallerOutcome", o).Items
			if slices.ContainsFunc(items, func(s struct{ ConversationSpaceID, CallCreated, CallerOutcome string }) bool {
				return s.CallerOutcome != o
			}) {
				t.Errorf("others than %s: %v", o, items)
			}
			sum += len(items)
		}
		if sum != all {
			t.Errorf("the outcomes have %d summaries of %d", sum, all)
		}
		internal := len(with("accountKey", key, "conversationScope", "INTERNAL").Items)
		if external := len(with("accountKey", key, "conversationScope", "EXTERNAL").Items); internal+external != all || external == 0 {
			t.Errorf("%d internal and %d external of %d", internal, external, all)
		}
		numbers := 0
		for _, n := range r.account().Numbers {
			numbers += len(with("phoneNumberId", n.ID).Items)
		}
		if numbers == 0 {
			t.Error("no summary of any phone number")
		}
	})
}

func TestSummaryRefusals(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		now := time.Now()
		bad := func(q url.Values, kv ...string) {
			t.Helper()
			for i := 0; i < len(kv); i += 2 {
				q.Set(kv[i], kv[i+1])
			}
			r.do("GET", summaries+"?"+q.Encode(), "").refused(t, 400, "BAD_REQUEST")
		}
		key := r.hello.AccountKey
		bad(url.Values{}, "accountKey", key)
		bad(window(now.Add(-31*24*time.Hour-time.Second), now), "accountKey", key)
		bad(window(now, now.Add(-time.Second)), "accountKey", key)
		bad(window(now.Add(-time.Hour), now))
		bad(window(now.Add(-time.Hour), now), "accountKey", key, "lineId", r.hello.Me.LineID)
		bad(window(now.Add(-time.Hour), now), "accountKey", key, "pageSize", "1001")
		bad(window(now.Add(-time.Hour), now), "accountKey", key, "pageMarker", "?")
		month := window(now.Add(-31*24*time.Hour), now)
		month.Set("accountKey", key)
		r.do("GET", summaries+"?"+month.Encode(), "").want(t, 200)
		month.Set("accountKey", "1")
		r.do("GET", summaries+"?"+month.Encode(), "").refused(t, 403, "UNAUTHORIZED")
	})
}
