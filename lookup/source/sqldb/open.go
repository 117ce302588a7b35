package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Of connections: a desk looks few numbers up at once.
const (
	maxConnections = 4
	idle           = 5 * time.Minute
)

var (
	errClosed = errors.New("the database is closed")
	errDSN    = errors.New("the dsn cannot be read") // its parsers' errors repeat it
	errPlain  = errors.New(`a password does not stand in the configuration: name where it is kept, password = "env:NAME", or the whole dsn = "env:NAME"`)
)

// open gives the database, opened by whoever asks first.
func (s *Source) open(ctx context.Context) (*sql.DB, error) {
	dsn, password := s.o.DSN, ""
	if s.o.SecretDSN != nil {
		v, err := s.o.SecretDSN.Get(ctx)
		if err != nil {
			return nil, err
		}
		dsn = v.Reveal()
	}
	if s.o.Password != nil {
		v, err := s.o.Password.Get(ctx)
		if err != nil {
			return nil, err
		}
		password = v.Reveal()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errClosed
	}
	if s.db != nil {
		return s.db, nil
	}
	db, err := connect(s.o.Driver, dsn, password)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(maxConnections)
	db.SetConnMaxIdleTime(idle)
	s.db = db
	return db, nil
}

// connect opens a database; the network is not touched yet.
func connect(driver, dsn, password string) (*sql.DB, error) {
	switch driver {
	case "postgres":
		cfg, err := pgx.ParseConfig(dsn)
		if err != nil {
			return nil, errDSN
		}
		if password != "" {
			cfg.Password = password
		}
		cfg.RuntimeParams["application_name"] = "ringside"
		return stdlib.OpenDB(*cfg), nil
	case "mysql":
		cfg, err := mysql.ParseDSN(dsn)
		if err != nil {
			return nil, errDSN
		}
		if password != "" {
			cfg.Passwd = password
		}
		cfg.MultiStatements, cfg.AllowAllFiles, cfg.ParseTime = false, false, true
		cfg.Logger = &mysql.NopLogger{} // it writes to standard error, which is the screen
		c, err := mysql.NewConnector(cfg)
		if err != nil {
			return nil, errDSN
		}
		return sql.OpenDB(c), nil
	}
	return sql.Open("sqlite", sqliteURI(dsn))
}

// sqliteURI opens a file for reading only. Whoever writes to it is waited for no longer than a local
// source may take.
func sqliteURI(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/…
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: "mode=ro&_pragma=query_only(1)&_pragma=busy_timeout(40)"}
	return u.String()
}

// checkDSN refuses a DSN that cannot be read, or that holds a password in the configuration.
func checkDSN(driver, dsn string) error {
	switch driver {
	case "postgres":
		cfg, err := pgx.ParseConfig(dsn)
		if err != nil {
			return errDSN
		}
		u, err := url.Parse(dsn)
		_, inURL := (*url.Userinfo)(nil).Password()
		if err == nil && u.User != nil {
			_, inURL = u.User.Password()
		}
		// The parser also reads PGPASSWORD and ~/.pgpass, which are fine places.
		if inURL || cfg.Password != "" && strings.Contains(strings.ReplaceAll(dsn, " ", ""), "password=") {
			return errPlain
		}
	case "mysql":
		cfg, err := mysql.ParseDSN(dsn)
		if err != nil {
			return errDSN
		}
		if cfg.Passwd != "" {
			return errPlain
		}
	}
	return nil
}

// mariaDB tells MariaDB from MySQL, which name their limit of time differently.
func (s *Source) mariaDB(ctx context.Context, tx *sql.Tx) (bool, error) {
	s.mu.Lock()
	known := s.maria
	s.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	var version string
	if err := tx.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err != nil {
		return false, err
	}
	maria := strings.Contains(version, "MariaDB")
	s.mu.Lock()
	s.maria = &maria
	s.mu.Unlock()
	return maria, nil
}
