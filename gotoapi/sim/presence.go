package sim

import (
	"hash/fnv"
	"net/http"
	"time"
)

// scopePresence is what presence asks for (goto-api.md section 9).
const scopePresence = "presence.v1.read"

// presenceView is a user's presence (goto-api.md section 9).
type presenceView struct {
	UserKey    string      `json:"userKey"`
	Timestamp  time.Time   `json:"timestamp"`
	Appearance string      `json:"appearance"`
	Agents     []userAgent `json:"userAgents"`
	Status     string      `json:"status"`
	DND        string      `json:"userDoNotDisturb"`
	Until      *time.Time  `json:"userDoNotDisturbExpiration,omitempty"`
	Details    dndDetails  `json:"doNotDisturbDetails"`
	UserStatus string      `json:"userStatus"`
	Note       string      `json:"userNote"`
}

type userAgent struct {
	Name   string `json:"name"`
	Family string `json:"family"`
}

type dndDetails struct {
	Sources []dndSource `json:"dndSources"`
}

type dndSource struct {
	Source string `json:"source"`
	Status string `json:"status"`
}

// restEvery is how often somebody of the account has a rest, and restFor how long it is.
const restEvery, restFor = 20 * time.Minute, 6 * time.Minute

// restOf tells whether a user has said not to be disturbed, until when, and what they wrote: every
// third person in each stretch of restEvery, for restFor. It is the same for the same user and time.
func restOf(key string, now time.Time) (until time.Time, note string, ok bool) {
	h := fnv.New32a()
	h.Write([]byte(key))
	n := h.Sum32()
	stretch := now.Truncate(restEvery)
	begin := stretch.Add(time.Duration(n%14) * time.Minute)
	if (n+uint32(stretch.Unix()/int64(restEvery/time.Second)))%3 != 0 || now.Before(begin) || !now.Before(begin.Add(restFor)) {
		return time.Time{}, "", false
	}
	return begin.Add(restFor), [...]string{"", "lunch", "in a meeting", "writing up"}[n/14%4], true
}

// listPresences answers 1 to 100 users.
func (s *Service) listPresences(r *request) (int, any, *apiError) {
	keys := r.URL.Query()["userKey"]
	if len(keys) == 0 || len(keys) > 100 {
		return 0, nil, errBadRequest("userKey", "give 1 to 100 of them")
	}
	busy, now := s.world.Connected(), s.now()
	answer := list[presenceView]{Items: []presenceView{}}
	for _, key := range keys {
		p := s.people.byKey[key]
		if p == nil {
			return 0, nil, errNotFound("User " + key)
		}
		v := presenceView{
			UserKey: key, Timestamp: now, Appearance: "ONLINE", Status: "NONE", DND: "NONE", UserStatus: "NONE",
			Agents: []userAgent{{"GoTo", "DESKPHONE"}}, Details: dndDetails{[]dndSource{{"USER_SET", "OFF"}, {"WORK_PERIOD", "NONE"}}},
		}
		if p.line != nil && busy[p.line.ID] {
			v.Status = "IN_A_CALL"
		}
		if until, note, ok := restOf(key, now); ok {
			v.DND, v.Until, v.Note, v.Appearance = "DO_NOT_DISTURB", &until, note, "DO_NOT_DISTURB"
			v.Details.Sources[0].Status = "ON"
		}
		answer.Items = append(answer.Items, v)
	}
	return http.StatusOK, answer, nil
}
