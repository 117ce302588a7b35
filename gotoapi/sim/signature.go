package sim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// signatureLife is how long a signature is good.
const signatureLife = 300 * time.Second

// sign adds the headers of the HTTP-signatures draft as they have been seen (goto-api.md section 3,
// "Signature"): the request target, Date and Digest, under a key that both sides know. What
// Signature itself looks like was not recorded; it is written as the draft has it.
func (h *hook) sign(header http.Header, body []byte, channel string, nonce []byte, now time.Time) {
	sum := sha256.Sum256(body)
	digest := "SHA-256=" + base64.StdEncoding.EncodeToString(sum[:])
	date := now.UTC().Format(http.TimeFormat)
	params := fmt.Sprintf(`("@request-target" "date" "digest");keyid=%q;alg="hmac-sha256";created=%d;expires=%d;nonce=%q`,
		channel, now.Unix(), now.Add(signatureLife).Unix(), base64.StdEncoding.EncodeToString(nonce))
	base := strings.Join([]string{
		`"@request-target": post ` + h.target,
		`"date": ` + date,
		`"digest": ` + digest,
		`"@signature-params": ` + params,
	}, "\n")
	mac := hmac.New(sha256.New, []byte(h.secret))
	mac.Write([]byte(base))
	header.Set("Date", date)
	header.Set("Digest", digest)
	header.Set("Signature-Input", "sig1="+params)
	header.Set("Signature", "sig1=:"+base64.StdEncoding.EncodeToString(mac.Sum(nil))+":")
}
