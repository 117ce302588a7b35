package carddav

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/farend"
	"ringside/lookup/source/web"
)

const home = "/dav/addressbooks/me/con%20tacts/"

// service is a CardDAV server with one address book. Requests come one at a time; a test changes it
// meanwhile by set.
type service struct {
	t      *testing.T
	mu     sync.Mutex
	cards  map[string]string // path to card
	noTag  bool
	status int // of every answer, when set
	asked  []string
	loaded []string // paths of cards that were read
}

func (s *service) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

func (s *service) tag(path string) string {
	return fmt.Sprintf(`"%d-%x"`, len(s.cards[path]), s.cards[path][len(s.cards[path])/2:])
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.Method+" "+r.Header.Get("Depth"))
	body, _ := io.ReadAll(r.Body)
	user, pw, _ := r.BasicAuth()
	switch {
	case s.status != 0:
		w.WriteHeader(s.status)
		return
	case user != "me" || pw != farend.Token:
		w.WriteHeader(http.StatusUnauthorized)
		return
	case r.URL.EscapedPath() != home || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/xml"):
		s.t.Errorf("asked %s with %q", r.URL, r.Header)
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	w.WriteHeader(http.StatusMultiStatus)
	fmt.Fprint(w, `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav" xmlns:cs="http://calendarserver.org/ns/">`)
	defer fmt.Fprint(w, `</d:multistatus>`)
	switch r.Method + " " + r.Header.Get("Depth") {
	case "PROPFIND 0":
		if s.noTag {
			fmt.Fprintf(w, `<d:response><d:href>%s</d:href><d:propstat><d:prop><cs:getctag/></d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat></d:response>`, home)
			return
		}
		all := ""
		for _, p := range s.paths() {
			all += p + s.tag(p)
		}
		fmt.Fprintf(w, `<d:response><d:href>%s</d:href><d:propstat><d:prop><cs:getctag>%x</cs:getctag></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`, home, all)
	case "PROPFIND 1":
		fmt.Fprintf(w, `<d:response><d:href>%s</d:href><d:propstat><d:prop><d:resourcetype><d:collection/><card:addressbook/></d:resourcetype></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`, home)
		for _, p := range s.paths() {
			fmt.Fprintf(w, `<d:response><d:href>%s</d:href><d:propstat><d:prop><d:getetag>%s</d:getetag><d:resourcetype/></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`, p, esc(s.tag(p)))
		}
		fmt.Fprint(w, `<d:response><d:href>/other/place.vcf</d:href><d:propstat><d:prop><d:getetag>"x"</d:getetag></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`)
	case "REPORT 1":
		s.report(w, body)
	default:
		s.t.Errorf("%s with depth %q", r.Method, r.Header.Get("Depth"))
	}
}

func (s *service) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

func esc(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

func (s *service) paths() (out []string) {
	for p := range s.cards {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

func (s *service) report(w io.Writer, body []byte) {
	var q struct {
		XMLName xml.Name `xml:"urn:ietf:params:xml:ns:carddav addressbook-multiget"`
		Hrefs   []string `xml:"DAV: href"`
	}
	if err := xml.Unmarshal(body, &q); err != nil || len(q.Hrefs) == 0 || len(q.Hrefs) > perReport {
		s.t.Errorf("report of %d, %v", len(q.Hrefs), err)
	}
	for _, p := range q.Hrefs {
		if s.cards[p] == "" {
			fmt.Fprintf(w, `<d:response><d:href>%s</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>`, p)
			continue
		}
		s.loaded = append(s.loaded, p)
		fmt.Fprintf(w, `<d:response><d:href>%s</d:href><d:propstat><d:prop><d:getetag>%s</d:getetag><card:address-data>%s</card:address-data></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`, p, esc(s.tag(p)), esc(s.cards[p]))
	}
}

func vcf(name, tel string) string {
	return "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:" + name + "\r\nTEL:" + tel + "\r\nEND:VCARD\r\n"
}

func open(s *service, copyTo string) *Source {
	u, _ := url.Parse("https://dav.example" + home)
	return Open(Options{Name: "address book", URL: u, Auth: web.Basic("me", &farend.Held{Text: farend.Token}), Region: "US", Copy: copyTo, HTTP: &http.Client{Transport: s}})
}

func start(t *testing.T) *service {
	return &service{t: t, cards: map[string]string{home + "a.vcf": vcf("Dana <Roe> & Co", "(212) 555-0110"), home + "b.vcf": vcf("Lee", "2125550111"), home + "broken.vcf": "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:X"}}
}

func names(t *testing.T, s *Source, raw string) string {
	t.Helper()
	cs, err := s.Lookup(t.Context(), number.Parse(raw, "US"))
	if err != nil {
		return err.Error()
	}
	var out []string
	for _, c := range cs {
		out = append(out, c.Name)
	}
	return strings.Join(out, ", ")
}

func TestSync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := start(t)
		s := open(srv, "")
		defer s.Close()
		synctest.Wait()
		if got := names(t, s, "+1 212 555 0110"); got != "Dana <Roe> & Co" || len(srv.loaded) != 3 {
			t.Fatalf("found %q, %d cards read, %+v", got, len(srv.loaded), s.Report())
		}
		rep := s.Report()
		if rep.Contacts != 2 || len(rep.Problems) != 1 || !strings.Contains(rep.Problems[0].String(), "broken.vcf:1: the card does not end") || rep.Synced.IsZero() {
			t.Errorf("report %+v", rep)
		}
		srv.set(func() { srv.asked = nil })
		time.Sleep(every)
		synctest.Wait()
		if got := strings.Join(srv.asked, ", "); got != "PROPFIND 0" {
			t.Errorf("nothing has changed, asked %s", got)
		}
		srv.set(func() {
			srv.loaded = nil
			srv.cards[home+"b.vcf"] = vcf("Li", "2125550111")
			srv.cards[home+"c.vcf"] = vcf("Kim", "2125550112")
			delete(srv.cards, home+"a.vcf")
		})
		time.Sleep(every)
		synctest.Wait()
		if got := names(t, s, "2125550110") + "/" + names(t, s, "2125550111") + "/" + names(t, s, "2125550112"); got != "/Li/Kim" {
			t.Errorf("after changes: %s", got)
		}
		if got := strings.Join(srv.loaded, " "); got != home+"b.vcf "+home+"c.vcf" {
			t.Errorf("read %s, want what has changed", got)
		}
		srv.set(func() { srv.noTag, srv.loaded = true, nil })
		time.Sleep(every)
		synctest.Wait()
		if len(srv.loaded) != 0 || s.Report().Stale != nil {
			t.Errorf("a server without a tag of the collection: read %q, %v", srv.loaded, s.Report().Stale)
		}
	})
}

func TestOffline(t *testing.T) {
	path := filepath.Join(t.TempDir(), "d", "book.json")
	synctest.Test(t, func(t *testing.T) {
		srv := start(t)
		s := open(srv, path)
		synctest.Wait()
		s.Close()
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Fatal(err)
		}
		srv.status = http.StatusBadGateway
		srv.asked = nil
		s = open(srv, path)
		if got := names(t, s, "2125550111"); got != "Lee" {
			t.Errorf("from the copy: %q", got)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if got := names(t, s, "2125550111"); got != "Lee" || s.Report().Stale == nil || !s.Report().Synced.IsZero() {
			t.Errorf("an hour without the server: %q, %+v", got, s.Report())
		}
		if n := len(srv.asked); n < 6 || n > 20 { // twice each time: 0, 30 s, 1, 2, 4, 8, 15, 15 … minutes
			t.Errorf("asked %d times in an hour", n)
		}
		srv.set(func() {
			srv.status, srv.loaded = 0, nil
			srv.cards[home+"b.vcf"] = vcf("Li", "2125550111")
		})
		time.Sleep(every)
		synctest.Wait()
		if got := names(t, s, "2125550111"); got != "Li" || s.Report().Stale != nil || len(srv.loaded) != 1 {
			t.Errorf("back: %q, %v, read %q", got, s.Report().Stale, srv.loaded)
		}
		s.Close()
		if err := os.WriteFile(path, []byte(`{"url":`), 0o600); err != nil {
			t.Fatal(err)
		}
		s = open(srv, path)
		synctest.Wait()
		if got := names(t, s, "2125550111"); got != "Li" {
			t.Errorf("with a broken copy: %q", got)
		}
		s.Close()
	})
}

func TestNotYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, status := range []int{401, 403, 404, 500, 200} {
			srv := start(t)
			srv.status = status
			s := open(srv, "")
			synctest.Wait()
			_, err := s.Lookup(t.Context(), number.Parse("2125550111", "US"))
			if !errors.Is(err, ErrNotYet) || !errors.Is(err, lookup.ErrNotAsked) || strings.Contains(err.Error(), farend.Token) {
				t.Errorf("%d: %v", status, err)
			}
			s.Close()
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		s := open(start(t), "")
		if _, err := s.Lookup(ctx, number.Parse("2125550111", "US")); !errors.Is(err, context.Canceled) {
			t.Errorf("without time: %v", err)
		}
		s.Close()
	})
}

// TestManyCards: a big address book comes in parts.
func TestManyCards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := &service{t: t, cards: map[string]string{}}
		for i := range 3*perReport + 1 {
			srv.cards[fmt.Sprintf("%s%d.vcf", home, i)] = vcf(fmt.Sprint("P", i), fmt.Sprintf("212556%04d", i))
		}
		s := open(srv, "")
		defer s.Close()
		synctest.Wait()
		if got := names(t, s, "2125560150"); got != "P150" || len(srv.asked) != 6 {
			t.Errorf("%q in %d requests", got, len(srv.asked))
		}
	})
}
