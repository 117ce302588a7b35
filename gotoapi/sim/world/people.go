package world

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// staffNames are the first people of the account, in the order of their extensions.
func staffNames() []string {
	return []string{
		"Ann Keller", "Bo Lindgren", "Chris Adeyemi", "Dolores Vega", "Ed Farrow",
		"Farah Nasser", "Gus Moreno", "Hana Suzuki", "Ian Calloway", "Jill Osei",
		"Kofi Mensah", "Lena Hartmann", "Miguel Santos", "Nadia Petrova", "Owen Brooks",
		"Pia Rasmussen", "Quentin Shaw", "Rosa Delgado", "Stan Kowalski", "Tess Whelan",
		"Uma Krishnan", "Viktor Halasz", "Wendy Cho", "Xavier Bell", "Yara Haddad",
	}
}

// staffName names person n; beyond the list, first and last names are combined anew.
func staffName(names []string, n int) string {
	if n < len(names) {
		return names[n]
	}
	first, _, _ := strings.Cut(names[n%len(names)], " ")
	_, last, _ := strings.Cut(names[(n/len(names)+n)%len(names)], " ")
	return fmt.Sprintf("%s %s %d", first, last, n+1)
}

// extension numbers person n; from 1001 on, and past the numbers of the queues for a crowd.
func extension(n int) string {
	if e := 1001 + n; e < 8000 {
		return fmt.Sprint(e)
	}
	return fmt.Sprint(100001 + n)
}

func deviceModels() []string {
	return []string{"yealink.sip.t46s", "yealink.sip.t46g", "yealink.sip.t48s"}
}

// newDevices gives a line its telephones: a third of the people have the app only, a third a desk
// phone only, a third both.
func newDevices(r *rand.Rand, n int, userID string) []Device {
	var models []string
	if n%3 != 0 {
		models = append(models, deviceModels()[n%len(deviceModels())])
	}
	if n%3 != 1 {
		models = append(models, "goto.clients")
	}
	devices := make([]Device, len(models))
	for i, m := range models {
		devices[i] = Device{ID: uuid(r, 4), Model: m, User: DeviceUser{ID: userID}}
	}
	return devices
}

type queueSpec struct {
	name     string
	number   string
	wrapUp   int     // s
	share    int     // of the queue calls, in per cent
	every    int     // one of so many people answers it
	offset   int     // beginning with this one
	talkMean float64 // s
	maxWait  int64   // ms until the mailbox takes over; 0 = never
}

func queueSpecs() []queueSpec {
	return []queueSpec{
		{"Support", "8001", 60, 40, 2, 0, 230, 0},
		{"Sales", "8002", 30, 25, 2, 1, 190, 120_000},
		{"Billing", "8003", 30, 17, 4, 1, 160, 150_000},
		{"Support - Tier 2", "8004", 90, 12, 4, 0, 340, 0},
		{"Onboarding", "8005", 45, 6, 5, 0, 280, 90_000},
	}
}

// newAccount makes the account of a seed. Names, numbers and extensions are the same for all seeds,
// ids are not.
func newAccount(r *rand.Rand, agents int) Account {
	a := Account{
		Key:              decimalKey(r),
		OrganizationID:   uuid(r, 4),
		OrganizationName: "Acme Support",
		TimeZone:         "America/New_York",
	}
	for _, q := range queueSpecs() {
		a.Queues = append(a.Queues, Queue{
			ID: uuid(r, 4), Name: q.name, Number: q.number, Type: "BASIC", WrapUpSeconds: q.wrapUp,
		})
	}
	names := staffNames()
	for n := range agents {
		a.hire(r, n, staffName(names, n))
	}
	for _, p := range [][2]string{
		{"0000", "Main"}, {"0001", "Main menu"}, {"0002", "Tier 2 menu"}, {"0003", "After hours line"},
	} {
		a.Extensions = append(a.Extensions, Extension{
			ID: uuid(r, 4), Number: p[0], Name: p[1], Type: "DIAL_PLAN", OmitFromDirectories: true,
		})
	}
	for _, q := range a.Queues {
		a.Extensions = append(a.Extensions, Extension{ID: q.ID, Number: q.Number, Name: q.Name, Type: "CALL_QUEUE"})
	}
	a.Extensions = append(a.Extensions, Extension{
		ID: uuid(r, 4), Number: "8090", Name: "Support mailbox", Type: "SHARED_VOICEMAIL",
	})
	a.own(r)
	return a
}

func (a *Account) hire(r *rand.Rand, n int, name string) {
	u := User{Key: decimalKey(r), ID: uuid(r, 4), Name: name, LineID: uuid(r, 4)}
	u.Email = strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@acme-support.example"
	l := Line{
		ID: u.LineID, Name: name, Number: extension(n), Primary: true, Region: "US",
		UserKey: u.Key, UserID: u.ID, Devices: newDevices(r, n, u.ID),
	}
	for i, q := range queueSpecs() {
		if n%q.every == q.offset {
			l.Queues = append(l.Queues, a.Queues[i].ID)
			a.Queues[i].Agents = append(a.Queues[i].Agents, l.Number)
		}
	}
	a.Users = append(a.Users, u)
	a.Lines = append(a.Lines, l)
	a.Extensions = append(a.Extensions, Extension{ID: l.ID, Number: l.Number, Name: name, Type: "DIRECT_EXTENSION"})
}

// own gives the account its numbers: the shared ones, then a direct one for each of the first
// people, as far as the range of made-up numbers reaches.
func (a *Account) own(r *rand.Rand) {
	target := func(number string) string {
		for _, e := range a.Extensions {
			if e.Number == number {
				return e.ID
			}
		}
		return ""
	}
	add := func(number, name, to string) {
		a.Numbers = append(a.Numbers, PhoneNumber{
			ID: uuid(r, 4), Number: number, Name: name, CallerIDName: a.OrganizationName, RouteTo: target(to),
		})
	}
	add("+18005550142", "+18005550142", "0000")
	add("+12125550180", "Main line", "0000")
	add("+442079460991", "+442079460991", "0000")
	add("+18665550167", "After hours", "0003")
	for i, l := range a.Lines[:min(len(a.Lines), 100)] {
		number := fmt.Sprintf("+1646555%04d", 100+i)
		add(number, number, l.Number)
	}
}
