package config

import (
	"strings"
	"testing"
)

func TestRedirect(t *testing.T) {
	for value, good := range map[string]bool{
		"http://127.0.0.1:12021/app/redirect": true, "http://localhost:5000": true, "http://[::1]:8080/x": true,
		"http://127.0.0.1/app/redirect": false, "http://127.0.0.1:0/x": false, "http://127.0.0.1:70000/x": false,
		"https://127.0.0.1:12021/x": false, "http://example.test:80/x": false, "http://10.0.0.1:80/x": false,
		"http://user@127.0.0.1:80/x": false, "http://127.0.0.1:80/x?y=z": false, "http://127.0.0.1:80/x#y": false, "nonsense": false, "": false,
	} {
		c, err := Load("", "", map[string]string{"XDG_CONFIG_HOME": t.TempDir(), "RINGSIDE_GOTO_REDIRECT": value})
		if good && (err != nil || c.GoTo.Redirect != value) {
			t.Errorf("%q: %v", value, err)
		}
		if !good && (err == nil || !strings.Contains(err.Error(), "goto.redirect") || !strings.Contains(hint(err), "http://127.0.0.1:12021/app/redirect")) {
			t.Errorf("%q: %v, hint %q", value, err, hint(err))
		}
	}
}
