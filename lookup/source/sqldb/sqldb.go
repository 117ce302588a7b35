// Package sqldb is a source of contacts in a database: SQLite, PostgreSQL, MySQL or MariaDB, by one
// query of one's own.
//
// The query names forms of the caller's number by a colon (:e164, :digits, :national, :last7, …;
// package form has them all), and its columns are parts of a contact by their names (package part):
//
//	SELECT c.id, c.name, c.company, c.tier, c.phone, t.id AS ticket_id, t.subject AS ticket_title
//	FROM customers c LEFT JOIN tickets t ON t.customer = c.id AND t.state = 'open'
//	WHERE c.phone_digits = :digits
//
// Rows of the same id are one contact; their ticket_ columns are its tickets. Where a column of
// numbers is among them, rows with another number are left out. The query runs in a read-only
// transaction, within the time of the look-up, and MaxRows of its rows are read.
package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/form"
	"ringside/lookup/source/part"
	"ringside/lookup/source/web"
	"ringside/store/call"
)

// MaxRows is how many rows of an answer are read.
const MaxRows = 500

// longest bounds a query where the caller sets no deadline.
const longest = 10 * time.Second

// Options say what to ask. Driver and Query are needed, and DSN or SecretDSN.
type Options struct {
	Name      string
	Driver    string     // sqlite, postgres, mysql
	DSN       string     // sqlite: path of the file; postgres: URL or key=value; mysql: user@tcp(host:3306)/db
	SecretDSN web.Getter // instead of DSN, when it holds a password
	Password  web.Getter // nil is that of the DSN, or none
	Query     string
	Region    string // ISO 3166, of numbers without a country code
}

// Source is a database as a lookup.Source. Its methods may be called from any goroutine.
type Source struct {
	o  Options
	st statement

	mu     sync.Mutex
	db     *sql.DB
	maria  *bool // of mysql: whether it is MariaDB; nil is not known yet
	closed bool
}

// New gives a source; nothing is opened yet.
func New(o Options) (*Source, error) {
	switch o.Driver {
	case "sqlite", "postgres", "mysql":
	default:
		return nil, fmt.Errorf("%q is no kind of database; there are sqlite, postgres, mysql", o.Driver)
	}
	st, err := prepare(o.Query, o.Driver)
	if err != nil {
		return nil, err
	}
	if (o.DSN == "") == (o.SecretDSN == nil) {
		return nil, errors.New("say which database: dsn")
	}
	if o.DSN != "" {
		if err := checkDSN(o.Driver, o.DSN); err != nil {
			return nil, err
		}
	}
	return &Source{o: o, st: st}, nil
}

// Name implements lookup.Source.
func (s *Source) Name() string { return s.o.Name }

// Close closes the database.
func (s *Source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.db == nil {
		return nil
	}
	return s.db.Close()
}

// Lookup implements lookup.Source.
func (s *Source) Lookup(ctx context.Context, n number.Number) ([]lookup.Contact, error) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	cs, err := form.Ask(form.Of(n, s.o.Region), func(f form.Form) ([]lookup.Contact, error) { return s.ask(ctx, f, n) })
	if err != nil {
		return nil, s.wrap(ctx, err)
	}
	return cs, nil
}

func (s *Source) ask(ctx context.Context, f form.Form, n number.Number) (cs []lookup.Contact, err error) {
	db, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // it has changed nothing
	if err := s.limit(ctx, tx); err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, s.st.text, s.st.args(f)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return s.read(rows, n)
}

// limit has the server itself give up in time: a connection that is dropped does not end a query
// there. SQLite ends with its context.
func (s *Source) limit(ctx context.Context, tx *sql.Tx) error {
	end, _ := ctx.Deadline()
	left := max(time.Until(end), 10*time.Millisecond)
	ms := strconv.FormatInt(left.Milliseconds(), 10)
	switch s.o.Driver {
	case "postgres":
		_, err := tx.ExecContext(ctx, "SET LOCAL statement_timeout = "+ms)
		return err
	case "mysql":
		maria, err := s.mariaDB(ctx, tx)
		if err != nil {
			return err
		}
		set := "SET SESSION max_execution_time = " + ms
		if maria {
			set = "SET SESSION max_statement_time = " + strconv.FormatFloat(left.Seconds(), 'f', 3, 64)
		}
		_, err = tx.ExecContext(ctx, set)
		return err
	}
	return nil
}

// read reads the rows of an answer.
func (s *Source) read(rows *sql.Rows, n number.Number) ([]lookup.Contact, error) {
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values, into := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	var out []lookup.Contact
	index := map[string]int{} // id to its place in out
	for count := 0; count < MaxRows && rows.Next(); count++ {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		c, ok := s.contact(names, values, n)
		if !ok {
			continue
		}
		if at, seen := index[c.ID]; seen && c.ID != "" {
			out[at].Tickets = append(out[at].Tickets, c.Tickets...)
			continue
		}
		index[c.ID] = len(out)
		out = append(out, c)
	}
	return out, rows.Err()
}

// contact makes a contact of a row, if it has the number and says who it is.
func (s *Source) contact(names []string, values []any, n number.Number) (c lookup.Contact, ok bool) {
	var numbers []string
	for i, name := range names {
		v := text(values[i])
		p := part.Of(name)
		if p == part.Number {
			numbers = append(numbers, v)
		}
		p.Put(&c, name, v)
	}
	return c, part.Somebody(c) && part.Has(&c, numbers, n, s.o.Region)
}

// text gives the text of a value as drivers give them.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return string(v)
	case time.Time:
		return v.Format(time.RFC3339Nano)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// wrap makes an error for a person. When the time is over, drivers say so in many ways.
func (s *Source) wrap(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return &Error{Source: s.o.Name, Err: err}
}

// Error says that a database could not be asked. It holds no password.
type Error struct {
	Source string
	Err    error
}

// Error gives "asking customers: …".
func (e *Error) Error() string {
	return "asking " + call.Clean(e.Source) + ": " + call.Clean(e.Err.Error())
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint says what to do about it.
func (e *Error) Hint() string {
	if h := (interface{ Hint() string })(nil); errors.As(e.Err, &h) {
		return h.Hint()
	}
	return "check dsn, password and query of this source; run the query by hand as the same user"
}
