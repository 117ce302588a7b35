package sim

import (
	"net/http"
	"slices"
	"time"

	"ringside/gotoapi/sim/voice"
	"ringside/gotoapi/sim/world"
)

// Words for the status of a web call. Only CONNECTING is printed by the vendor.
const (
	webConnecting   = "CONNECTING"
	webRinging      = "RINGING"
	webConnected    = "CONNECTED"
	webDisconnected = "DISCONNECTED"
)

// webCall is a call of a registered extension, as its device sees it.
type webCall struct {
	id       string
	line     *registration
	leg      world.Leg
	channel  string // of notices about it; "" until the client names one
	incoming bool
	began    time.Time // the world's
	status   string
	party    world.Party
	sound    world.Sound
	waits    bool // the far end is a queue, a menu or a mailbox
	held     bool // by us
	muted    bool
	farHeld  bool     // by the far end
	merged   *webCall // the other half of a conference
	sip      string
	sdp      string    // the last answer
	media    line      // nil before
	heard    bool      // the far end was asked for sound
	mute     bool      // by a fault it never sends any
	lost     bool      // the client has gone
	upset    time.Time // the world's: until then it is not answered, because of who calls
}

// webCallView is a call object.
type webCallView struct {
	ID      string `json:"id"`
	Number  string `json:"number"`
	Name    string `json:"name"`
	Muted   bool   `json:"isMuted"`
	Held    bool   `json:"isOnHold"`
	Media   bool   `json:"hasMedia"`
	Early   bool   `json:"ringingInMedia"`
	SDP     string `json:"sdp,omitempty"`
	Status  string `json:"status"`
	Stamp   string `json:"timestamp"`
	SIPCall string `json:"sipCallId"`
	Leg     string `json:"legId"`
}

func (c *webCall) view() webCallView {
	name := c.party.Name
	if name == "" {
		name = "-"
	}
	return webCallView{
		ID: c.id, Number: c.party.Number, Name: name, Muted: c.muted, Held: c.held, Media: c.media != nil, SDP: c.sdp,
		Status: c.status, Stamp: c.began.UTC().Format("2006-01-02T15:04:05.000000Z"), SIPCall: c.sip, Leg: c.leg.ID,
	}
}

func (s *Service) addCall(c *webCall) *webCall {
	c.began = s.now()
	c.sip = s.phones.ids.hex(19) + "~" + c.line.number + "~" + s.phones.ids.uuid()
	s.phones.calls[c.id], s.phones.byLeg[c.leg.ID] = c, c
	s.phones.fresh = append(s.phones.fresh, c)
	return c
}

// over ends a web call: its sound stops, and the client is told why.
func (s *Service) over(c *webCall, reason string) {
	if c.status == webDisconnected {
		return
	}
	c.status = webDisconnected
	delete(s.phones.calls, c.id)
	delete(s.phones.byLeg, c.leg.ID)
	s.phones.fresh = slices.DeleteFunc(s.phones.fresh, func(o *webCall) bool { return o == c })
	if o := c.merged; o != nil {
		c.merged, o.merged = nil, nil
		s.sounds(o)
	}
	s.silence(c)
	n := s.about(c)
	if n.Reason = reason; c.lost {
		n.Reason = world.Failed
	}
	s.tellCall(c, "ended", "ALERT", "3600", n)
}

// hangUpAll ends every call of a registration that its owner is connected in.
func (s *Service) hangUpAll(l *registration) {
	for _, c := range slices.Clone(s.phones.fresh) {
		if c.line != l || c.incoming && c.status == webRinging {
			continue
		}
		out, err := s.world.PhoneHangUp(s.now(), c.leg)
		s.take(out)
		if err != nil {
			s.over(c, world.Bye)
		}
	}
	s.nudge()
}

// callOf finds the call of the path among those of the token's user.
func (s *Service) callOf(r *request) (*webCall, *apiError) {
	return s.webCall(r, r.PathValue("callId"))
}

func (s *Service) webCall(r *request, id string) (*webCall, *apiError) {
	c := s.phones.calls[id]
	if c == nil || c.line.device.owner != r.token.person {
		return nil, errNotFound("Call " + id)
	}
	return c, nil
}

func (s *Service) listWebCalls(r *request) (int, any, *apiError) {
	var all []webCallView
	for _, c := range s.phones.fresh {
		if c.line.device.owner == r.token.person {
			all = append(all, c.view())
		}
	}
	page, err := paged(r, all, 50, 100)
	return http.StatusOK, page, err
}

func (s *Service) getWebCall(r *request) (int, any, *apiError) {
	c, err := s.callOf(r)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, c.view(), nil
}

// dialBody is the request that makes a call.
type dialBody struct {
	DeviceID     string `json:"deviceId"`
	Organization string `json:"organizationId"`
	Extension    string `json:"extensionNumber"`
	DialString   string `json:"dialString"`
	Channel      string `json:"inCallChannelId"`
	SDP          string `json:"sdp"`
}

// mayDial checks the request for a call.
func (s *Service) mayDial(r *request) (*offer, *apiError) {
	var body dialBody
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if body.DialString == "" {
		return nil, errBadRequest("dialString", "must not be empty")
	}
	if err := s.ownOrganization(body.Organization); err != nil {
		return nil, err
	}
	d, err := s.deviceOf(r, body.DeviceID)
	if err != nil {
		return nil, err
	}
	l := d.line(body.Extension)
	if l == nil {
		return nil, errNotFound("Extension " + body.Extension + " of the device")
	}
	if _, err := s.ownChannel(r, body.Channel); err != nil {
		return nil, err
	}
	if world.UpsetBy(body.DialString) == world.NotMade {
		return nil, errStatus(http.StatusServiceUnavailable)
	}
	return s.newOffer(&offer{line: l, channel: body.Channel, number: body.DialString, sdp: body.SDP})
}

func (s *Service) dial(_ *request, o *offer) (int, any, *apiError) {
	if o.line.gone {
		return 0, nil, errNotFound("Extension " + o.line.number + " of the device")
	}
	leg, out, err := s.world.PhoneDial(s.now(), o.line.id, o.number)
	if err != nil {
		return 0, nil, errConflict(err.Error())
	}
	c := s.addCall(&webCall{
		id: s.phones.ids.opaque(68), line: o.line, leg: leg, channel: o.channel, status: webConnecting,
		party: world.Party{Number: o.number}, sdp: o.answer, media: o.media,
	})
	s.take(out)
	s.nudge()
	return http.StatusCreated, c.view(), nil
}

// mayAnswer checks the request that answers a call. It is here that a caller may give up.
func (s *Service) mayAnswer(r *request) (*offer, *apiError) {
	c, err := s.callOf(r)
	if err != nil {
		return nil, err
	}
	var body struct {
		SDP     string `json:"sdp"`
		Channel string `json:"inCallChannelId"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if body.Channel != "" {
		if _, err := s.ownChannel(r, body.Channel); err != nil {
			return nil, err
		}
	}
	if !c.incoming || c.status != webRinging || c.media != nil {
		return nil, errConflict("Call " + c.id + " does not ring")
	}
	if err := s.upset(c); err != nil {
		return nil, err
	}
	return s.newOffer(&offer{call: c, channel: body.Channel, sdp: body.SDP})
}

// upsetFor is how long answering a call of some test numbers is refused.
const upsetFor = 10 * time.Second

// upset refuses the answer of a call where its number is there to try that.
func (s *Service) upset(c *webCall) *apiError {
	status := map[world.Upset]int{world.TooMany: http.StatusTooManyRequests, world.Unavailable: http.StatusServiceUnavailable}[world.UpsetBy(c.party.Number)]
	if status == 0 {
		return nil
	}
	if c.upset.IsZero() {
		c.upset = s.now().Add(upsetFor)
	}
	if s.now().Before(c.upset) {
		return errStatus(status)
	}
	return nil
}

func (s *Service) answerWebCall(_ *request, o *offer) (int, any, *apiError) {
	c := o.call
	if world.UpsetBy(c.party.Number) == world.GivesUp || s.faults.gaveUp() {
		out, err := s.world.CallerGivesUp(s.now(), c.leg)
		s.take(out)
		s.nudge()
		if err != nil {
			return 0, nil, errConflict(err.Error())
		}
	}
	if c.status != webRinging || c.media != nil {
		return 0, nil, errNotFound("Call " + c.id)
	}
	if o.channel != "" {
		c.channel = o.channel
	}
	out, err := s.world.PhoneAnswer(s.now(), c.leg)
	if err != nil {
		return 0, nil, errNotFound("Call " + c.id)
	}
	c.media, c.sdp, c.status = o.media, o.answer, webConnecting
	s.take(out)
	s.nudge()
	return http.StatusOK, c.view(), nil
}

// mayOffer checks a new offer within a call: hold, another network, ICE restart.
func (s *Service) mayOffer(r *request) (*offer, *apiError) {
	c, err := s.callOf(r)
	if err != nil {
		return nil, err
	}
	var body struct {
		SDP string `json:"sdp"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if c.media == nil {
		return nil, errConflict("Call " + c.id + " is not answered")
	}
	return s.newOffer(&offer{call: c, media: c.media, sdp: body.SDP})
}

func (s *Service) offerWebCall(_ *request, o *offer) (int, any, *apiError) {
	if o.call.status == webDisconnected {
		return 0, nil, errNotFound("Call " + o.call.id)
	}
	o.call.sdp = o.answer
	return http.StatusOK, struct {
		SDP string `json:"sdp"`
	}{o.answer}, nil
}

// ringingWebCall is the client's word that it rings; nothing depends on it but where notices go.
func (s *Service) ringingWebCall(r *request) (int, any, *apiError) {
	c, err := s.callOf(r)
	if err != nil {
		return 0, nil, err
	}
	var body struct {
		Channel string `json:"inCallChannelId"`
	}
	if len(r.body) > 0 {
		if err := r.decode(&body); err != nil {
			return 0, nil, err
		}
	}
	if body.Channel != "" {
		if _, err := s.ownChannel(r, body.Channel); err != nil {
			return 0, nil, err
		}
		c.channel = body.Channel
	}
	return http.StatusNoContent, nil, nil
}

// performed sends out what a verb gave and answers 204, or 409 when the call is in no state for it.
func (s *Service) performed(out []world.Emission, err error) (int, any, *apiError) {
	if err != nil {
		return 0, nil, errConflict(err.Error())
	}
	s.take(out)
	s.nudge()
	return http.StatusNoContent, nil, nil
}

func (s *Service) hangUpWebCall(r *request) (int, any, *apiError) {
	c, err := s.callOf(r)
	if err != nil {
		return 0, nil, err
	}
	if c.incoming && c.status == webRinging {
		return s.performed(s.world.PhoneDecline(s.now(), c.leg, false))
	}
	return s.performed(s.world.PhoneHangUp(s.now(), c.leg))
}

// rejectWebCall declines; the vendor's guide names one action, and says that there is another way.
func (s *Service) rejectWebCall(r *request) (int, any, *apiError) {
	c, err := s.callOf(r)
	if err != nil {
		return 0, nil, err
	}
	var body struct {
		Action string `json:"action"`
	}
	if len(r.body) > 0 {
		if err := r.decode(&body); err != nil {
			return 0, nil, err
		}
	}
	switch body.Action {
	case "", "DECLINE", "REJECT":
		return s.performed(s.world.PhoneDecline(s.now(), c.leg, false))
	case "SEND_TO_VOICEMAIL":
		return s.performed(s.world.PhoneDecline(s.now(), c.leg, true))
	}
	return 0, nil, errBadRequest("action", "must be SEND_TO_VOICEMAIL or DECLINE")
}

func (s *Service) holdWebCall(r *request) (int, any, *apiError) {
	c, err := s.callOf(r)
	if err != nil {
		return 0, nil, err
	}
	if c.held {
		return http.StatusNoContent, nil, nil
	}
	if err := s.hold(c); err != nil {
		return 0, nil, err
	}
	return http.StatusNoContent, nil, nil
}

// hold puts the far end on hold. A queue or a mailbox does not mind: that is between client and service.
func (s *Service) hold(c *webCall) *apiError {
	if c.status != webConnected {
		return errConflict("Call " + c.id + " is not connected")
	}
	if !c.waits {
		out, err := s.world.PhoneHold(s.now(), c.leg)
		if err != nil {
			return errConflict(err.Error())
		}
		s.take(out)
		s.nudge()
	}
	c.held = true
	s.tellUpdate(c)
	s.sounds(c)
	return nil
}

func (s *Service) unholdWebCall(r *request) (int, any, *apiError) {
	c, err := s.callOf(r)
	if err != nil {
		return 0, nil, err
	}
	if !c.held {
		return http.StatusNoContent, nil, nil
	}
	out, failed := s.world.PhoneResume(s.now(), c.leg)
	if failed != nil && !c.waits {
		return 0, nil, errConflict(failed.Error())
	}
	s.take(out)
	s.nudge()
	c.held = false
	s.tellUpdate(c)
	s.sounds(c)
	return http.StatusNoContent, nil, nil
}

func (s *Service) muting(on bool) handler {
	return func(r *request) (int, any, *apiError) {
		c, err := s.callOf(r)
		if err != nil {
			return 0, nil, err
		}
		if c.muted != on {
			c.muted = on
			s.tellUpdate(c)
			s.sounds(c)
		}
		return http.StatusNoContent, nil, nil
	}
}

// pressWebCall lets the far end hear tones.
func (s *Service) pressWebCall(r *request) (int, any, *apiError) {
	c, err := s.callOf(r)
	if err != nil {
		return 0, nil, err
	}
	var body struct {
		Tone string `json:"tone"`
	}
	if err := r.decode(&body); err != nil {
		return 0, nil, err
	}
	switch {
	case !voice.AreDigits(body.Tone):
		return 0, nil, errBadRequest("tone", "must be digits, * or #")
	case c.status != webConnected:
		return 0, nil, errConflict("Call " + c.id + " is not connected")
	}
	c.media.Press(body.Tone)
	return http.StatusNoContent, nil, nil
}
