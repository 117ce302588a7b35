package csvfile

import (
	"fmt"
	"strings"

	"ringside/lookup/source/part"
	"ringside/store/call"
)

// column is a column of the file; name is as the first row writes it.
type column struct {
	part part.Part
	name string
}

// columnsOf reads the first row.
func columnsOf(head []string) ([]column, error) {
	cols := make([]column, len(head))
	numbers, names := false, false
	for i, h := range head {
		name := call.Clean(h)
		cols[i] = column{part: part.Of(name), name: name}
		numbers = numbers || cols[i].part == part.Number
		names = names || cols[i].part == part.Name
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
			if cols[i].part == part.First || cols[i].part == part.Last {
				cols[i].part = part.Field
			}
		}
	}
	return cols, nil
}

// extensions makes columns of extensions columns of numbers, in a directory that has no others.
// Beside a telephone number, an extension is the customer's own: it must not match ours.
func extensions(cols []column) bool {
	found := false
	for i, c := range cols {
		switch strings.ToLower(c.name) {
		case "extension", "ext", "ext.", "line":
			cols[i].part = part.Number
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
