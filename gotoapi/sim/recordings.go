package sim

import (
	"encoding/base64"
	"net/http"
	"time"

	"ringside/gotoapi/sim/world"
)

// The Recording API (goto-api.md section 9, "Recording"). Sound and text lie in a store of their own,
// below /recording-store: an address there is good for some minutes, and a request that carries a token
// besides is refused, as stores behind such addresses do.

// stored is what an address of the store, or a token for a recording's content, leads to.
type stored struct {
	what    string // content, audio, transcript
	id      string // of the recording or the transcript
	expires time.Time
}

// media are the addresses and tokens that have been given out.
type media struct {
	ids   *ids
	given map[string]stored
	order []string // oldest first
}

const (
	mediaLife = 5 * time.Minute
	maxMedia  = 1024
)

func newMedia(seed uint64) media {
	return media{ids: newIDs(seed, "media"), given: make(map[string]stored)}
}

// give makes a key for something; the oldest are forgotten.
func (m *media) give(what, id string) (key string, expires time.Time) {
	key = m.ids.opaque(36)
	expires = time.Now().Add(mediaLife)
	if what == "content" {
		key = base64.URLEncoding.EncodeToString([]byte("recording-access:" + key))
	}
	if len(m.order) == maxMedia {
		delete(m.given, m.order[0])
		m.order = m.order[1:]
	}
	m.given[key] = stored{what, id, expires}
	m.order = append(m.order, key)
	return key, expires
}

// find gives what a key leads to while it is good.
func (m *media) find(key string) (stored, bool) {
	s, ok := m.given[key]
	return s, ok && time.Now().Before(s.expires)
}

// recordingFor gives a recording to those who may read its call's report.
func (s *Service) recordingFor(r *request) (world.RecordingInfo, *apiError) {
	id := r.PathValue("id")
	info, ok := s.world.Recording(id)
	if ok {
		_, ok = s.reportFor(r, info.Call)
	}
	if !ok {
		return world.RecordingInfo{}, errNotFound("Recording " + id)
	}
	return info, nil
}

func (s *Service) getRecording(r *request) (int, any, *apiError) {
	info, err := s.recordingFor(r)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, struct {
		ID      string      `json:"id"`
		Account string      `json:"accountKey"`
		Status  string      `json:"status"`
		Started world.Stamp `json:"startTimestamp"`
		Length  int64       `json:"durationMs"`
	}{info.ID, s.people.account.Key, info.Status, world.Stamp(info.Started), info.Length.Milliseconds()}, nil
}

// getContentToken answers in the form that the service has been seen to use: its reference has token
// and expiry at the top.
func (s *Service) getContentToken(r *request) (int, any, *apiError) {
	info, err := s.recordingFor(r)
	if err != nil {
		return 0, nil, err
	}
	if info.Status != "UPLOADED" {
		return 0, nil, errBadRequest("recordingId", "the recording is not uploaded")
	}
	type token struct {
		Token   string `json:"token"`
		Expires string `json:"expires"`
	}
	key, expires := s.media.give("content", info.ID)
	return http.StatusOK, struct {
		Status string `json:"status"`
		Token  token  `json:"token"`
	}{info.Status, token{key, expires.UTC().Format(time.RFC3339)}}, nil
}

// redirectToContent takes the token in the path; whether a login comes along does not matter.
func (s *Service) redirectToContent(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	ticket, ok := s.media.find(r.PathValue("token"))
	key := ""
	if ok = ok && ticket.what == "content" && ticket.id == r.PathValue("id"); ok {
		key, _ = s.media.give("audio", ticket.id)
	}
	s.mu.Unlock()
	if !ok {
		s.refuse(w, errNotFound("The content"))
		return
	}
	redirect(w, r, key)
}

// redirecting is api for what answers with an address of the store: h gives its key.
func (s *Service) redirecting(scope string, h func(*request) (string, *apiError)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := ""
		_, _, refusal := s.perform(scope, func(q *request) (int, any, *apiError) {
			var err *apiError
			key, err = h(q)
			return http.StatusFound, nil, err
		}, &request{Request: r})
		if refusal != nil {
			s.refuse(w, refusal)
			return
		}
		redirect(w, r, key)
	})
}

func (s *Service) redirectToTranscript(r *request) (string, *apiError) {
	id := r.PathValue("id")
	_, conversation, ok := s.world.Transcript(id)
	if ok {
		_, ok = s.reportFor(r, conversation)
	}
	if !ok {
		return "", errNotFound("Transcript " + id)
	}
	key, _ := s.media.give("transcript", id)
	return key, nil
}

func redirect(w http.ResponseWriter, r *http.Request, key string) {
	w.Header().Set("Location", base(r)+"/recording-store/"+key)
	w.WriteHeader(http.StatusFound)
}

// serveStored hands out sound or text to whoever knows its address.
func (s *Service) serveStored(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "" {
		http.Error(w, "Only one auth mechanism allowed", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	it, ok := s.media.find(r.PathValue("key"))
	var said []world.Utterance
	var length time.Duration
	switch {
	case ok && it.what == "transcript":
		said, _, ok = s.world.Transcript(it.id)
	case ok && it.what == "audio":
		info, _ := s.world.Recording(it.id)
		said, length = s.world.Speech(it.id), info.Length
	default:
		ok = false
	}
	s.mu.Unlock()
	switch {
	case !ok:
		http.Error(w, "Access denied", http.StatusForbidden)
	case it.what == "audio":
		writeWAV(w, length, said)
	default:
		writeJSON(w, http.StatusOK, encode(struct {
			Version string            `json:"version"`
			Results []world.Utterance `json:"results"`
		}{"1", said}))
	}
}
