package sim

import (
	"net/http"
)

func (s *Service) blindTransfer(r *request) (int, any, *apiError) {
	c, err := s.callOf(r)
	if err != nil {
		return 0, nil, err
	}
	var body struct {
		DialString string `json:"dialString"`
	}
	if err := r.decode(&body); err != nil {
		return 0, nil, err
	}
	switch {
	case body.DialString == "":
		return 0, nil, errBadRequest("dialString", "must not be empty")
	case c.status != webConnected || c.waits:
		return 0, nil, errConflict("Call " + c.id + " is not connected")
	}
	out, failed := s.world.PhoneTransfer(s.now(), c.leg, body.DialString)
	if failed != nil {
		return 0, nil, errBadRequest("dialString", failed.Error())
	}
	return s.performed(out, nil)
}

// referred finds the other call of a request that joins two.
func (s *Service) referred(r *request) (c, other *webCall, err *apiError) {
	if c, err = s.callOf(r); err != nil {
		return nil, nil, err
	}
	var body struct {
		Refer string `json:"referId"`
	}
	if err := r.decode(&body); err != nil {
		return nil, nil, err
	}
	if other, err = s.webCall(r, body.Refer); err != nil {
		return nil, nil, err
	}
	if other == c {
		return nil, nil, errBadRequest("referId", "must be another call")
	}
	return c, other, nil
}

// warmTransfer connects the far ends of two calls; the device leaves both.
func (s *Service) warmTransfer(r *request) (int, any, *apiError) {
	c, other, err := s.referred(r)
	if err != nil {
		return 0, nil, err
	}
	return s.performed(s.world.PhoneJoin(s.now(), c.leg, other.leg))
}

// mergeWebCalls makes a conference of two calls.
func (s *Service) mergeWebCalls(r *request) (int, any, *apiError) {
	c, other, err := s.referred(r)
	switch {
	case err != nil:
		return 0, nil, err
	case c.merged != nil || other.merged != nil:
		return 0, nil, errConflict("Call " + c.id + " is merged")
	}
	if _, _, err := s.performed(s.world.PhoneMerge(s.now(), c.leg, other.leg)); err != nil {
		return 0, nil, err
	}
	c.merged, other.merged = other, c
	for _, half := range []*webCall{c, other} {
		half.held = false
		s.tellUpdate(half)
		s.sounds(half)
	}
	return http.StatusOK, c.view(), nil
}

// splitWebCalls ends a conference: the other call is on hold afterwards.
func (s *Service) splitWebCalls(r *request) (int, any, *apiError) {
	c, err := s.callOf(r)
	if err != nil {
		return 0, nil, err
	}
	other := c.merged
	if other == nil {
		return 0, nil, errConflict("Call " + c.id + " is not merged")
	}
	c.merged, other.merged = nil, nil
	if err := s.hold(other); err != nil {
		return 0, nil, err
	}
	s.tellUpdate(c)
	s.sounds(c)
	return http.StatusNoContent, nil, nil
}

// clickToCall rings the user's own telephone, and then the number.
func (s *Service) clickToCall(r *request) (int, any, *apiError) {
	var body struct {
		DialString string `json:"dialString"`
		From       struct {
			LineID string `json:"lineId"`
		} `json:"from"`
		Auto bool `json:"autoAnswer"`
	}
	if err := r.decode(&body); err != nil {
		return 0, nil, err
	}
	p := s.people.byLine[body.From.LineID]
	switch {
	case body.DialString == "":
		return 0, nil, errBadRequest("dialString", "must not be empty")
	case body.From.LineID == "":
		return 0, nil, errBadRequest("from.lineId", "must not be empty")
	case p == nil || p != r.token.person:
		return 0, nil, errForbidden("line " + body.From.LineID)
	case s.stage != running:
		return 0, nil, errStatus(http.StatusServiceUnavailable)
	}
	leg, out, err := s.world.ClickToCall(s.now(), p.line.Number, body.DialString, body.Auto)
	if err != nil {
		return 0, nil, errConflict(err.Error())
	}
	s.take(out)
	s.nudge()
	return http.StatusAccepted, struct {
		Initiator string `json:"initiatorId"`
	}{leg}, nil
}
