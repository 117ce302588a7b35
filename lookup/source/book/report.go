package book

import "fmt"

// maxProblems bounds the problems that a Report lists; the others are counted.
const maxProblems = 100

// Report tells what a reading brought.
type Report struct {
	Files    int       // that were read, where there may be several
	Contacts int       // rows or cards with a number
	Numbers  int       // numbers they are found by
	Skipped  int       // rows or cards that could not be used at all
	Problems []Problem // the first 100, of what was skipped and of numbers left out
	More     int       // problems beyond those
	Stale    error     // what was read changed since, and could not be read again; nil otherwise
}

// Problem is something that could not be used as it is. Its texts are clean.
type Problem struct {
	File string // "" where there is only one
	Line int    // in the file, from 1
	What string
}

// String gives "line 7: no number" or, where there are several files, "people.vcf:7: no number".
func (p Problem) String() string {
	if p.File == "" {
		return fmt.Sprintf("line %d: %s", p.Line, p.What)
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.What)
}

// Add lists a problem, or counts it.
func (r *Report) Add(p Problem) {
	if len(r.Problems) >= maxProblems {
		r.More++
		return
	}
	r.Problems = append(r.Problems, p)
}
