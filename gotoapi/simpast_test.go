package gotoapi_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/gotoapi"
	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/memnet"
	"ringside/gotoapi/sim/world"
	"ringside/gotoapi/wire"
	"ringside/store/call"
)

// pastService is the simulated GoTo with a past, with a client of it.
func pastService(t *testing.T, days int) *service {
	t.Helper()
	svc, err := sim.New(sim.Config{World: world.Config{Seed: 11, PastDays: days}, RateLimit: -1})
	if err != nil {
		t.Fatal(err)
	}
	s := &service{Service: svc, hello: svc.Hello(base), http: memory(t, svc)}
	s.oauth = gotoapi.NewOAuth(gotoapi.OAuthConfig{
		Host: base, ClientID: s.hello.ClientID, ClientSecret: gotoapi.Secret(s.hello.ClientSecret), HTTP: s.http,
	})
	s.client = gotoapi.New(gotoapi.WithHosts(gotoapi.Hosts{API: base, Auth: base}), gotoapi.WithHTTPClient(s.http),
		gotoapi.WithTokenSource(gotoapi.PATTokens(s.oauth, gotoapi.Secret(s.hello.PersonalAccessToken))), gotoapi.WithRateLimit(0, 0))
	return s
}

// memory serves svc in memory and gives a client of it; both end with the test. Nothing drives svc: its
// world stands still.
func memory(t *testing.T, svc *sim.Service) *http.Client {
	t.Helper()
	hc, stop := memnet.Pipe().Serve(&http.Server{Handler: svc})
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return hc
}

// What the reports of the past tell, folded, is what happened.
func TestPastReportsTellTheTruth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := pastService(t, 40)
		now := s.Now()
		list := all(t, s.client.Reports.Summaries(t.Context(), gotoapi.SummaryQuery{Account: s.hello.AccountKey, From: now.Add(-40 * 24 * time.Hour), To: now}))
		if len(list) < 5000 || !slices.IsSortedFunc(list, func(a, b wire.Summary) int { return b.Created.Compare(a.Created) }) {
			t.Fatalf("%d summaries", len(list))
		}
		outcomes := map[call.Outcome]int{}
		for _, sum := range list[:700] {
			r, err := s.client.Reports.Report(t.Context(), sum.ID)
			if err != nil {
				t.Fatal(err)
			}
			var tr world.Truth
			s.World(func(w *world.World) { tr, _ = w.Truth(sum.ID) })
			got := r.Fold().Summary()
			var answer int64 = -1
			if tr.AnswerMS != nil {
				answer = *tr.AnswerMS
			}
			p := tr.PhasesMS
			want := call.Summary{TotalMs: tr.TotalMS, AnswerMs: answer, Queue: tr.Queue, States: tr.States, Transfers: len(tr.Transfers), Created: tr.Created, Ended: *tr.Ended,
				PhasesMs: [call.NumPhases]int64{p.Setup, p.Menu, p.Wait, p.Ring, p.Talk, p.Hold, p.Transfer, p.Voicemail, p.Closing}}
			same := call.Summary{TotalMs: got.TotalMs, AnswerMs: got.AnswerMs, Queue: got.Queue, States: got.States, Transfers: got.Transfers, Created: got.Created, Ended: got.Ended, PhasesMs: got.PhasesMs}
			if d := cmp.Diff(want, same); d != "" || sum.Created != tr.Created {
				t.Fatalf("%s, a call of %s (-truth +folded):\n%s", sum.ID, tr.Script, d)
			}
			outcomes[got.Outcome]++
			if got.Recorded != (len(r.Recordings) > 0) {
				t.Errorf("%s: recorded %t, recordings %v", sum.ID, got.Recorded, r.Recordings)
			}
		}
		if len(outcomes) < 7 {
			t.Errorf("outcomes %v", outcomes)
		}
	})
}

func TestRecordingsAtTheSimulator(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := pastService(t, 3)
		now := s.Now()
		heard := 0
		for sum := range s.client.Reports.Summaries(t.Context(), gotoapi.SummaryQuery{Account: s.hello.AccountKey, From: now.Add(-72 * time.Hour), To: now}) {
			r, err := s.client.Reports.Report(t.Context(), sum.ID)
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Recordings) == 0 {
				continue
			}
			rec := r.Recordings[0]
			person := slices.IndexFunc(r.People, func(p call.ReportPerson) bool { return p.ID == rec.Participant })
			if len(r.Recordings) != 1 || len(r.Transcripts) != 1 || person < 0 || !r.People[person].Agent || !rec.Transcribed || !rec.At.After(r.Events[0].Snapshot.At) {
				t.Fatalf("recordings %+v, transcripts %+v", r.Recordings, r.Transcripts)
			}
			said, err := s.client.Recordings.Transcript(t.Context(), r.Transcripts[0].ID)
			if err != nil || len(said) == 0 || said[0].Heard || said[0].Text == "" || said[0].FromMs != 600 {
				t.Fatalf("%+v, %v", said, err)
			}
			if status, err := s.client.Recordings.Status(t.Context(), rec.ID); status != gotoapi.RecordingUploaded || err != nil {
				t.Errorf("%q, %v", status, err)
			}
			audio, err := s.client.Recordings.Content(t.Context(), rec.ID)
			if err != nil {
				t.Fatal(err)
			}
			if n, err := io.Copy(io.Discard, audio); err != nil || n != audio.Length || audio.Type != "audio/wav" || audio.Close() != nil {
				t.Errorf("%d bytes of %d, %s, %v", n, audio.Length, audio.Type, err)
			}
			if heard++; heard == 5 {
				break
			}
		}
		if heard != 5 {
			t.Errorf("%d recordings", heard)
		}
		for _, err := range []error{
			second(s.client.Recordings.Transcript(t.Context(), "none")), second(s.client.Recordings.Content(t.Context(), "none")), second(s.client.Recordings.Status(t.Context(), "none")),
		} {
			if !errors.Is(err, gotoapi.ErrNotReady) {
				t.Error(err)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }
