package vcard

import (
	"bytes"
	"fmt"
	"strings"

	govcard "github.com/emersion/go-vcard"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/book"
	"ringside/lookup/source/part"
	"ringside/store/call"
)

// maxCard bounds one card, in bytes: photos stand in them.
const maxCard = 4 << 20

// Read files the cards of a text in b. Numbers without a country code are read as written in
// region.
func Read(b *book.Book, rep *book.Report, file string, data []byte, region string) {
	rep.Files++
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	begin, open := 0, 0 // line and offset of the card that is open
	inside := false
	at := 0
	for line := 1; at < len(data); line++ {
		end := bytes.IndexByte(data[at:], '\n') + 1
		if end == 0 {
			end = len(data) - at
		}
		word := strings.ToUpper(string(bytes.TrimSpace(data[at : at+min(end, 64)])))
		switch {
		case word == "BEGIN:VCARD":
			if inside {
				rep.Skipped++
				problem(rep, file, begin, "the card does not end")
			}
			inside, begin, open = true, line, at
		case word == "END:VCARD" && inside:
			inside = false
			one(b, rep, file, begin, data[open:at+end], region)
		}
		at += end
	}
	if inside {
		rep.Skipped++
		problem(rep, file, begin, "the card does not end")
	}
}

// problem notes what could not be used. A card without a number is none.
func problem(rep *book.Report, file string, line int, what string) {
	rep.Add(book.Problem{File: call.Clean(file), Line: line, What: call.Clean(what)})
}

// one files one card.
func one(b *book.Book, rep *book.Report, file string, line int, data []byte, region string) {
	skip := func(what string) {
		rep.Skipped++
		if what != "" {
			problem(rep, file, line, what)
		}
	}
	if len(data) > maxCard {
		skip(fmt.Sprintf("the card has more than %d MB", maxCard>>20))
		return
	}
	card, err := govcard.NewDecoder(bytes.NewReader(data)).Decode()
	if err != nil {
		skip("the card cannot be read: " + strings.TrimPrefix(err.Error(), "vcard: "))
		return
	}
	if v := card.Value(govcard.FieldVersion); v != "3.0" && v != "4.0" {
		skip(fmt.Sprintf("the card is of version %q: export it as vCard 3.0 or 4.0", v))
		return
	}
	var nums []number.Number
	for _, raw := range card.Values(govcard.FieldTelephone) {
		n := number.Parse(raw, region)
		if len(n.Keys()) == 0 {
			problem(rep, file, line, fmt.Sprintf("%q is no number", raw))
			continue
		}
		nums = append(nums, n)
	}
	if len(nums) == 0 {
		skip("")
		return
	}
	rep.Contacts++
	rep.Numbers += len(nums)
	b.File(contact(card), nums)
}

// contact makes a contact of a card. X-TIER is the tier; categories and nickname are fields.
func contact(card govcard.Card) (c lookup.Contact) {
	org, _, _ := strings.Cut(plain(card.PreferredValue(govcard.FieldOrganization), true), "\x00")
	part.Name.Put(&c, "", plain(card.PreferredValue(govcard.FieldFormattedName), false))
	if n := card.Name(); n != nil && c.Name == "" {
		part.First.Put(&c, "", plain(n.GivenName, false))
		part.Last.Put(&c, "", plain(n.FamilyName, false))
	}
	part.Company.Put(&c, "", org)
	if c.Name == "" {
		part.Name.Put(&c, "", org)
	}
	for _, f := range []struct {
		part part.Part
		name string
	}{
		{part.Title, govcard.FieldTitle}, {part.Email, govcard.FieldEmail}, {part.URL, govcard.FieldURL}, {part.Notes, govcard.FieldNote},
		{part.ID, govcard.FieldUID}, {part.Tier, "X-TIER"},
	} {
		f.part.Put(&c, "", plain(card.PreferredValue(f.name), false))
	}
	part.Field.Put(&c, "categories", plain(card.PreferredValue(govcard.FieldCategories), false))
	part.Field.Put(&c, "nickname", plain(card.PreferredValue(govcard.FieldNickname), false))
	return c
}

// plain takes the escapes of semicolons off a value, which the decoder leaves. With cut, a
// semicolon that is not escaped becomes a NUL.
func plain(s string, cut bool) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == ';':
			b.WriteByte(';')
			i++
		case s[i] == ';' && cut:
			b.WriteByte(0)
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
