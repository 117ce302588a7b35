package sim_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
)

const recordings = "/recording/v1/recordings/"

// taped is what the last state of a recorded call names.
type taped struct{ call, recording, transcript string }

// recorded waits until a recorded call has ended.
func (r *rig) recorded(e *ear) taped {
	r.t.Helper()
	for range 900 {
		for _, f := range e.frames() {
			var c struct {
				Metadata struct{ ConversationSpaceID string }
				State    struct {
					Recordings, Transcripts []struct{ ID string }
				}
			}
			if err := json.Unmarshal(f.Data.Content, &c); err != nil {
				r.t.Fatal(err)
			}
			if len(c.State.Recordings) > 0 {
				return taped{c.Metadata.ConversationSpaceID, c.State.Recordings[0].ID, c.State.Transcripts[0].ID}
			}
		}
		pass(time.Second)
	}
	r.t.Fatal("no recorded call in 15 minutes")
	return taped{}
}

func TestRecording(t *testing.T) {
	inBubble(t, sim.Config{World: world.Config{Scenario: "queue"}}, func(t *testing.T, r *rig) {
		c := r.channel("a")
		r.subscribe(c.ChannelID, "ENDING")
		tape := r.recorded(r.listen(c.ChannelData.ChannelURL))
		at, words := recordings+tape.recording, "/recording/v1/transcriptions/"+tape.transcript

		r.do("GET", at, "").refused(t, 404, "NOT_FOUND") // who may read it is known by the report
		pass(6 * time.Second)
		if status := r.do("GET", at, "").want(t, 200).text(t, "status"); status == "PROCESSING" {
			r.do("GET", at+"/content", "").refused(t, 400, "BAD_REQUEST")
		}
		r.do("GET", words, "").refused(t, 404, "NOT_FOUND")
		pass(40 * time.Second)
		if status := r.do("GET", at, "").want(t, 200).text(t, "status"); status != "UPLOADED" {
			t.Fatalf("status %s", status)
		}
		var ticket struct {
			Status string
			Token  struct{ Token, Expires string }
		}
		r.do("GET", at+"/content", "").want(t, 200).into(t, &ticket)
		if ticket.Status != "UPLOADED" || !instant(t, ticket.Token.Expires).After(time.Now()) {
			t.Errorf("%+v", ticket)
		}
		content := at + "/content/" + url.PathEscape(ticket.Token.Token)
		r.as("", "GET", content+"x", "").refused(t, 404, "NOT_FOUND")
		sound := r.store(r.as("", "GET", content, "").want(t, 302), "")
		length := r.do("GET", at, "").object(t)["durationMs"].(float64)
		if got := binary.LittleEndian.Uint32(sound.body[40:]); string(sound.body[:4]) != "RIFF" || sound.header.Get("Content-Type") != "audio/wav" ||
			int(got) != int(length)*8 || len(sound.body) != 44+int(got) || len(slices.Compact(slices.Clone(sound.body[44:]))) < int(got)/10 {
			t.Errorf("%d bytes of sound for %v ms", len(sound.body), length)
		}
		var said struct {
			Version string
			Results []struct {
				Type, Transcript       string
				Final                  bool
				StartTimeMs, EndTimeMs int64
				Channel                int
			}
		}
		read := r.do("GET", words, "").want(t, 302)
		r.store(read, "").want(t, 200).into(t, &said)
		if said.Version != "1" || len(said.Results) == 0 || said.Results[0].Type != "utterances" || !said.Results[0].Final || said.Results[0].Transcript == "" {
			t.Errorf("%+v", said)
		}
		r.store(read, r.token).want(t, 400) // a token beside the address
		pass(6 * time.Minute)
		r.store(read, "").want(t, 403)
		r.as("", "GET", content, "").refused(t, 404, "NOT_FOUND")
	})
}

// store follows a redirect.
func (r *rig) store(p reply, token string) reply {
	r.t.Helper()
	at := strings.TrimPrefix(p.header.Get("Location"), host)
	if !strings.HasPrefix(at, "/recording-store/") {
		r.t.Fatalf("redirected to %q", at)
	}
	req := r.request("GET", at, "")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return r.send(req)
}

func TestRecordingRefusals(t *testing.T) {
	cfg := sim.Config{World: world.Config{PastDays: 3, Start: time.Date(2026, 10, 7, 18, 0, 0, 0, time.UTC)}}
	inBubble(t, cfg, func(t *testing.T, r *rig) {
		tape := r.pastTape()
		at, words := recordings+tape.recording, "/recording/v1/transcriptions/"+tape.transcript
		r.do("GET", at, "").want(t, 200)
		r.do("GET", words, "").want(t, 302)
		for _, path := range []string{at, at + "/content", words} {
			r.as(r.loginAs(r.userKeys()[0], "cr.v1.read"), "GET", path, "").refused(t, 403, "AUTHZ_INSUFFICIENT_SCOPE")
			r.as("", "GET", path, "").refused(t, 403, "AUTHZ_INSUFFICIENT_SCOPE")
			r.do("POST", path, "").refused(t, 405, "METHOD_NOT_ALLOWED")
		}
		for _, path := range []string{recordings + "none", recordings + "none/content", recordings + tape.transcript, "/recording/v1/transcriptions/" + tape.recording} {
			r.do("GET", path, "").refused(t, 404, "NOT_FOUND")
		}
		r.as("", "GET", "/recording-store/none", "").want(t, 403)

		// Others than those in the call may not hear it.
		var report world.Report
		r.svc.World(func(w *world.World) { report, _ = w.Report(tape.call) })
		may := 0
		for _, key := range r.userKeys()[1:20] {
			in := slices.ContainsFunc(report.Participants, func(p world.ReportParticipant) bool { return p.Type.UserKey == key })
			want := 404
			if in {
				want, may = 200, may+1
			}
			r.as(r.loginAs(key, ""), "GET", at, "").want(t, want)
		}
		if may == 19 {
			t.Error("everybody was in the call")
		}

		for _, status := range []int{404, 429, 503} {
			for _, path := range []string{"/recording/", "/recording-store/"} {
				id, err := r.svc.Faults().Add(sim.Fault{Kind: sim.Answer, Status: status, Path: path, Count: 1})
				if err != nil {
					t.Fatal(err)
				}
				if path == "/recording/" {
					r.do("GET", words, "").want(t, status)
				} else {
					r.store(r.do("GET", words, "").want(t, 302), "").want(t, status)
				}
				r.svc.Faults().Remove(id)
			}
		}
		if n := r.svc.Faults().Fired(sim.Answer); n != 6 {
			t.Errorf("%d faults of 6 struck", n)
		}
	})
}

// pastTape finds a recorded call of yesterday.
func (r *rig) pastTape() (tape taped) {
	r.t.Helper()
	r.svc.World(func(w *world.World) {
		for s := range w.Newest(w.Now().Add(-30*time.Hour), w.Now()) {
			rep, _ := w.Report(s.ConversationSpaceID)
			for _, p := range rep.Participants {
				if len(p.Recordings) > 0 && len(p.Transcripts) > 0 {
					tape = taped{s.ConversationSpaceID, p.Recordings[0].ID, p.Transcripts[0].ID}
					return
				}
			}
		}
	})
	if tape.call == "" {
		r.t.Fatal("no recorded call in the past")
	}
	return tape
}

// A changed report is told to those who asked for that, and only to them.
func TestRevisionNotices(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		hear := func(nickname, events string) *ear {
			c := r.channel(nickname)
			r.do("POST", reportSubs, fmt.Sprintf(`{"channelId":%q,"accountKeys":[%q],"eventTypes":[%s]}`, c.ChannelID, r.hello.AccountKey, events)).want(t, 201)
			return r.listen(c.ChannelData.ChannelURL)
		}
		both, first, second := hear("both", `"REPORT_SUMMARY","REPORT_SUMMARY_REVISION"`), hear("first", `"REPORT_SUMMARY"`), hear("second", `"REPORT_SUMMARY_REVISION"`)
		pass(9 * time.Minute) // and no control frame yet
		count := func(e *ear) map[string]int {
			n := map[string]int{}
			for _, f := range e.frames() {
				n[f.Data.Type]++
				id := ""
				var c struct{ ConversationSpaceID string }
				if err := json.Unmarshal(f.Data.Content, &c); err == nil {
					id = c.ConversationSpaceID
				}
				if f.Data.Source != "call-events-report" || id == "" {
					t.Errorf("frame %+v", f)
				}
			}
			return n
		}
		b, f, s := count(both), count(first), count(second)
		if b["REPORT_SUMMARY"] == 0 || b["REPORT_SUMMARY_REVISION"] < 8 || len(b) != 2 {
			t.Errorf("both: %v", b)
		}
		if len(f) != 1 || f["REPORT_SUMMARY"] != b["REPORT_SUMMARY"] || len(s) != 1 || s["REPORT_SUMMARY_REVISION"] != b["REPORT_SUMMARY_REVISION"] {
			t.Errorf("first %v, second %v, both %v", f, s, b)
		}
	})
}

// The rules of the list hold for the past as they do for the present.
func TestPastSummaries(t *testing.T) {
	cfg := sim.Config{World: world.Config{PastDays: 40, Start: time.Date(2026, 10, 7, 18, 0, 0, 0, time.UTC)}}
	inBubble(t, cfg, func(t *testing.T, r *rig) {
		now := r.svc.Now()
		q := window(now.Add(-31*24*time.Hour), now)
		q.Set("accountKey", r.hello.AccountKey)
		q.Set("pageSize", "1000")
		seen, last, pages := map[string]bool{}, now, 0
		for {
			p := r.summaries(q)
			pages++
			for _, s := range p.Items {
				at := instant(t, s.CallCreated)
				if seen[s.ConversationSpaceID] || at.After(last) {
					t.Fatalf("%s of %v after one of %v", s.ConversationSpaceID, at, last)
				}
				seen[s.ConversationSpaceID], last = true, at
			}
			if p.NextPageMarker == "" {
				break
			}
			if len(p.Items) != 1000 {
				t.Errorf("page %d has %d items", pages, len(p.Items))
			}
			q.Set("pageMarker", p.NextPageMarker)
		}
		if len(seen) < 4500 || len(seen) > 7000 || pages != len(seen)/1000+1 || last.Before(now.Add(-31*24*time.Hour)) || last.After(now.Add(-30*24*time.Hour)) {
			t.Errorf("%d calls on %d pages, the oldest of %v", len(seen), pages, last)
		}
		q.Del("pageMarker")
		q.Set("startTime", now.Add(-32*24*time.Hour).Format(time.RFC3339))
		r.do("GET", summaries+"?"+q.Encode(), "").refused(t, 400, "BAD_REQUEST")
		n := 0
		for id := range seen {
			if n++; n > 40 {
				break
			}
			if m := r.do("GET", reports+id, "").want(t, http.StatusOK).object(t); m["conversationSpaceId"] != id {
				t.Errorf("asked for %s, got %v", id, m["conversationSpaceId"])
			}
			r.do("GET", "/_sim/truth/"+id, "").want(t, 200)
		}
	})
}
