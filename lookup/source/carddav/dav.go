package carddav

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"ringside/lookup/source/web"
)

// perReport is how many cards are asked for at once; they may hold photos.
const perReport = 50

// maxCards bounds an address book.
const maxCards = 100_000

// multistatus is an answer of WebDAV (RFC 4918, section 14.16), with the properties that matter
// here.
type multistatus struct {
	XMLName   xml.Name   `xml:"DAV: multistatus"`
	Responses []response `xml:"DAV: response"`
}

type response struct {
	Href  string     `xml:"DAV: href"`
	Stats []propstat `xml:"DAV: propstat"`
}

type propstat struct {
	Status string `xml:"DAV: status"`
	Prop   struct {
		ETag       string    `xml:"DAV: getetag"`
		CTag       string    `xml:"http://calendarserver.org/ns/ getctag"`
		Token      string    `xml:"DAV: sync-token"`
		Collection *struct{} `xml:"DAV: resourcetype>collection"`
		Data       string    `xml:"urn:ietf:params:xml:ns:carddav address-data"`
	} `xml:"DAV: prop"`
}

// good gives the properties that the server has.
func (r response) good() (p propstat) {
	for _, s := range r.Stats {
		if f := strings.Fields(s.Status); len(f) > 1 && f[1] == "200" {
			return s
		}
	}
	return propstat{}
}

const (
	askTag = `<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:" xmlns:CS="http://calendarserver.org/ns/"><D:prop><CS:getctag/><D:sync-token/></D:prop></D:propfind>`
	askAll = `<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:prop><D:getetag/><D:resourcetype/></D:prop></D:propfind>`
)

// dav asks the address book.
func (s *Source) dav(ctx context.Context, op, method, depth, body string) (multistatus, error) {
	var m multistatus
	header := http.Header{"Content-Type": {"application/xml; charset=utf-8"}, "Depth": {depth}, "Accept": {"application/xml, text/xml"}}
	text, _, err := s.client.Do(ctx, web.Request{Op: op, Method: method, Path: s.o.URL.EscapedPath(), Header: header, Body: []byte(body)})
	if err != nil {
		return m, err
	}
	if err := xml.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("%s in %s: the answer cannot be read", op, s.o.Name)
	}
	return m, nil
}

// tag gives what changes when anything in the address book does; "" when the server has no such.
func (s *Source) tag(ctx context.Context) (string, error) {
	m, err := s.dav(ctx, "asking for changes", "PROPFIND", "0", askTag)
	if err != nil {
		return "", err
	}
	for _, r := range m.Responses {
		p := r.good().Prop
		if t := p.CTag + p.Token; t != "" {
			return t, nil
		}
	}
	return "", nil
}

// list gives the cards with their tags, by path.
func (s *Source) list(ctx context.Context) (map[string]string, error) {
	m, err := s.dav(ctx, "listing cards", "PROPFIND", "1", askAll)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, r := range m.Responses {
		p := r.good()
		if path := s.path(r.Href); path != "" && p.Status != "" && p.Prop.Collection == nil {
			out[path] = p.Prop.ETag
		}
	}
	if len(out) > maxCards {
		return nil, fmt.Errorf("listing cards in %s: there are more than %d", s.o.Name, maxCards)
	}
	return out, nil
}

// get gives the cards of some paths.
func (s *Source) get(ctx context.Context, paths []string) ([]card, error) {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?><C:addressbook-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><D:prop><D:getetag/><C:address-data/></D:prop>`)
	for _, p := range paths {
		b.WriteString("<D:href>")
		if err := xml.EscapeText(&b, []byte(p)); err != nil {
			return nil, err
		}
		b.WriteString("</D:href>")
	}
	b.WriteString("</C:addressbook-multiget>")
	m, err := s.dav(ctx, "reading cards", "REPORT", "1", b.String())
	if err != nil {
		return nil, err
	}
	var out []card
	for _, r := range m.Responses {
		if p, path := r.good().Prop, s.path(r.Href); path != "" && p.Data != "" {
			out = append(out, card{path, p.ETag, p.Data})
		}
	}
	if len(out) == 0 {
		return nil, errors.New("reading cards in " + s.o.Name + ": the server gives none of those that it lists")
	}
	return out, nil
}

// path gives the path of a card as the server writes it; "" for what is not below the address book.
func (s *Source) path(href string) string {
	u, err := url.Parse(strings.TrimSpace(href))
	if err != nil || u.Host != "" && u.Host != s.o.URL.Host {
		return ""
	}
	home := strings.TrimSuffix(s.o.URL.Path, "/") + "/"
	if !strings.HasPrefix(u.Path, home) || u.Path == home {
		return ""
	}
	return u.EscapedPath()
}
