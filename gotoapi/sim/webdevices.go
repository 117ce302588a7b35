package sim

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"ringside/gotoapi/sim/world"
)

// The Web Calls API (goto-api.md section 6): devices, the extensions registered on them, and their calls.

const (
	scopeWebCalls    = "webrtc.v1.write"
	scopeWebRead     = "webrtc.v1.read"
	scopeClickToCall = "calls.v2.initiate"

	maxExtensions = 20
	greetAfter    = 60 * time.Millisecond
)

// telephony is all that web calls consist of.
type telephony struct {
	ids     *ids
	devices map[string]*device
	order   []*device // oldest first
	lines   map[string]*registration
	calls   map[string]*webCall
	byLeg   map[string]*webCall
	fresh   []*webCall // all calls, oldest first
	made    int        // calls whose sound was agreed upon
}

func newTelephony(seed uint64) telephony {
	return telephony{
		ids: newIDs(seed, "web calls"), devices: make(map[string]*device), lines: make(map[string]*registration),
		calls: make(map[string]*webCall), byLeg: make(map[string]*webCall),
	}
}

// device is a client of the Web Calls API.
type device struct {
	deviceBody
	owner *person
	lines []*registration
}

type deviceBody struct {
	Client    clientInformation `json:"clientInformation"`
	Callbacks callbackReference `json:"callbackReference"`
}

type clientInformation struct {
	DeviceID   string `json:"deviceId"`
	AppID      string `json:"appId"`
	AppVersion string `json:"appVersion"`
	Platform   string `json:"platform"`
}

// callbackReference names the notification channels of a device.
type callbackReference struct {
	Incoming string `json:"incomingCallChannelId"`
	Session  string `json:"sessionManagementChannelId"`
}

// registration is an extension on a device: one more telephone of that extension.
type registration struct {
	id     string // of the session
	device *device
	number string
	gone   bool
}

func errConflict(message string) *apiError {
	return &apiError{status: http.StatusConflict, code: "CONFLICT", message: message}
}

// webCallRoutes are the paths of the Web Calls API and of click to call.
func (s *Service) webCallRoutes(handle func(string, methods)) {
	const root = "/web-calls/v1"
	read := func(h handler) http.Handler { return s.api(scopeWebRead, h) }
	write := func(h handler) http.Handler { return s.api(scopeWebCalls, h) }
	handle(root+"/devices", methods{"POST": write(s.createDevice)})
	handle(root+"/devices/{deviceId}", methods{
		"GET": read(s.getDevice), "PATCH": write(s.patchDevice), "DELETE": write(s.deleteDevice),
	})
	handle(root+"/devices/{deviceId}/extensions", methods{
		"POST": write(s.createExtensions), "GET": read(s.listDeviceExtensions), "DELETE": write(s.deleteExtension),
	})
	const one = root + "/calls/{callId}"
	handle(root+"/calls", methods{"POST": s.offered(s.mayDial, s.dial), "GET": read(s.listWebCalls)})
	handle(one, methods{"GET": read(s.getWebCall), "DELETE": write(s.hangUpWebCall)})
	handle(one+"/ringing", methods{"POST": write(s.ringingWebCall)})
	handle(one+"/answer", methods{"POST": s.offered(s.mayAnswer, s.answerWebCall)})
	handle(one+"/offer", methods{"PUT": s.offered(s.mayOffer, s.offerWebCall)})
	handle(one+"/reject", methods{"POST": write(s.rejectWebCall)})
	handle(one+"/hold", methods{"POST": write(s.holdWebCall)})
	handle(one+"/unhold", methods{"POST": write(s.unholdWebCall)})
	handle(one+"/mute", methods{"POST": write(s.muting(true))})
	handle(one+"/unmute", methods{"POST": write(s.muting(false))})
	handle(one+"/dtmf", methods{"POST": write(s.pressWebCall)})
	handle(one+"/blind-transfer", methods{"POST": write(s.blindTransfer)})
	handle(one+"/warm-transfer", methods{"POST": write(s.warmTransfer)})
	handle(one+"/merge", methods{"POST": write(s.mergeWebCalls)})
	handle(one+"/split", methods{"POST": write(s.splitWebCalls)})
	handle("/calls/v2/calls", methods{"POST": s.api(scopeClickToCall, s.clickToCall)})
}

func (s *Service) createDevice(r *request) (int, any, *apiError) {
	var body deviceBody
	if err := r.decode(&body); err != nil {
		return 0, nil, err
	}
	id := body.Client.DeviceID
	if id == "" {
		return 0, nil, errBadRequest("clientInformation.deviceId", "must not be empty")
	}
	if err := s.checkCallbacks(r, body.Callbacks); err != nil {
		return 0, nil, err
	}
	if old := s.phones.devices[id]; old != nil {
		if old.owner != r.token.person || s.channels[old.Callbacks.Session] != nil {
			return 0, nil, errConflict("Device " + id + " exists")
		}
		s.dropDevice(old)
	}
	d := &device{deviceBody: body, owner: r.token.person}
	s.phones.devices[id] = d
	s.phones.order = append(s.phones.order, d)
	return http.StatusCreated, body, nil
}

// checkCallbacks wants both channels, which must be the user's own.
func (s *Service) checkCallbacks(r *request, refs callbackReference) *apiError {
	for _, c := range [][2]string{{"incomingCallChannelId", refs.Incoming}, {"sessionManagementChannelId", refs.Session}} {
		if c[1] == "" {
			return errBadRequest("callbackReference."+c[0], "must not be empty")
		}
		if _, err := s.ownChannel(r, c[1]); err != nil {
			return err
		}
	}
	return nil
}

// deviceOf finds the device of the path among those of the token's user.
func (s *Service) deviceOf(r *request, id string) (*device, *apiError) {
	d := s.phones.devices[id]
	if d == nil || d.owner != r.token.person {
		return nil, errNotFound("Device " + id)
	}
	return d, nil
}

func (s *Service) getDevice(r *request) (int, any, *apiError) {
	d, err := s.deviceOf(r, r.PathValue("deviceId"))
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, d.deviceBody, nil
}

// patchDevice replaces either object; the device's id stays.
func (s *Service) patchDevice(r *request) (int, any, *apiError) {
	d, err := s.deviceOf(r, r.PathValue("deviceId"))
	if err != nil {
		return 0, nil, err
	}
	body := d.deviceBody
	if err := r.decode(&body); err != nil {
		return 0, nil, err
	}
	if body.Client.DeviceID != d.Client.DeviceID {
		return 0, nil, errBadRequest("clientInformation.deviceId", "must be "+d.Client.DeviceID)
	}
	if err := s.checkCallbacks(r, body.Callbacks); err != nil {
		return 0, nil, err
	}
	d.deviceBody = body
	return http.StatusOK, d.deviceBody, nil
}

func (s *Service) deleteDevice(r *request) (int, any, *apiError) {
	d, err := s.deviceOf(r, r.PathValue("deviceId"))
	if err != nil {
		return 0, nil, err
	}
	s.dropDevice(d)
	return http.StatusNoContent, nil, nil
}

func (s *Service) dropDevice(d *device) {
	for _, l := range slices.Clone(d.lines) {
		s.hangUpAll(l)
		s.unregister(l)
	}
	delete(s.phones.devices, d.Client.DeviceID)
	s.phones.order = slices.DeleteFunc(s.phones.order, func(o *device) bool { return o == d })
}

// extensionBody is an extension in a registration's request.
type extensionBody struct {
	Number       string `json:"number"`
	Impersonatee string `json:"impersonateeUserKey,omitempty"`
}

// extensionResult is the outcome for one extension; Code is an HTTP status.
type extensionResult struct {
	Number  string `json:"number"`
	Session string `json:"sessionId,omitempty"`
	Code    int    `json:"resultCode"`
}

func (s *Service) createExtensions(r *request) (int, any, *apiError) {
	d, err := s.deviceOf(r, r.PathValue("deviceId"))
	if err != nil {
		return 0, nil, err
	}
	var body struct {
		Organization string          `json:"organizationId"`
		Extensions   []extensionBody `json:"extensions"`
	}
	if err := r.decode(&body); err != nil {
		return 0, nil, err
	}
	if n := len(body.Extensions); n == 0 || n > maxExtensions {
		return 0, nil, errBadRequest("extensions", fmt.Sprintf("must have from 1 to %d members", maxExtensions))
	}
	if err := s.ownOrganization(body.Organization); err != nil {
		return 0, nil, err
	}
	answer := struct {
		Organization string            `json:"organizationId"`
		Extensions   []extensionResult `json:"extensions"`
	}{Organization: body.Organization}
	for _, e := range body.Extensions {
		answer.Extensions = append(answer.Extensions, s.register(r, d, e))
	}
	return http.StatusCreated, answer, nil
}

func (s *Service) ownOrganization(id string) *apiError {
	switch id {
	case s.people.account.OrganizationID:
		return nil
	case "":
		return errBadRequest("organizationId", "must not be empty")
	}
	return errForbidden("organization " + id)
}

// register makes an extension of the token's user, or of one whom a super admin stands in for, ring on a
// device. The greeting follows on the session channel.
func (s *Service) register(r *request, d *device, e extensionBody) extensionResult {
	i := slices.IndexFunc(s.people.all, func(p *person) bool { return p.line != nil && p.line.Number == e.Number })
	if i < 0 {
		return extensionResult{Number: e.Number, Code: http.StatusNotFound}
	}
	owner := s.people.all[i]
	if owner != r.token.person && !(r.token.person.superAdmin && e.Impersonatee == owner.user.Key) {
		return extensionResult{Number: e.Number, Code: http.StatusForbidden}
	}
	if old := d.line(e.Number); old != nil {
		return extensionResult{e.Number, old.id, http.StatusConflict}
	}
	if len(d.lines) == maxExtensions {
		return extensionResult{Number: e.Number, Code: http.StatusTooManyRequests}
	}
	l := &registration{id: s.phones.ids.opaque(68), device: d, number: e.Number}
	if err := s.world.AddPhone(l.id, e.Number, d.Client.DeviceID); err != nil {
		return extensionResult{Number: e.Number, Code: http.StatusNotFound}
	}
	d.lines = append(d.lines, l)
	s.phones.lines[l.id] = l
	s.at(greetAfter, func() {
		if !l.gone {
			s.callback(d.Callbacks.Session, "greetings", "BACKGROUND", "120", s.sessionOfLine(l))
		}
	})
	return extensionResult{e.Number, l.id, http.StatusCreated}
}

func (d *device) line(number string) *registration {
	for _, l := range d.lines {
		if l.number == number {
			return l
		}
	}
	return nil
}

func (s *Service) listDeviceExtensions(r *request) (int, any, *apiError) {
	d, err := s.deviceOf(r, r.PathValue("deviceId"))
	if err != nil {
		return 0, nil, err
	}
	type view struct {
		Number  string `json:"number"`
		Session string `json:"sessionId"`
	}
	all := []view{}
	for _, l := range d.lines {
		if only := r.URL.Query().Get("extensionNumber"); only == "" || only == l.number {
			all = append(all, view{l.number, l.id})
		}
	}
	page, err := paged(r, all, 50, 100)
	if err != nil {
		return 0, nil, err
	}
	size, err := r.pageSize(50, 100)
	return http.StatusOK, struct {
		Extensions []view `json:"extensions"`
		PageSize   int    `json:"pageSize"`
		Next       string `json:"nextPageMarker,omitempty"`
	}{page.Items, size, page.Next}, err
}

func (s *Service) deleteExtension(r *request) (int, any, *apiError) {
	d, err := s.deviceOf(r, r.PathValue("deviceId"))
	if err != nil {
		return 0, nil, err
	}
	number := r.URL.Query().Get("extensionNumber")
	l := d.line(number)
	if l == nil {
		return 0, nil, errNotFound("Extension " + number + " of the device")
	}
	s.hangUpAll(l)
	s.unregister(l)
	return http.StatusNoContent, nil, nil
}

// unregister takes an extension off its device, without a word.
func (s *Service) unregister(l *registration) {
	if l.gone {
		return
	}
	l.gone = true
	delete(s.phones.lines, l.id)
	l.device.lines = slices.DeleteFunc(l.device.lines, func(o *registration) bool { return o == l })
	for _, c := range slices.Clone(s.phones.fresh) {
		if c.line == l && c.incoming && c.status == webRinging {
			s.over(c, world.Cancel)
		}
	}
	s.take(s.world.RemovePhone(s.now(), l.id))
	s.nudge()
}

// loseLines ends the registrations that a device has on a channel which is gone.
func (s *Service) loseLines(channel string) {
	for _, d := range slices.Clone(s.phones.order) {
		if d.Callbacks.Session == channel {
			for _, l := range slices.Clone(d.lines) {
				s.unregistered(l)
			}
		}
	}
}

// unregistered ends a registration and says so on whatever channel is left.
func (s *Service) unregistered(l *registration) {
	refs := l.device.Callbacks
	to := refs.Session
	if s.channels[to] == nil {
		to = refs.Incoming
	}
	s.unregister(l)
	s.callback(to, "unregistered", "BACKGROUND", "120", s.sessionOfLine(l))
}

// sessionOfLine is the part of a notice's content that names a registration.
func (s *Service) sessionOfLine(l *registration) callNotice {
	return callNotice{Session: l.id, Organization: s.people.account.OrganizationID, Extension: l.number}
}
