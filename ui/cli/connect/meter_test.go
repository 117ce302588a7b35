package connect

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// meter counts the requests that reach the service, and the most of them within any one second to
// one API: what the service limits (goto-api.md 8).
type meter struct {
	next http.Handler

	mu    sync.Mutex
	total int
	apis  map[string]*apiMeter
	paths map[string]int
}

type apiMeter struct {
	last []time.Time // of the last second
	most int
}

func newMeter(next http.Handler) *meter {
	return &meter{next: next, apis: map[string]*apiMeter{}, paths: map[string]int{}}
}

// ServeHTTP implements http.Handler.
func (m *meter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.count(r.Method, r.URL.Path)
	m.next.ServeHTTP(w, r)
}

func (m *meter) count(method, path string) {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	m.mu.Lock()
	defer m.mu.Unlock()
	if strings.HasSuffix(path, "/ws") {
		m.paths["websocket"]++ // opening one is no request to the API: it has no token
		return
	}
	m.total++
	a := m.apis[parts[0]]
	if a == nil {
		a = &apiMeter{}
		m.apis[parts[0]] = a
	}
	now := time.Now()
	for len(a.last) > 0 && now.Sub(a.last[0]) >= time.Second {
		a.last = a.last[1:]
	}
	a.last = append(a.last, now)
	a.most = max(a.most, len(a.last))
	what := method + " " + strings.Join(parts[:min(len(parts), 3)], "/")
	if len(parts) > 4 && parts[0] == "call-events" {
		what += "/…/events"
	}
	m.paths[what]++
}

// most gives the API with the most requests within one second, and their number.
func (m *meter) most() (api string, n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, a := range m.apis {
		if a.most > n {
			api, n = name, a.most
		}
	}
	return api, n
}

// take gives the requests since the last time, by what was asked.
func (m *meter) take() map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := m.paths
	m.paths = map[string]int{}
	return out
}
