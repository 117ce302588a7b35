package pop

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"ringside/lookup/number"
	"ringside/store/call"
)

// SetCreate sets the template of the page on which a contact is made, shown for callers whom no
// source knows; "" is none. CheckCreate says what a template is.
func (p *Pane) SetCreate(template string) {
	if CheckCreate(template) != nil {
		template = ""
	}
	p.create = template
}

// CheckCreate tells what is wrong with a template of SetCreate, nil when nothing is. It is a URL of
// http or https, in whose path, query or fragment $number$ stands for the caller's number (E.164
// where it is known) and $caller_name$ for the name that the line tells. Values are percent-encoded
// but for letters, digits and -._~, so that they cannot leave their place. "" is no template, and
// right.
func CheckCreate(template string) error {
	if template == "" {
		return nil
	}
	if call.Clean(template) != template {
		return errors.New("it is too long or has control characters")
	}
	u, err := url.Parse(fill(template, "1", "1"))
	switch {
	case err != nil:
		return errors.New("it is no URL")
	case u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		return fmt.Errorf("it must begin with https:// or http://")
	}
	_, rest, _ := strings.Cut(template, "://")
	host, _, _ := strings.Cut(rest, "/")
	if strings.Contains(host, "$") {
		return errors.New("$number$ and $caller_name$ may stand behind the host only")
	}
	return nil
}

// createLink gives the page that makes a contact of the caller, "" when there is none.
func (p *Pane) createLink() string {
	if p.create == "" || p.call == nil || len(p.result.Contacts) > 0 {
		return ""
	}
	n := p.number()
	if n.Kind == number.FeatureCode { // nobody's number
		return ""
	}
	num := n.E164
	if num == "" {
		num = n.Digits
	}
	if num == "" {
		return ""
	}
	return fill(p.create, num, call.Clean(p.call.Outsider().Name))
}

func fill(template, num, name string) string {
	return strings.NewReplacer("$number$", percent(num), "$caller_name$", percent(name)).Replace(template)
}

// percent encodes everything but the unreserved characters of RFC 3986, so that the value is right
// in a path, a query and a fragment alike.
func percent(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}
