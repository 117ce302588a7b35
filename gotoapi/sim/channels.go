package sim

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"ringside/gotoapi/sim/world"
)

// channel is a notification channel: a websocket URL, what is subscribed to on it, and a life
// that ends unless it is refreshed (goto-api.md section 3).
type channel struct {
	id, nickname string
	owner        string // key of the token's user
	born         uint64 // counts channels; the place of a page's marker
	ends         time.Time
	term         uint64 // which refresh set ends; an older term's notices are void
	gone         bool
	eventID      uint64
	sock         *socket            // nil when no client is connected
	hook         *hook              // of a webhook channel, which has no socket and does not end by itself
	held         *frame             // kept back by a reorder fault
	calls        map[string]callSub // by account key
	reports      []reportSub
}

// wants tells whether anything subscribed to on c asks for e.
func (c *channel) wants(s *Service, e world.Emission) bool {
	if e.State != nil {
		sub, ok := c.calls[e.State.Metadata.AccountKey]
		return ok && sub.wants(e.State.State.Type)
	}
	return slices.ContainsFunc(c.reports, func(r reportSub) bool { return r.wants(s, e) })
}

// channelBody is the create and refresh request. An older form nests the type in channelData.
type channelBody struct {
	ChannelType string `json:"channelType"`
	ChannelData struct {
		ChannelType string `json:"channelType"`
	} `json:"channelData"`
	Webhook webhookBody `json:"webhookChannelData"`
}

func (b channelBody) kind() string {
	if b.ChannelType != "" {
		return b.ChannelType
	}
	return b.ChannelData.ChannelType
}

// check wants one of the two spellings that the vendor's own samples use for a websocket channel.
// Webhook channels are made elsewhere, and one kind cannot be refreshed into the other.
func (b channelBody) check() *apiError {
	switch b.kind() {
	case "WebSockets", "WebSocket":
		return nil
	case "":
		return errBadRequest("channelType", "must not be empty")
	}
	return errBadRequest("channelType", "must be WebSockets")
}

// channelView is a channel as the service answers it.
type channelView struct {
	ID       string       `json:"channelId"`
	Nickname string       `json:"channelNickname"`
	Data     *channelData `json:"channelData,omitempty"`
	Webhook  *webhookData `json:"webhookChannelData,omitempty"`
	Lifetime int64        `json:"channelLifetime"` // s
	Resource string       `json:"resourceURL,omitempty"`
	Heedful  *bool        `json:"doNotDisturbAware,omitempty"`
}

type channelData struct {
	Type        string `json:"channelType"`
	URL         string `json:"channelURL"`
	IsConnected bool   `json:"isConnected"`
}

func (s *Service) view(r *request, c *channel) channelView {
	if h := c.hook; h != nil {
		data := &webhookData{Type: "Webhook"}
		data.Webhook.URL = h.url
		if !h.unreachable.IsZero() {
			data.Unreachable = h.unreachable.UTC().Format(time.RFC3339)
		}
		at := base(r.Request) + "/notification-channel/v1/channels/" + c.nickname + "/" + c.id
		return channelView{ID: c.id, Nickname: c.nickname, Lifetime: hookLife, Webhook: data, Resource: at, Heedful: new(bool)}
	}
	return channelView{
		ID: c.id, Nickname: c.nickname, Lifetime: int64(s.cfg.ChannelLife / time.Second),
		// The fixed path word channelId really is there.
		Data: &channelData{"WebSockets", r.socketBase() + "/notification-channel/v1/channels/" + c.id + "/channelId/ws", c.sock != nil},
	}
}

func (s *Service) createChannel(r *request) (int, any, *apiError) {
	var body channelBody
	if err := r.decode(&body); err != nil {
		return 0, nil, err
	}
	if err := body.check(); err != nil {
		return 0, nil, err
	}
	s.born++
	c := &channel{
		id: s.ids.opaque(65), nickname: r.PathValue("nickname"), owner: r.token.person.user.Key, born: s.born,
		calls: make(map[string]callSub),
	}
	s.channels[c.id] = c
	s.order = append(s.order, c)
	s.renew(c)
	return http.StatusCreated, s.view(r, c), nil
}

// channelOf finds the channel of the path among those of the token's user. A channel of another
// user does not exist for him.
func (s *Service) channelOf(r *request) (*channel, *apiError) {
	c, err := s.ownChannel(r, r.PathValue("channelId"))
	if err == nil && c.nickname != r.PathValue("nickname") {
		return nil, errNoChannel(c.id)
	}
	return c, err
}

func (s *Service) ownChannel(r *request, id string) (*channel, *apiError) {
	c := s.channels[id]
	if c == nil || c.owner != r.token.person.user.Key {
		return nil, errNoChannel(id)
	}
	return c, nil
}

func (s *Service) refreshChannel(r *request) (int, any, *apiError) {
	c, err := s.channelOf(r)
	if err != nil {
		return 0, nil, err
	}
	var body channelBody
	if err := r.decode(&body); err != nil {
		return 0, nil, err
	}
	switch webhook := strings.EqualFold(body.kind(), "Webhook"); {
	case c.hook != nil && webhook: // it does not end by itself
		return http.StatusOK, s.view(r, c), nil
	case c.hook != nil:
		return 0, nil, errBadRequest("channelType", "must be Webhook")
	}
	if err := body.check(); err != nil {
		return 0, nil, err
	}
	s.renew(c)
	return http.StatusOK, s.view(r, c), nil
}

func (s *Service) getChannel(r *request) (int, any, *apiError) {
	c, err := s.channelOf(r)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, s.view(r, c), nil
}

func (s *Service) deleteChannel(r *request) (int, any, *apiError) {
	c, err := s.channelOf(r)
	if err != nil {
		return 0, nil, err
	}
	s.remove(c, "channel deleted")
	return http.StatusNoContent, nil, nil
}

// lifetime is the answer about what is left of a channel's life.
type lifetime struct {
	Seconds int64 `json:"channelLifetime"`
}

func (s *Service) readLifetime(r *request) (int, any, *apiError) {
	c, err := s.channelOf(r)
	if err != nil {
		return 0, nil, err
	}
	if c.hook != nil {
		return http.StatusOK, lifetime{hookLife}, nil
	}
	return http.StatusOK, lifetime{int64(time.Until(c.ends).Round(time.Second) / time.Second)}, nil
}

func (s *Service) extendLifetime(r *request) (int, any, *apiError) {
	c, err := s.channelOf(r)
	if err != nil {
		return 0, nil, err
	}
	if c.hook != nil {
		return http.StatusOK, lifetime{hookLife}, nil
	}
	s.renew(c)
	return http.StatusOK, lifetime{int64(s.cfg.ChannelLife / time.Second)}, nil
}

// listChannels answers the channels of the token's user, newest first, at most 100 a page.
func (s *Service) listChannels(r *request) (int, any, *apiError) {
	size, err := r.pageSize(100, 100)
	if err != nil {
		return 0, nil, err
	}
	before, err := r.numberMarker()
	if err != nil {
		return 0, nil, err
	}
	var mine []*channel
	for _, c := range slices.Backward(s.order) {
		if c.owner == r.token.person.user.Key && (before == 0 || c.born < before) {
			mine = append(mine, c)
		}
	}
	page := struct {
		Items []channelView `json:"items"`
		Next  string        `json:"nextPageMarker,omitempty"`
	}{Items: []channelView{}}
	for i, c := range mine {
		if i == size {
			page.Next = numberMarker(mine[i-1].born)
			break
		}
		page.Items = append(page.Items, s.view(r, c))
	}
	return http.StatusOK, page, nil
}

// renew gives c a full life and arranges the notices of its end.
func (s *Service) renew(c *channel) {
	c.term++
	life, term := s.cfg.ChannelLife, c.term
	c.ends = time.Now().Add(life)
	due := func(left time.Duration, act func()) {
		s.at(max(life-left, 0), func() {
			if !c.gone && c.term == term {
				act()
			}
		})
	}
	if notice := s.cfg.RefreshNotice; notice < life {
		due(notice, func() { s.askRefresh(c, notice) })
	}
	if grace := s.cfg.CloseGrace; grace < life {
		due(grace, func() { s.warnOfClose(c, grace) })
	}
	due(0, func() { s.remove(c, "channel lifetime is over") })
}

// askRefresh sends the notice that a client answers with the PUT refresh; the socket stays open.
func (s *Service) askRefresh(c *channel, left time.Duration) {
	s.deliver(c, s.control("WEBSOCKET_REFRESH_REQUIRED", left, struct {
		Seconds int64 `json:"remainingLifetime"`
	}{int64(left / time.Second)}))
}

// warnOfClose tells a client to make a new channel at once. Its content is unknown; empty here.
func (s *Service) warnOfClose(c *channel, left time.Duration) {
	s.deliver(c, s.control("WEBSOCKET_TO_BE_CLOSED", left, struct{}{}))
}

// remove ends c with its subscriptions and closes its socket.
func (s *Service) remove(c *channel, why string) {
	c.gone = true
	delete(s.channels, c.id)
	s.order = slices.DeleteFunc(slices.Clone(s.order), func(o *channel) bool { return o == c })
	if c.sock != nil {
		c.sock.goodbye(closeGoingAway, why)
	}
	if c.hook != nil {
		c.hook.end()
	}
	s.loseLines(c.id)
}

// deliver sends f on c's socket or to its webhook, or does what a fault makes of it.
func (s *Service) deliver(c *channel, f frame) {
	if c.sock == nil && c.hook == nil {
		s.stats.Unsent++
		return
	}
	c.eventID++
	f.eventID = c.eventID
	if f.source == sourceControl {
		s.push(c, f) // faults have words of their own for the control frames
		return
	}
	s.faults.strike(c, f)
}

// push queues f and, behind it, what a reorder fault has kept back.
func (s *Service) push(c *channel, f frame) {
	if c.sock == nil && c.hook == nil {
		return
	}
	ok := s.queue(c, f)
	if held := c.held; held != nil {
		c.held = nil
		ok = ok && s.queue(c, *held)
	}
	if !ok {
		s.stats.TooSlow++
		s.cfg.Log.Warn("a websocket client reads too slowly and was closed", "queue", s.cfg.SendQueue)
		c.sock.abort()
		c.sock = nil
	}
}

// queue queues f for c's socket, which tells when it is full, or for its webhook, where f is lost then.
func (s *Service) queue(c *channel, f frame) bool {
	if c.hook == nil {
		return c.sock.push(f)
	}
	c.hook.push(s, f.appendTo(nil))
	return true
}
