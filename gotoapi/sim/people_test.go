package sim_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
)

func (r *rig) account() world.Account {
	var a world.Account
	r.svc.World(func(w *world.World) { a = w.Account() })
	return a
}

// userKeys lists the people; the first is the super admin of the PAT, the second an ordinary one.
func (r *rig) userKeys() []string {
	r.t.Helper()
	a := r.account()
	var me, others []string
	for _, u := range a.Users {
		if u.Email == r.hello.Login {
			me = append(me, u.Key)
		} else {
			others = append(others, u.Key)
		}
	}
	return append(me, others...)
}

type linesAnswer struct {
	Items []struct {
		ID, Name, Number, AccountKey, Region string
		Primary                              bool
		Organization                         struct{ ID, Name string }
	}
}

func TestLinesOfTheTokensUser(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		res := r.do("GET", "/users/v1/lines", "").want(t, 200)
		var lines linesAnswer
		res.into(t, &lines)
		a := r.account()
		if len(lines.Items) != 1 {
			t.Fatalf("%d lines", len(lines.Items))
		}
		l := lines.Items[0]
		if l.ID != r.hello.Me.LineID || l.Number != "1001" || l.AccountKey != a.Key || l.Organization.ID != a.OrganizationID || !l.Primary {
			t.Errorf("line %+v", l)
		}
		item := res.object(t)["items"].([]any)[0].(map[string]any)
		want := []string{"accountKey", "id", "name", "number", "organization", "primary", "region"}
		if diff := cmp.Diff(want, keys(item)); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(res.body, r.do("GET", "/users/v1/lines?accountKey="+a.Key, "").body); diff != "" {
			t.Errorf("filtered by the own account: %s", diff)
		}
		r.do("GET", "/users/v1/lines?accountKey=1", "").refused(t, 403, "UNAUTHORIZED")
	})
}

func TestUsersArePaged(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		type page struct {
			Items []struct {
				UserKey, UserID string
				Lines           []struct{ Number string }
			}
			NextPageMarker string
		}
		var got []string
		path := "/users/v1/users?pageSize=10&accountKey=" + r.hello.AccountKey
		marker := ""
		for n := 0; ; n++ {
			var p page
			res := r.do("GET", path+marker, "").want(t, 200)
			res.into(t, &p)
			for _, u := range p.Items {
				got = append(got, u.UserKey)
			}
			if p.NextPageMarker == "" {
				if slices.Contains(keys(res.object(t)), "nextPageMarker") {
					t.Error("the last page has a marker member")
				}
				break
			}
			marker = "&pageMarker=" + p.NextPageMarker
		}
		var want []string
		for _, u := range r.account().Users {
			want = append(want, u.Key)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("users (-want +got):\n%s", diff)
		}
		r.do("GET", path+"&pageMarker=zzz", "").refused(t, 400, "BAD_REQUEST")
		r.do("GET", "/users/v1/users?pageSize=101", "").refused(t, 400, "BAD_REQUEST")
	})
}

func TestOrdinaryPeopleSeeThemselves(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		keys := r.userKeys()
		me, other := keys[0], keys[1]
		token := r.loginAs(other, "")
		var users struct{ Items []struct{ UserKey string } }
		r.as(token, "GET", "/users/v1/users", "").want(t, 200).into(t, &users)
		if len(users.Items) != 1 || users.Items[0].UserKey != other {
			t.Errorf("users %v", users.Items)
		}
		r.as(token, "GET", "/users/v1/users/"+other+"/lines", "").want(t, 200)
		r.as(token, "GET", "/users/v1/users/"+me+"/lines", "").refused(t, 404, "NOT_FOUND")
		r.do("GET", "/users/v1/users/"+other+"/lines", "").want(t, 200)
		r.do("GET", "/users/v1/users/none/lines", "").refused(t, 404, "NOT_FOUND")
		r.as(token, "GET", "/voice-admin/v1/extensions?accountKey="+r.hello.AccountKey, "").refused(t, 403, "UNAUTHORIZED")
	})
}

func TestWhoAmI(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		a := r.account()
		me := r.do("GET", "/users/v1/me", "").want(t, 200).object(t)["items"].([]any)[0].(map[string]any)
		if me["accountKey"] != a.Key || me["organizationId"] != a.OrganizationID || len(me["lines"].([]any)) != 1 {
			t.Errorf("users/v1/me: %v", me)
		}
		scim := r.do("GET", "/identity/v1/Users/me", "").want(t, 200).object(t)
		ext, ok := scim["urn:scim:schemas:extension:getgo:1.0"].(map[string]any)
		if !ok || compact(t, ext["accounts"]) != compact(t, []map[string]string{{"value": a.Key, "display": a.OrganizationName}}) {
			t.Errorf("SCIM: %v", scim)
		}
		admin := r.do("GET", "/admin/rest/v1/me", "").want(t, 200).object(t)
		if admin["accountKey"] != a.Key || admin["email"] != r.hello.Login {
			t.Errorf("admin: %v", admin)
		}
	})
}

func TestVoiceAdmin(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		a := r.account()
		q := "?pageSize=1000&accountKey=" + a.Key
		ext := r.do("GET", "/voice-admin/v1/extensions"+q, "").want(t, 200).object(t)["items"].([]any)
		if len(ext) != len(a.Extensions) {
			t.Errorf("%d extensions of %d", len(ext), len(a.Extensions))
		}
		want := []string{"accountKey", "id", "name", "number", "omitFromAutoAttendants", "omitFromDirectories", "organizationId", "type"}
		if diff := cmp.Diff(want, keys(ext[0].(map[string]any))); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
		queues := r.do("GET", "/voice-admin/v1/extensions"+q+"&type=CALL_QUEUE", "").want(t, 200).object(t)["items"].([]any)
		if len(queues) != len(a.Queues) {
			t.Errorf("%d queues of %d", len(queues), len(a.Queues))
		}
		numbers := r.do("GET", "/voice-admin/v1/phone-numbers"+q, "").want(t, 200).object(t)["items"].([]any)
		if len(numbers) != len(a.Numbers) || numbers[0].(map[string]any)["number"] != a.Numbers[0].Number {
			t.Errorf("numbers %v", numbers)
		}
		r.do("GET", "/voice-admin/v1/phone-numbers", "").refused(t, 400, "BAD_REQUEST")
		r.do("GET", "/voice-admin/v1/phone-numbers?accountKey=1", "").refused(t, 403, "UNAUTHORIZED")
	})
}
