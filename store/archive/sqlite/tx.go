package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"runtime"

	"ringside/store/archive"
)

// tx is a transaction that writes. It prepares every statement once.
type tx struct {
	*store
	ctx   context.Context // of the caller: between two statements it is looked at
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
	steps int // statements that have been run
}

// write runs f in a transaction: all of it is written or, with an error, nothing. Who writes waits
// for those before, in this program and in others.
func (s *store) write(ctx context.Context, doing string, f func(*tx) error) error {
	if s.writeDB == nil {
		return s.explain(doing, archive.ErrReadOnly)
	}
	return s.explain(doing, s.alone(ctx, func(conn *sql.Conn) error {
		return s.transaction(ctx, conn, func(ctx context.Context) error { return s.within(ctx, conn, f) })
	}))
}

// alone runs f with the connection that writes, while nobody else in this program does.
func (s *store) alone(ctx context.Context, f func(*sql.Conn) error) error {
	select {
	case s.writing <- struct{}{}:
		defer func() { <-s.writing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	conn, err := s.writeDB.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return f(conn)
}

// within runs f in a transaction that has begun.
func (s *store) within(ctx context.Context, conn *sql.Conn, f func(*tx) error) error {
	t := &tx{store: s, ctx: ctx, conn: conn, stmts: map[string]*sql.Stmt{}}
	defer t.close()
	return f(t)
}

// transaction runs f between BEGIN and COMMIT. What f is given is the caller's context; statements
// are not broken off by it, so that what is answered is what was done.
func (s *store) transaction(ctx context.Context, conn *sql.Conn, f func(context.Context) error) error {
	calm := context.WithoutCancel(ctx)
	err := whileBusy(ctx, func() error {
		if err := ctx.Err(); err != nil {
			return err
		}
		_, err := conn.ExecContext(calm, "BEGIN IMMEDIATE")
		return err
	})
	if err != nil {
		return err
	}
	if err = f(ctx); err == nil {
		if err = ctx.Err(); err == nil {
			_, err = conn.ExecContext(calm, "COMMIT")
		}
	}
	if err != nil {
		// A full disk has ended the transaction already: that this says so is no news.
		conn.ExecContext(calm, "ROLLBACK") //nolint:errcheck // see above
	}
	return err
}

func (t *tx) close() {
	for _, s := range t.stmts {
		s.Close() //nolint:errcheck // what it did has been answered
	}
}

// stmt prepares a statement that the transaction needs again and again.
func (t *tx) stmt(query string) (*sql.Stmt, error) {
	if err := t.ctx.Err(); err != nil {
		return nil, err
	}
	if s := t.stmts[query]; s != nil {
		return s, nil
	}
	s, err := t.conn.PrepareContext(context.WithoutCancel(t.ctx), query)
	if err == nil {
		t.stmts[query] = s
	}
	return s, err
}

// stride is how many rows are read, or things made ready, before others have their turn.
const stride = 8

// giveWay lets whatever else is ready have its turn before the next of many steps. Nobody waits for the archive,
// but what is ready waits for who works: the runtime lets go of a processor after ten milliseconds only, and a
// key has a few such waits on its way to the screen.
func giveWay(step int) {
	if step%stride == stride-1 {
		runtime.Gosched()
	}
}

// exec runs a statement and gives how many rows it changed.
func (t *tx) exec(query string, args ...any) (int, error) {
	t.steps++
	giveWay(t.steps)
	s, err := t.stmt(query)
	if err != nil {
		return 0, err
	}
	res, err := s.ExecContext(context.WithoutCancel(t.ctx), args...)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// one reads one row; ok is false when there is none.
func (t *tx) one(query string, args []any, into ...any) (ok bool, err error) {
	s, err := t.stmt(query)
	if err != nil {
		return false, err
	}
	err = s.QueryRowContext(context.WithoutCancel(t.ctx), args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// each reads all rows.
func (t *tx) each(query string, args []any, row func(scan func(...any) error) error) error {
	s, err := t.stmt(query)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(context.WithoutCancel(t.ctx), args...)
	return scanAll(rows, err, row)
}

// column reads the first column of a query.
func column[T any](t *tx, query string, args ...any) ([]T, error) {
	var out []T
	err := t.each(query, args, gather(&out))
	return out, err
}

// gather adds the first column of each row to a list.
func gather[T any](out *[]T) func(scan func(...any) error) error {
	return func(scan func(...any) error) error {
		var v T
		err := scan(&v)
		*out = append(*out, v)
		return err
	}
}

// list gives values for json_each: a list of any length in one parameter.
func list[T int64 | string](values []T) string {
	if len(values) == 0 {
		return "[]"
	}
	b, _ := json.Marshal(values) // texts and numbers always have a form
	return string(b)
}
