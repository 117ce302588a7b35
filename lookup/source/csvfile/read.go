package csvfile

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/book"
	"ringside/lookup/source/part"
	"ringside/store/call"
)

var (
	errNoHeader = errors.New("the file is empty")
	errNoNumber = errors.New("no column of numbers")
	errFolder   = errors.New("it is a folder")
)

// reader turns a file into an index.
type reader struct {
	region  string
	columns []column
	index   *book.Book
	report  book.Report
}

// read reads a whole file.
func read(r io.Reader, region string) (*book.Book, book.Report, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, book.Report{}, err
	}
	if len(data) > MaxBytes {
		return nil, book.Report{}, fmt.Errorf("the file has more than %d MB", MaxBytes>>20)
	}
	text, encoding := decode(data)
	in := reader{region: region, index: book.New(region)}
	if encoding != "" {
		in.problem(1, "the file is not UTF-8 and was read as %s", encoding)
	}
	rows := &records{text: text, line: 1, comma: separator(text)}
	if err := in.head(rows); err != nil {
		return nil, book.Report{}, err
	}
	for n := 0; ; n++ {
		one, ok := rows.next()
		if !ok {
			return in.index, in.report, nil
		}
		if n >= MaxRows {
			return nil, book.Report{}, fmt.Errorf("the file has more than %d rows", MaxRows)
		}
		in.row(one)
	}
}

// head reads the row that names the columns, the first one that is not blank.
func (in *reader) head(rows *records) error {
	for {
		one, ok := rows.next()
		if !ok {
			return errNoHeader
		}
		if one.open {
			return fmt.Errorf("line %d: a quote is not closed", one.line)
		}
		if strings.TrimSpace(strings.Join(one.cells, "")) == "" {
			continue
		}
		cols, err := columnsOf(one.cells)
		in.columns = cols
		return err
	}
}

// row makes a contact of a row and files it under its numbers.
func (in *reader) row(one row) {
	if one.open {
		in.report.Skipped++
		in.problem(one.line, "a quote is not closed")
		return
	}
	var c lookup.Contact
	var nums []number.Number
	blank, given := true, false
	for i, cell := range one.cells {
		cell = strings.TrimSpace(cell)
		if cell == "" || i >= len(in.columns) {
			continue // cells past the named columns have no meaning
		}
		blank = false
		if in.columns[i].part == part.Number {
			given = true
			nums = append(nums, in.numbers(one.line, cell)...)
			continue
		}
		in.columns[i].part.Put(&c, in.columns[i].name, cell)
	}
	if blank {
		return
	}
	if len(nums) == 0 {
		in.report.Skipped++
		if !given {
			in.problem(one.line, "no number")
		}
		return
	}
	in.report.Contacts++
	in.report.Numbers += len(nums)
	in.index.File(c, nums)
}

func (in *reader) problem(line int, format string, args ...any) {
	in.report.Add(book.Problem{Line: line, What: fmt.Sprintf(format, args...)})
}

// numbers reads the numbers of one cell.
func (in *reader) numbers(line int, cell string) []number.Number {
	var out []number.Number
	for one := range strings.FieldsFuncSeq(cell, func(r rune) bool { return r == ';' || r == '|' || r == '\n' }) {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		n := number.Parse(one, in.region)
		if len(n.Keys()) == 0 {
			in.problem(line, "%q is no number", call.Clean(one))
			continue
		}
		out = append(out, n)
	}
	return out
}
