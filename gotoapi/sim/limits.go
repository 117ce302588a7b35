package sim

import (
	"strings"

	"golang.org/x/time/rate"
)

// allow counts a request against the token's limit for the API that path belongs to: 10 requests a
// second for each API are what the free tier gives (goto-api.md section 8).
func (s *Service) allow(t *token, path string) bool {
	if s.cfg.RateLimit < 0 {
		return true
	}
	api, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	limit := t.limits[api]
	if limit == nil {
		limit = rate.NewLimiter(rate.Limit(s.cfg.RateLimit), s.cfg.RateLimit)
		t.limits[api] = limit
	}
	return limit.Allow()
}
