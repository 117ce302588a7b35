package sim

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"ringside/gotoapi/sim/world"
)

// callSub is a Call Events subscription of one account on one channel.
type callSub struct{ events []string } // nil is all

func (c callSub) wants(kind string) bool { return c.events == nil || slices.Contains(c.events, kind) }

type callSubscribe struct {
	ChannelID   string `json:"channelId"`
	AccountKeys []struct {
		ID     string   `json:"id"`
		Events []string `json:"events"`
	} `json:"accountKeys"`
}

// accountStatus is the outcome for one account within a 207 answer.
type accountStatus struct {
	ID      string `json:"id"`
	Status  int    `json:"status"`
	Message string `json:"message"`
	Code    string `json:"errorCode,omitempty"`
}

// subscribeCalls answers 207 with a status for each account, also when all of them failed.
func (s *Service) subscribeCalls(r *request) (int, any, *apiError) {
	var body callSubscribe
	if err := r.decode(&body); err != nil {
		return 0, nil, err
	}
	switch {
	case body.ChannelID == "":
		return 0, nil, errBadRequest("channelId", "must not be empty")
	case len(body.AccountKeys) == 0:
		return 0, nil, errBadRequest("accountKeys", "must not be empty")
	}
	c, err := s.ownChannel(r, body.ChannelID)
	if err != nil {
		return 0, nil, err
	}
	answer := struct {
		AccountKeys []accountStatus `json:"accountKeys"`
	}{}
	for _, key := range body.AccountKeys {
		answer.AccountKeys = append(answer.AccountKeys, s.subscribeAccount(r, c, key.ID, key.Events))
	}
	return http.StatusMultiStatus, answer, nil
}

func (s *Service) subscribeAccount(r *request, c *channel, account string, events []string) accountStatus {
	if err := s.mayWatch(r, account); err != nil {
		return accountStatus{account, err.status, err.message, err.code}
	}
	for _, e := range events {
		if e != "STARTING" && e != "ACTIVE" && e != "ENDING" {
			err := errBadRequest("events", "must be STARTING, ACTIVE or ENDING")
			return accountStatus{account, err.status, err.message, err.code}
		}
	}
	// Subscribing once more is harmless and leaves the events of the first time.
	if _, again := c.calls[account]; !again {
		c.calls[account] = callSub{slices.Clone(events)}
	}
	return accountStatus{ID: account, Status: http.StatusOK, Message: "Success"}
}

// mayWatch refuses other accounts, and people of this one who are no super admin.
func (s *Service) mayWatch(r *request, account string) *apiError {
	if account != s.people.account.Key || !r.token.person.superAdmin {
		return errForbidden("account " + account)
	}
	return nil
}

// queryChannel finds the channel of the channelId parameter.
func (s *Service) queryChannel(r *request) (*channel, *apiError) {
	id := r.URL.Query().Get("channelId")
	if id == "" {
		return nil, errBadRequest("channelId", "must not be empty")
	}
	return s.ownChannel(r, id)
}

func (s *Service) listCallSubs(r *request) (int, any, *apiError) {
	c, err := s.queryChannel(r)
	if err != nil {
		return 0, nil, err
	}
	answer := struct {
		AccountKeys []string `json:"accountKeys"`
	}{[]string{}}
	for key := range c.calls {
		answer.AccountKeys = append(answer.AccountKeys, key)
	}
	slices.Sort(answer.AccountKeys)
	return http.StatusOK, answer, nil
}

func (s *Service) deleteCallSubs(r *request) (int, any, *apiError) {
	c, err := s.queryChannel(r)
	if err != nil {
		return 0, nil, err
	}
	keys := r.URL.Query()["accountKey"]
	if len(keys) == 0 {
		return 0, nil, errBadRequest("accountKey", "must not be empty")
	}
	found := false
	for _, key := range keys {
		if _, ok := c.calls[key]; ok {
			delete(c.calls, key)
			found = true
		}
	}
	if !found {
		return 0, nil, errNotFound("The subscription")
	}
	return http.StatusNoContent, nil, nil
}

// space is one entry of the list of conversation spaces: a call's last state.
type space struct {
	Metadata world.Metadata `json:"metadata"`
	State    world.State    `json:"state"`
}

// listSpaces answers the last state of each call that is live or has just ended.
func (s *Service) listSpaces(r *request) (int, any, *apiError) {
	size, err := r.pageSize(100, 100)
	if err != nil {
		return 0, nil, err
	}
	if err := s.maySee(r); err != nil {
		return 0, nil, err
	}
	var left []string
	if marker := r.URL.Query().Get("pageMarker"); marker != "" {
		left, err = s.pages.take(marker)
	} else {
		left = s.spaceIDs(r.URL.Query()["lineId"])
	}
	if err != nil {
		return 0, nil, err
	}
	page := struct {
		PageSize int     `json:"pageSize"`
		Next     string  `json:"nextPageMarker"`
		Items    []space `json:"items"`
	}{PageSize: size, Items: []space{}}
	for len(left) > 0 && len(page.Items) < size {
		if meta, states, ok := s.world.States(left[0]); ok {
			page.Items = append(page.Items, space{meta, states[len(states)-1]})
		}
		left = left[1:]
	}
	page.Next = s.pages.keep(s.ids, left)
	return http.StatusOK, page, nil
}

// maySee wants accountKey or lineId, each of them within the token's reach.
func (s *Service) maySee(r *request) *apiError {
	q := r.URL.Query()
	if len(q["accountKey"]) == 0 && len(q["lineId"]) == 0 {
		return errBadRequest("accountKey", "give accountKey or lineId")
	}
	for _, key := range q["accountKey"] {
		if err := s.mayWatch(r, key); err != nil {
			return err
		}
	}
	for _, id := range q["lineId"] {
		p := s.people.byLine[id]
		if p == nil || p != r.token.person && !r.token.person.superAdmin {
			return errForbidden("line " + id)
		}
	}
	return nil
}

// spaceIDs lists conversation spaces: live calls, the newest first, and then those that have just
// ended. With lines it lists only calls in which one of them is or was, whether live or ended the
// newest first: a client that watches one line takes the first as the line's present call.
func (s *Service) spaceIDs(lines []string) []string {
	all := s.world.Live()
	slices.Reverse(all) // those that ended come first now
	if len(lines) > 0 {
		return s.spacesOn(lines, all)
	}
	ended := 0
	for ended < len(all) && s.hasEnded(all[ended]) {
		ended++
	}
	return append(slices.Clone(all[ended:]), all[:ended]...)
}

func (s *Service) hasEnded(id string) bool {
	_, states, ok := s.world.States(id)
	return !ok || states[len(states)-1].Type == "ENDING"
}

func (s *Service) spacesOn(lines, all []string) []string {
	created := make(map[string]time.Time)
	var found []string
	for _, id := range all {
		meta, states, ok := s.world.States(id)
		if ok && slices.ContainsFunc(states, func(st world.State) bool { return onLine(st, lines) }) {
			created[id] = time.Time(meta.CallCreated)
			found = append(found, id)
		}
	}
	slices.SortStableFunc(found, func(a, b string) int { return created[b].Compare(created[a]) })
	return found
}

func onLine(st world.State, lines []string) bool {
	return slices.ContainsFunc(st.Participants, func(p world.Participant) bool {
		return p.Type.LineID != "" && slices.Contains(lines, p.Type.LineID)
	})
}

// maxStates is the events endpoint's largest page.
const maxStates = 100

// listStates answers the states of one call; both bounds are inclusive.
func (s *Service) listStates(r *request) (int, any, *apiError) {
	size, err := r.pageSize(maxStates, maxStates)
	if err != nil {
		return 0, nil, err
	}
	from, err := r.sequence("sequenceFrom")
	if err != nil {
		return 0, nil, err
	}
	to, err := r.sequence("sequenceTo")
	if err != nil {
		return 0, nil, err
	}
	marker, err := r.numberMarker()
	if err != nil {
		return 0, nil, err
	}
	id := r.PathValue("id")
	meta, states, ok := s.world.States(id)
	if !ok || !r.token.person.superAdmin {
		return 0, nil, errNotFound("Conversation space " + id)
	}
	page := struct {
		PageSize int            `json:"pageSize"`
		Next     string         `json:"nextPageMarker"`
		Metadata world.Metadata `json:"metadata"`
		States   []world.State  `json:"states"`
	}{PageSize: size, Metadata: meta, States: []world.State{}}
	for _, st := range states {
		if st.SequenceNumber < max(from, marker) || to > 0 && st.SequenceNumber > to {
			continue
		}
		if len(page.States) == size {
			page.Next = numberMarker(st.SequenceNumber)
			break
		}
		page.States = append(page.States, st)
	}
	return http.StatusOK, page, nil
}

// sequence reads a sequence number; 0 is none.
func (r *request) sequence(name string) (uint64, *apiError) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n == 0 {
		return 0, errBadRequest(name, fmt.Sprintf("%q must be a number from 1 on", text))
	}
	return n, nil
}
