package csvfile

import (
	"fmt"
	"strings"

	"ringside/lookup"
	"ringside/store/call"
)

// part says what a column is.
type part uint8

const (
	partField part = iota
	partName
	partFirst
	partLast
	partCompany
	partTier
	partTitle
	partEmail
	partURL
	partNotes
	partNumber
)

// column is a column of the file; name is as the first row writes it.
type column struct {
	part part
	name string
}

// put puts a cell where it belongs. A second column of one part (two e-mail columns) becomes a
// field of its own.
func (k column) put(c *lookup.Contact, cell string) {
	var to *string
	switch k.part {
	case partName:
		to = &c.Name
	case partFirst, partLast:
		c.Name = strings.TrimSpace(c.Name + " " + cell)
		return
	case partCompany:
		to = &c.Company
	case partTier:
		to = &c.Tier
	case partTitle:
		to = &c.Title
	case partEmail:
		to = &c.Email
	case partURL:
		to = &c.URL
	case partNotes:
		to = &c.Notes
	}
	if to != nil && *to == "" {
		*to = cell
		return
	}
	c.Fields = append(c.Fields, lookup.Field{Name: k.name, Value: cell})
}

// columnsOf reads the first row.
func columnsOf(head []string) ([]column, error) {
	cols := make([]column, len(head))
	numbers, names := false, false
	for i, h := range head {
		name := call.Clean(h)
		cols[i] = column{part: partOf(name), name: name}
		numbers = numbers || cols[i].part == partNumber
		names = names || cols[i].part == partName
		if name == "" {
			cols[i].name = fmt.Sprintf("column %d", i+1)
		}
	}
	if !numbers {
		numbers = extensions(cols)
	}
	if !numbers {
		return nil, fmt.Errorf("%w: the first row has %s", errNoNumber, list(cols))
	}
	if names {
		// With a whole name there, the parts are only further fields.
		for i := range cols {
			if cols[i].part == partFirst || cols[i].part == partLast {
				cols[i].part = partField
			}
		}
	}
	return cols, nil
}

// partOf reads the name of a column.
func partOf(name string) part {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == ' ' || r == '_' || r == '-' || r == '.' })
	switch strings.Join(words, " ") {
	case "name", "full name", "fullname", "display name", "contact", "contact name":
		return partName
	case "first name", "firstname", "given name":
		return partFirst
	case "last name", "lastname", "surname", "family name":
		return partLast
	case "company", "organization", "organisation", "company name", "account", "account name", "customer":
		return partCompany
	case "tier", "level", "segment":
		return partTier
	case "title", "job title", "position", "role":
		return partTitle
	case "email", "e mail", "mail", "email address", "e mail address":
		return partEmail
	case "url", "link", "web", "website", "page":
		return partURL
	case "notes", "note", "comment", "comments":
		return partNotes
	}
	if len(words) > 0 && plain(words[0]) == "number" || len(words) == 1 && plain(words[0]) == "numbers" {
		return partNumber // "number", "number 2"; "order number" is none to call
	}
	for _, w := range words {
		switch plain(w) {
		case "phone", "phones", "mobile", "tel", "telephone", "cell", "cellphone", "fax", "msisdn":
			return partNumber
		}
	}
	return partField
}

// plain takes the counter off a column's name: "phone2".
func plain(word string) string { return strings.TrimRight(word, "0123456789#") }

// extensions makes columns of extensions columns of numbers, in a directory that has no others.
// Beside a telephone number, an extension is the customer's own: it must not match ours.
func extensions(cols []column) bool {
	found := false
	for i, c := range cols {
		switch strings.ToLower(c.name) {
		case "extension", "ext", "ext.", "line":
			cols[i].part = partNumber
			found = true
		}
	}
	return found
}

// list names columns for a message, the first few of them.
func list(cols []column) string {
	var names []string
	for i, c := range cols {
		if i == 6 {
			names = append(names, "…")
			break
		}
		names = append(names, c.name)
	}
	return strings.Join(names, ", ")
}
