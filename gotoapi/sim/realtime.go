package sim

import (
	"maps"
	"net/http"
	"slices"
	"time"

	"ringside/gotoapi/sim/world"
)

// realtime is the deprecated Realtime API (goto-api.md section 7): sessions whose websockets tell
// of the dialogs of subscribed lines, one dialog for each device that rings or talks.
type realtime struct{ sessions map[string]*session }

func newRealtime() realtime { return realtime{sessions: make(map[string]*session)} }

// session is one client of the Realtime API.
type session struct {
	id      string
	owner   *person
	subs    []dialogSub
	sock    *socket
	idle    uint64 // counts the spells without a socket; an older spell's end is void
	dialogs map[dialogKey]dialog
}

// dialogKey is a participant as one subscription sees it.
type dialogKey struct{ sub, participant string }

// dialogSub is an entry of the subscription request, which the answer echoes.
type dialogSub struct {
	ID     string       `json:"id"`
	Type   string       `json:"type"`
	Entity dialogEntity `json:"entity"`
}

type dialogEntity struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Account string `json:"account"` // the organization's id, not the account key
}

// keepalive is the period of keepalive events.
const keepalive = 30 * time.Second

// createSession answers the three URLs of a new session. Delivery over a notification channel
// (member channelId) is not offered.
func (s *Service) createSession(r *request) (int, any, *apiError) {
	var body struct {
		ChannelID string `json:"channelId"`
	}
	if len(r.body) > 0 {
		if err := r.decode(&body); err != nil {
			return 0, nil, err
		}
	}
	if body.ChannelID != "" {
		return 0, nil, errBadRequest("channelId", "Delivery over a notification channel is not supported by this simulated service; connect to ws")
	}
	se := &session{id: s.ids.opaque(48), owner: r.token.person, dialogs: make(map[dialogKey]dialog)}
	s.realtime.sessions[se.id] = se
	s.expireSession(se)
	path := "/v2/session/" + se.id
	self := base(r.Request) + path
	return http.StatusCreated, map[string]string{"self": self, "ws": r.socketBase() + path + "/ws", "subscriptions": self + "/subscriptions"}, nil
}

// expireSession forgets a session that has had no socket for the length of a channel's life.
func (s *Service) expireSession(se *session) {
	se.idle++
	spell := se.idle
	s.at(s.cfg.ChannelLife, func() {
		if se.sock == nil && se.idle == spell {
			delete(s.realtime.sessions, se.id)
		}
	})
}

func (s *Service) sessionOf(r *request) (*session, *apiError) {
	se := s.realtime.sessions[r.PathValue("sessionId")]
	if se == nil || se.owner != r.token.person {
		return nil, errNotFound("The session")
	}
	return se, nil
}

func (s *Service) deleteSession(r *request) (int, any, *apiError) {
	se, err := s.sessionOf(r)
	if err != nil {
		return 0, nil, err
	}
	delete(s.realtime.sessions, se.id)
	if se.sock != nil {
		se.sock.goodbye(closeGoingAway, "session deleted")
	}
	return http.StatusNoContent, nil, nil
}

// subscribeDialogs takes a list of lines and echoes it.
func (s *Service) subscribeDialogs(r *request) (int, any, *apiError) {
	se, err := s.sessionOf(r)
	if err != nil {
		return 0, nil, err
	}
	var subs []dialogSub
	if err := r.decode(&subs); err != nil {
		return 0, nil, err
	}
	for _, sub := range subs {
		switch {
		case sub.ID == "":
			return 0, nil, errBadRequest("id", "must not be empty")
		case sub.Type != "dialog" || sub.Entity.Type != "line.v2":
			return 0, nil, errBadRequest("type", "only subscriptions of type dialog to a line.v2 are supported by this simulated service")
		case sub.Entity.Account != s.people.account.OrganizationID:
			return 0, nil, errForbidden("organization " + sub.Entity.Account)
		}
		if err := s.mayRead(r, byLine, sub.Entity.ID); err != nil {
			return 0, nil, err
		}
	}
	for _, sub := range subs {
		se.subs = slices.DeleteFunc(se.subs, func(old dialogSub) bool { return old.ID == sub.ID })
		se.subs = append(se.subs, sub)
	}
	return http.StatusOK, subs, nil
}

// connectRealtime serves the session's websocket; its URL is the secret.
func (s *Service) connectRealtime(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("sessionId")
	se, known := locked(s, func() *session { return s.realtime.sessions[id] })
	if !known {
		s.refuse(w, errNotFound("The session"))
		return
	}
	s.upgrade(w, r, func(k *socket) bool {
		if s.realtime.sessions[id] != se {
			return false
		}
		if se.sock != nil {
			se.sock.goodbye(closePolicy, "replaced by a newer connection")
		}
		se.sock = k
		s.keepAlive(se, k)
		return true
	}, func(k *socket) {
		if se.sock == k {
			se.sock = nil
			s.expireSession(se)
		}
	})
}

// keepAlive sends an event of type keepalive again and again, as long as k is the session's socket.
func (s *Service) keepAlive(se *session, k *socket) {
	s.at(keepalive, func() {
		if se.sock == k {
			s.tell(se, dialogEvent{Type: "keepalive"})
			s.keepAlive(se, k)
		}
	})
}

// tell sends an event to a session's socket.
func (s *Service) tell(se *session, e dialogEvent) {
	if se.sock == nil {
		s.stats.Unsent++
		return
	}
	if !se.sock.push(frame{whole: encode(e)}) {
		s.stats.TooSlow++
		se.sock.abort()
		se.sock = nil
		s.expireSession(se)
	}
}

// publish tells every session what a call's new state means for its lines.
func (rt *realtime) publish(s *Service, c world.Content) {
	for _, id := range slices.Sorted(maps.Keys(rt.sessions)) { // one seed tells its events in one order
		se := rt.sessions[id]
		for _, sub := range se.subs {
			for _, e := range se.follow(sub, c, s.people.account.OrganizationID, s.ids) {
				s.tell(se, e)
			}
		}
	}
}
