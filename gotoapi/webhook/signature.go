package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringside/gotoapi"
)

// A delivery is signed by the HTTP-signatures draft of the years around 2021 (goto-api.md 3):
//
//	Signature-Input: sig1=("@request-target" "date" "digest");keyid="…";alg="hmac-sha256";created=…;expires=…;nonce="…"
//	Signature: sig1=:base64:
//	Digest: SHA-256=base64
//
// The shape of Signature was not recorded. Within the drafts that quote names as above there are two
// readings of the request target, "post /path" and "/path"; either is taken, since both need the key.

// Why a delivery is refused.
var (
	errUnsigned = errors.New("no signature that can be checked")
	errForged   = errors.New("the signature is not right")
	errDigest   = errors.New("the digest is not that of the body")
	errExpired  = errors.New("the signature has expired, or is of the future")
)

const (
	maxSkew      = time.Minute     // between the service's clock and ours
	maxAge       = 5 * time.Minute // of a signature that does not say when it expires
	maxSignature = 8 << 10         // bytes of the headers looked at
	maxSigners   = 4               // signatures of one request looked at
)

// verify checks the signature of a delivery and the digest of its body.
func verify(r *http.Request, target string, body []byte, secret gotoapi.Secret, now time.Time) error {
	inputs, values := r.Header.Get("Signature-Input"), r.Header.Get("Signature")
	if inputs == "" || values == "" || len(inputs) > maxSignature || len(values) > maxSignature {
		return errUnsigned
	}
	if err := checkDigest(r.Header.Get("Digest"), body); err != nil {
		return err
	}
	signatures := members(values)
	err := errUnsigned
	for _, m := range members(inputs) {
		in, ok := parseInput(m.value)
		if !ok {
			continue
		}
		i := slices.IndexFunc(signatures, func(s member) bool { return s.name == m.name })
		if i < 0 {
			continue
		}
		if err = in.verify(r, target, signatures[i].value, secret, now); err == nil {
			return nil
		}
	}
	return err
}

// checkDigest wants the SHA-256 of the body (RFC 3230).
func checkDigest(header string, body []byte) error {
	sum := sha256.Sum256(body)
	for part := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if !strings.EqualFold(name, "SHA-256") {
			continue
		}
		said, err := base64.StdEncoding.DecodeString(value)
		if err != nil || !hmac.Equal(said, sum[:]) {
			return errDigest
		}
		return nil
	}
	return errUnsigned
}

// member is one entry of a header that lists names with values.
type member struct{ name, value string }

// members splits a header at the commas that are not within quotes or parentheses.
func members(s string) []member {
	var out []member
	depth, quoted, from := 0, false, 0
	for i := 0; i <= len(s) && len(out) < maxSigners; i++ {
		switch {
		case i == len(s) || s[i] == ',' && depth == 0 && !quoted:
			if name, value, ok := strings.Cut(strings.TrimSpace(s[from:i]), "="); ok {
				out = append(out, member{strings.TrimSpace(name), strings.TrimSpace(value)})
			}
			from = i + 1
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == '(' && !quoted:
			depth++
		case s[i] == ')' && !quoted:
			depth--
		}
	}
	return out
}

// input is one entry of Signature-Input.
type input struct {
	raw              string // as it was signed
	covered          []string
	alg              string
	created, expires int64 // Unix seconds; 0 when not said
}

// parseInput reads ("a" "b");name=value;name="value".
func parseInput(raw string) (input, bool) {
	in := input{raw: raw}
	list, params, ok := strings.Cut(strings.TrimPrefix(raw, "("), ")")
	if !ok || !strings.HasPrefix(raw, "(") {
		return in, false
	}
	for name := range strings.FieldsSeq(list) {
		if len(name) < 3 || name[0] != '"' || name[len(name)-1] != '"' {
			return in, false
		}
		in.covered = append(in.covered, name[1:len(name)-1])
	}
	for p := range strings.SplitSeq(params, ";") { // a quoted ; would cut a value we do not need
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		switch name {
		case "alg":
			in.alg = strings.Trim(value, `"`)
		case "created":
			in.created, _ = strconv.ParseInt(value, 10, 64)
		case "expires":
			in.expires, _ = strconv.ParseInt(value, 10, 64)
		}
	}
	return in, true
}

func (in input) verify(r *http.Request, target, value string, secret gotoapi.Secret, now time.Time) error {
	if in.alg != "" && in.alg != "hmac-sha256" || !slices.Contains(in.covered, "digest") || !slices.Contains(in.covered, "@request-target") {
		return errUnsigned
	}
	expires := time.Unix(in.expires, 0)
	if in.expires == 0 {
		expires = time.Unix(in.created, 0).Add(maxAge)
	}
	if in.created <= 0 || time.Unix(in.created, 0).After(now.Add(maxSkew)) || now.After(expires.Add(maxSkew)) {
		return errExpired
	}
	said, err := base64.StdEncoding.DecodeString(strings.Trim(value, `:"`))
	if err != nil {
		return errForged
	}
	for _, at := range []string{"post " + target, target} {
		base, err := in.base(r, at)
		if err != nil {
			return err
		}
		mac := hmac.New(sha256.New, []byte(secret.Reveal()))
		mac.Write([]byte(base))
		if hmac.Equal(said, mac.Sum(nil)) {
			return nil
		}
	}
	return errForged
}

// base is the text that was signed, with the request target as given.
func (in input) base(r *http.Request, target string) (string, error) {
	var b strings.Builder
	for _, name := range in.covered {
		value := target
		switch {
		case name == "@request-target":
		case strings.HasPrefix(name, "@"):
			return "", errUnsigned
		default:
			lines := r.Header.Values(name)
			if len(lines) == 0 {
				return "", errUnsigned
			}
			value = strings.Join(lines, ", ")
		}
		fmt.Fprintf(&b, "%q: %s\n", name, value)
	}
	b.WriteString(`"@signature-params": ` + in.raw)
	return b.String(), nil
}
