package sim

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"time"
)

// Every list of the service pages alike: pageSize and pageMarker go in, nextPageMarker comes out.
// Markers are opaque to clients.

// pageSize reads the parameter; out of 1..most is refused.
func (r *request) pageSize(def, most int) (int, *apiError) {
	text := r.URL.Query().Get("pageSize")
	if text == "" {
		return def, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, errBadRequest("pageSize", fmt.Sprintf("must be between 1 and %d", most))
	}
	return n, nil
}

// numberMarker makes a marker of a number above 0.
func numberMarker(n uint64) string {
	return base64.RawURLEncoding.EncodeToString(strconv.AppendUint([]byte("n"), n, 10))
}

// numberMarker reads a marker that the function of this name made; 0 is no marker.
func (r *request) numberMarker() (uint64, *apiError) {
	text := r.URL.Query().Get("pageMarker")
	if text == "" {
		return 0, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil && len(raw) > 1 && raw[0] == 'n' {
		if n, err := strconv.ParseUint(string(raw[1:]), 10, 64); err == nil && n > 0 {
			return n, nil
		}
	}
	return 0, errMarker()
}

func errMarker() *apiError {
	return errBadRequest("pageMarker", "is not known, or its list has expired")
}

const (
	markerLife = 10 * time.Minute
	maxMarkers = 256
)

// snapshots holds the rest of lists that are being paged through, so that calls which begin and
// end between two pages shift nothing from one page to another.
type snapshots struct {
	rests map[string]rest
	order []string // oldest first
}

type rest struct {
	ids     []string
	expires time.Time
}

func newSnapshots() snapshots { return snapshots{rests: make(map[string]rest)} }

// keep stores what follows a page and returns its marker; "" when nothing follows.
func (p *snapshots) keep(g *ids, left []string) string {
	if len(left) == 0 {
		return ""
	}
	now := time.Now()
	for len(p.order) > 0 && (len(p.order) >= maxMarkers || now.After(p.rests[p.order[0]].expires)) {
		delete(p.rests, p.order[0])
		p.order = p.order[1:]
	}
	marker := g.opaque(18)
	p.rests[marker] = rest{left, now.Add(markerLife)}
	p.order = append(p.order, marker)
	return marker
}

func (p *snapshots) take(marker string) ([]string, *apiError) {
	left, ok := p.rests[marker]
	if !ok || time.Now().After(left.expires) {
		return nil, errMarker()
	}
	return left.ids, nil
}
