package sim

import (
	"net/http"
	"strings"
)

// Scopes that the routes ask for (goto-api.md section 1); "a|b" is either.
const (
	scopeSubscribe = "call-events.v1.notifications.manage"
	scopeEvents    = "call-events.v1.events.read"
	scopeReports   = "cr.v1.read"
	scopeLines     = "users.v1.lines.read"
	scopeUsers     = "users.v1.lines.read|users.v1.read"
	scopeMe        = "users.v1.read"
	scopeVoice     = "voice-admin.v1.read"
	scopeRecording = "recording.v1.read"
	scopeSCIM      = "identity:scim.me"
	scopeAdmin     = "identity:"
	anyScope       = "" // the channel API asks for none of its own
)

// routes is one table for the paths of all the service's hosts.
func (s *Service) routes() *http.ServeMux {
	mux := http.NewServeMux()
	handle := func(path string, m methods) { mux.Handle(path, s.dispatch(m)) }
	page := func(h http.HandlerFunc) methods { return methods{"GET": h} }

	handle("/oauth/authorize", page(s.authorize))
	handle("/oauth/token", methods{"POST": http.HandlerFunc(s.serveToken)})
	handle("/login", page(s.login))
	handle("/OAuth/approve", page(s.approve))
	handle("/oauth/approve", page(s.approve))

	handle("/users/v1/lines", methods{"GET": s.api(scopeLines, s.listMyLines)})
	handle("/users/v1/users", methods{"GET": s.api(scopeUsers, s.listUsers)})
	handle("/users/v1/users/{userKey}/lines", methods{"GET": s.api(scopeLines, s.listUserLines)})
	handle("/users/v1/me", methods{"GET": s.api(scopeMe, s.getMe)})
	handle("/identity/v1/Users/me", methods{"GET": s.api(scopeSCIM, s.getSCIM)})
	handle("/admin/rest/v1/me", methods{"GET": s.api(scopeAdmin, s.getAdminMe)})
	handle("/presence/v1/presences", methods{"GET": s.api(scopePresence, s.listPresences)})
	handle("/voice-admin/v1/extensions", methods{"GET": s.api(scopeVoice, s.listExtensions)})
	handle("/voice-admin/v1/phone-numbers", methods{"GET": s.api(scopeVoice, s.listNumbers)})

	const channels = "/notification-channel/v1/channels"
	handle(channels, methods{"GET": s.api(anyScope, s.listChannels)})
	handle(channels+"/{nickname}", methods{"POST": s.makeChannel()})
	handle(channels+"/{nickname}/{channelId}", methods{
		"GET": s.api(anyScope, s.getChannel), "PUT": s.api(anyScope, s.refreshChannel), "DELETE": s.api(anyScope, s.deleteChannel),
	})
	handle(channels+"/{nickname}/{channelId}/channel-lifetime", methods{
		"GET": s.api(anyScope, s.readLifetime), "PUT": s.api(anyScope, s.extendLifetime),
	})
	handle(channels+"/{channelId}/channelId/ws", page(s.connect))

	handle("/call-events/v1/subscriptions", methods{
		"POST": s.api(scopeSubscribe, s.subscribeCalls), "GET": s.api(scopeSubscribe, s.listCallSubs),
		"DELETE": s.api(scopeSubscribe, s.deleteCallSubs),
	})
	handle("/call-events/v1/conversation-spaces", methods{"GET": s.api(scopeEvents, s.listSpaces)})
	handle("/call-events/v1/conversation-spaces/{id}/events", methods{"GET": s.api(scopeEvents, s.listStates)})

	handle("/call-events-report/v1/subscriptions", methods{
		"POST": s.api(scopeSubscribe, s.subscribeReports), "GET": s.api(scopeSubscribe, s.listReportSubs),
		"DELETE": s.api(scopeSubscribe, s.deleteReportSubs),
	})
	handle("/call-events-report/v1/reports/{id}", methods{"GET": s.api(scopeReports, s.getReport)})
	handle("/call-events-report/v1/report-summaries", methods{"GET": s.api(scopeReports, s.listSummaries)})

	const recording = "/recording/v1/recordings/{id}"
	handle(recording, methods{"GET": s.api(scopeRecording, s.getRecording)})
	handle(recording+"/content", methods{"GET": s.api(scopeRecording, s.getContentToken)})
	handle(recording+"/content/{token}", page(s.redirectToContent))
	handle("/recording/v1/transcriptions/{id}", methods{"GET": s.redirecting(scopeRecording, s.redirectToTranscript)})
	handle("/recording-store/{key}", page(s.serveStored))

	handle("/v2/session", methods{"POST": s.api(scopeLines, s.createSession)})
	handle("/v2/session/{sessionId}", methods{"DELETE": s.api(scopeLines, s.deleteSession)})
	handle("/v2/session/{sessionId}/subscriptions", methods{"POST": s.api(scopeLines, s.subscribeDialogs)})
	handle("/v2/session/{sessionId}/ws", page(s.connectRealtime))

	s.webCallRoutes(handle)
	s.controlRoutes(mux)
	s.crmRoutes(mux)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { s.refuse(w, errNotFound("The resource")) })
	return mux
}

// dispatch answers 405 to methods that a path does not know, and preflights of browsers.
func (s *Service) dispatch(m methods) http.Handler {
	allow := m.names()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := m[r.Method]
		switch {
		case h != nil:
			h.ServeHTTP(w, r)
		case r.Method == http.MethodOptions:
			w.Header().Set("Allow", allow)
			w.Header().Set("Access-Control-Allow-Methods", allow)
			w.WriteHeader(http.StatusNoContent)
		default:
			w.Header().Set("Allow", allow)
			s.refuse(w, errMethod(r))
		}
	})
}

// ServeHTTP implements http.Handler for the paths of every host of the service.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/_sim/") {
		s.mux.ServeHTTP(w, r)
		return
	}
	s.mu.Lock()
	s.stats.Requests++
	s.mu.Unlock()
	// The vendor's browser sample calls the API from a page of its own.
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Accept")
	if s.struck(w, r) {
		return
	}
	if strings.Contains(r.URL.Path, "//") { // a ServeMux would redirect, which the service does not
		s.refuse(w, errNotFound("The resource"))
		return
	}
	s.mux.ServeHTTP(w, r)
	// The path of a websocket is a secret; the pattern that matched is none.
	s.cfg.Log.Debug("request", "method", r.Method, "pattern", r.Pattern)
}
