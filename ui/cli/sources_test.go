package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
	"ringside/ui/cli/login"
)

// The tables that the example of a configuration shows commented out work when they are let in.
func TestTheExampleWorks(t *testing.T) {
	dir := t.TempDir()
	var text strings.Builder
	for line := range strings.Lines(config.Example()) {
		l, shown := strings.CutPrefix(line, "# ")
		if !shown || !strings.HasPrefix(l, "[") && !strings.Contains(l, " = ") || strings.HasPrefix(l, "ringside") {
			l = line
		}
		text.WriteString(l)
	}
	path := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "customers.csv"), []byte("name,phone\nDana Roe,+12125550110\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	a := &app{env: map[string]string{"XDG_DATA_HOME": dir}, stderr: os.Stderr}
	cfg, err := config.Load(path, "", a.env)
	if err != nil {
		t.Fatalf("%v (%s)", err, login.Hint(err))
	}
	if len(cfg.Contacts.Sources) != 1 || len(cfg.Pops.Rules) != 1 {
		t.Fatalf("sources %v, rules %v", cfg.Contacts.Sources, cfg.Pops.Rules)
	}
	uses, done, err := a.configuredSources(cfg)
	if err != nil {
		t.Fatalf("%v (%s)", err, login.Hint(err))
	}
	defer done()
	if len(uses) != 1 || uses[0].Name() != "customers" {
		t.Errorf("sources %v", uses)
	}
	if _, err := a.setUpPops(t.Context(), cfg, nil, popUser(connect.Link{Me: "Ann Lee"}), nil, popNow); err != nil {
		t.Errorf("%v (%s)", err, login.Hint(err))
	}
}
