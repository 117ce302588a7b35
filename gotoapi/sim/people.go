package sim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"ringside/gotoapi/sim/world"
)

// person is somebody who can log in.
type person struct {
	user       world.User
	line       *world.Line // nil for one without a telephone
	superAdmin bool        // Call Events wants a super admin's token (goto-api.md section 1)
}

// people are the account's, found by their keys.
type people struct {
	account world.Account
	all     []*person
	byKey   map[string]*person
	byLine  map[string]*person
	me      *person // whose personal access token Config.PAT is
}

// newPeople makes the person at extension me a super admin, and the account's last person too, so
// that a desk and the simulation's own agent need not be one.
func newPeople(account world.Account, me string) (*people, error) {
	p := &people{account: account, byKey: make(map[string]*person), byLine: make(map[string]*person)}
	for _, u := range account.Users {
		who := &person{user: u}
		p.all = append(p.all, who)
		p.byKey[u.Key] = who
		for i := range account.Lines {
			if line := &account.Lines[i]; line.ID == u.LineID {
				who.line = line
				p.byLine[line.ID] = who
			}
		}
		if who.line != nil && who.line.Number == me {
			p.me = who
		}
	}
	if p.me == nil {
		return nil, fmt.Errorf("nobody has the extension %q; choose World.Me among the lines of the account", me)
	}
	p.me.superAdmin = true
	p.all[len(p.all)-1].superAdmin = true
	return p, nil
}

// lineView is a line as users/v1 answers it.
type lineView struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Number       string `json:"number"`
	Organization struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"organization"`
	AccountKey string `json:"accountKey"`
	Primary    bool   `json:"primary"`
	Region     string `json:"region"`
}

func (p *people) linesOf(who *person) []lineView {
	if who.line == nil {
		return []lineView{}
	}
	v := lineView{
		ID: who.line.ID, Name: who.line.Name, Number: who.line.Number,
		AccountKey: p.account.Key, Primary: who.line.Primary, Region: who.line.Region,
	}
	v.Organization.ID, v.Organization.Name = p.account.OrganizationID, p.account.OrganizationName
	return []lineView{v}
}

type userView struct {
	Key   string     `json:"userKey"`
	ID    string     `json:"userId"`
	Lines []lineView `json:"lines"`
}

// list is a page of anything; a last page has no marker.
type list[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"nextPageMarker,omitempty"`
}

// paged cuts a page of a list that does not change out of all.
func paged[T any](r *request, all []T, def, most int) (list[T], *apiError) {
	size, err := r.pageSize(def, most)
	if err != nil {
		return list[T]{}, err
	}
	start, err := r.numberMarker()
	if err != nil {
		return list[T]{}, err
	}
	page := list[T]{Items: []T{}}
	if start >= uint64(len(all)) {
		return page, nil
	}
	rest := all[start:]
	page.Items = append(page.Items, rest[:min(size, len(rest))]...)
	if len(rest) > size {
		page.Next = numberMarker(start + uint64(size))
	}
	return page, nil
}

// ownAccount refuses the parameter accountKey when it names another account; it may be left out.
func (s *Service) ownAccount(r *request) *apiError {
	for _, key := range r.URL.Query()["accountKey"] {
		if key != s.people.account.Key {
			return errForbidden("account " + key)
		}
	}
	return nil
}

func (s *Service) listMyLines(r *request) (int, any, *apiError) {
	if err := s.ownAccount(r); err != nil {
		return 0, nil, err
	}
	return http.StatusOK, list[lineView]{Items: s.people.linesOf(r.token.person)}, nil
}

func (s *Service) listUsers(r *request) (int, any, *apiError) {
	if err := s.ownAccount(r); err != nil {
		return 0, nil, err
	}
	var users []userView
	for _, p := range s.people.all {
		if p == r.token.person || r.token.person.superAdmin {
			users = append(users, userView{p.user.Key, p.user.ID, s.people.linesOf(p)})
		}
	}
	page, err := paged(r, users, 100, 100)
	return http.StatusOK, page, err
}

// listUserLines answers a user's lines to himself and to super admins.
func (s *Service) listUserLines(r *request) (int, any, *apiError) {
	key := r.PathValue("userKey")
	p := s.people.byKey[key]
	if p == nil || p != r.token.person && !r.token.person.superAdmin {
		return 0, nil, errNotFound("User " + key)
	}
	return http.StatusOK, list[lineView]{Items: s.people.linesOf(p)}, nil
}

type myAccount struct {
	AccountKey       string     `json:"accountKey"`
	OrganizationID   string     `json:"organizationId"`
	OrganizationName string     `json:"organizationName"`
	Lines            []lineView `json:"lines"`
	Permissions      []string   `json:"permissions"`
}

func (s *Service) getMe(r *request) (int, any, *apiError) {
	a := s.people.account
	me := myAccount{a.Key, a.OrganizationID, a.OrganizationName, s.people.linesOf(r.token.person), []string{"USER"}}
	if r.token.person.superAdmin {
		me.Permissions = append(me.Permissions, "SUPER_ADMIN")
	}
	return http.StatusOK, list[myAccount]{Items: []myAccount{me}}, nil
}

// getSCIM is the identity service's answer: a SCIM user whose extension lists the accounts.
func (s *Service) getSCIM(r *request) (int, any, *apiError) {
	u := r.token.person.user
	given, family := splitName(u.Name)
	const ext = "urn:scim:schemas:extension:getgo:1.0"
	return http.StatusOK, map[string]any{
		"schemas":     []string{"urn:scim:schemas:core:1.0", ext},
		"id":          u.Key,
		"userName":    u.Email,
		"displayName": u.Name,
		"name":        map[string]string{"givenName": given, "familyName": family},
		"emails":      []map[string]any{{"value": u.Email, "primary": true}},
		ext: map[string]any{"accounts": []map[string]string{
			{"value": s.people.account.Key, "display": s.people.account.OrganizationName},
		}},
	}, nil
}

// getAdminMe is the Admin API's word on the token's user.
func (s *Service) getAdminMe(r *request) (int, any, *apiError) {
	u := r.token.person.user
	given, family := splitName(u.Name)
	return http.StatusOK, map[string]any{
		"key": u.Key, "accountKey": s.people.account.Key, "email": u.Email, "firstName": given, "lastName": family,
		"accounts": []map[string]string{{"key": s.people.account.Key, "name": s.people.account.OrganizationName}},
	}, nil
}

func splitName(name string) (given, family string) {
	if i := strings.LastIndexByte(name, ' '); i >= 0 {
		return name[:i], name[i+1:]
	}
	return name, ""
}

// voiceAdmin refuses what only admins of the asked account may list.
func (s *Service) voiceAdmin(r *request) *apiError {
	if !r.URL.Query().Has("accountKey") {
		return errBadRequest("accountKey", "must not be empty")
	}
	if err := s.ownAccount(r); err != nil {
		return err
	}
	if !r.token.person.superAdmin {
		return errForbidden("account " + s.people.account.Key)
	}
	return nil
}

type extensionView struct {
	ID             string `json:"id"`
	AccountKey     string `json:"accountKey"`
	Number         string `json:"number"`
	Name           string `json:"name"`
	NoDirectory    bool   `json:"omitFromDirectories"`
	NoAttendant    bool   `json:"omitFromAutoAttendants"`
	OrganizationID string `json:"organizationId"`
	Type           string `json:"type"`
}

func (s *Service) listExtensions(r *request) (int, any, *apiError) {
	if err := s.voiceAdmin(r); err != nil {
		return 0, nil, err
	}
	types := r.URL.Query()["type"]
	var all []extensionView
	for _, e := range s.people.account.Extensions {
		if len(types) == 0 || slices.Contains(types, e.Type) {
			all = append(all, extensionView{e.ID, s.people.account.Key, e.Number, e.Name, e.OmitFromDirectories,
				e.OmitFromAutoAttendants, s.people.account.OrganizationID, e.Type})
		}
	}
	page, err := paged(r, all, 100, 1000)
	return http.StatusOK, page, err
}

type route struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

type numberView struct {
	ID             string `json:"id"`
	AccountKey     string `json:"accountKey"`
	OrganizationID string `json:"organizationId"`
	Number         string `json:"number"`
	Name           string `json:"name"`
	CallerIDName   string `json:"callerIdName"`
	RouteTo        route  `json:"routeTo"`
	Status         string `json:"status"`
}

func (s *Service) listNumbers(r *request) (int, any, *apiError) {
	if err := s.voiceAdmin(r); err != nil {
		return 0, nil, err
	}
	var all []numberView
	for _, n := range s.people.account.Numbers {
		all = append(all, numberView{n.ID, s.people.account.Key, s.people.account.OrganizationID, n.Number, n.Name,
			n.CallerIDName, route{n.RouteTo, "EXTENSION"}, "ACTIVE"})
	}
	page, err := paged(r, all, 100, 1000)
	return http.StatusOK, page, err
}
