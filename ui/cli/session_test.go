package cli

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ringside/ui"
	"ringside/ui/action"
	"ringside/ui/cli/config"
	"ringside/ui/table"
)

func TestSessionFile(t *testing.T) {
	state := t.TempDir()
	a := &app{env: map[string]string{"XDG_STATE_HOME": state}, stderr: &bytes.Buffer{}}
	cfg := config.Default()
	log := slog.New(slog.DiscardHandler)
	keep, s, odd := a.loadSession(cfg, log)
	if odd != nil || !cmp.Equal(s, ui.Session{}) {
		t.Errorf("a fresh desk: %+v, %v", s, odd)
	}
	want := ui.Session{
		Tab: action.Reports, Theme: "light", Filters: map[action.Place]string{action.Live: "wait>45s"},
		Sorted: map[action.Place]table.Sorting{action.Live: {By: "from", Reverse: true}},
		Tabs:   []ui.SavedTab{{Name: "Waiting", List: action.Live, Filter: "state:waiting"}}, Before: map[string][]string{"filter": {"a", "b"}},
	}
	keep.keep(want)
	if _, got, odd := a.loadSession(cfg, log); odd != nil || !cmp.Equal(want, got) {
		t.Errorf("%v %s", odd, cmp.Diff(want, got))
	}
	cfg.Profile = "night/../shift"
	if _, got, _ := a.loadSession(cfg, log); got.Tab != "" {
		t.Error("a profile begins with the session of another")
	}
	cfg.Profile = ""
	path := filepath.Join(state, "ringside", "session.json")
	for _, broken := range []string{"{", `{"version":99,"session":{}}`, strings.Repeat("x", maxSession+1), `[]`} {
		if err := os.WriteFile(path, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, got, odd := a.loadSession(cfg, log); odd == nil || !cmp.Equal(got, ui.Session{}) {
			t.Errorf("%.20q: %+v, %v", broken, got, odd)
		}
	}
	a.global.demo = true
	if k, _, odd := a.loadSession(cfg, log); k.path != "" || odd != nil {
		t.Error("a demo keeps a session")
	}
}
