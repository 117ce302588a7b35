//go:build unix

package sqldb

import (
	"bufio"
	"context"
	"database/sql"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// binary finds a program of a database server, or skips the test. Where CI promises the servers
// (RINGSIDE_CI=1), it does not skip.
func binary(t *testing.T, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
		for _, pattern := range []string{"/usr/lib/postgresql/*/bin/", "/usr/sbin/", "/usr/local/sbin/"} {
			found, _ := filepath.Glob(pattern + name)
			if len(found) > 0 {
				return slices.Max(found)
			}
		}
	}
	if os.Getenv("RINGSIDE_CI") == "1" {
		t.Fatalf("%s is not installed", names[0])
	}
	t.Skipf("%s is not installed", names[0])
	return ""
}

// home makes a folder for a server, whose path is short enough for a socket, and gives who it
// belongs to: servers refuse to run as root.
func home(t *testing.T, names ...string) (dir, owner string, as *syscall.Credential) {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "ringside-db") //nolint:usetesting // a socket's path has 107 bytes, and the folders above must be open to the server's user
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if os.Getuid() != 0 {
		me, err := user.Current()
		if err != nil {
			t.Fatal(err)
		}
		return dir, me.Username, nil
	}
	for _, name := range append(names, "nobody") {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
		return dir, name, &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	t.Fatal("there is no user to run a server as")
	return "", "", nil
}

// command makes a command that runs as the owner of dir.
func command(ctx context.Context, dir string, as *syscall.Credential, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LC_ALL=C.UTF-8"}
	return cmd
}

func run(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
}

// postgres starts a server that only its socket leads to, and gives a DSN without a password.
func postgres(t *testing.T) string {
	initdb, ctl := binary(t, "initdb"), binary(t, "pg_ctl")
	dir, owner, as := home(t, "postgres")
	data := filepath.Join(dir, "d")
	run(t, command(t.Context(), dir, as, initdb, "-D", data, "-U", owner, "-A", "trust", "-N", "-E", "UTF8", "--locale=C.UTF-8"))
	run(t, command(t.Context(), dir, as, ctl, "-D", data, "-w", "-t", "60", "-l", filepath.Join(dir, "log"), "-o", "-F -c listen_addresses='' -k "+dir, "start"))
	t.Cleanup(func() {
		run(t, command(context.Background(), dir, as, ctl, "-D", data, "-w", "-m", "immediate", "stop"))
	})
	return "host=" + dir + " user=" + owner + " dbname=postgres sslmode=disable"
}

// mariadb starts a server that only its socket leads to, and gives a DSN without a password.
func mariadb(t *testing.T) string {
	install, server := binary(t, "mariadb-install-db", "mysql_install_db"), binary(t, "mariadbd", "mysqld")
	dir, owner, as := home(t, "mysql")
	data, socket := filepath.Join(dir, "d"), filepath.Join(dir, "s")
	run(t, command(t.Context(), dir, as, install, "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db"))
	cmd := command(context.Background(), dir, as, server, "--no-defaults", "--datadir="+data, "--socket="+socket, "--skip-networking", "--pid-file="+filepath.Join(dir, "pid"), "--innodb-flush-log-at-trx-commit=0")
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make(chan bool, 1)
	read := make(chan struct{})
	go func() {
		defer close(read)
		lines := bufio.NewScanner(said)
		for lines.Scan() {
			if strings.Contains(lines.Text(), "ready for connections") {
				select {
				case ready <- true:
				default:
				}
			}
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-read
		_ = cmd.Wait()
	})
	select {
	case <-ready:
	case <-read:
		t.Fatal("the server ended")
	case <-time.After(time.Minute):
		t.Fatal("the server is not ready after a minute")
	}
	admin, err := sql.Open("mysql", "root@unix("+socket+")/")
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	for _, q := range []string{"CREATE DATABASE crm CHARACTER SET utf8mb4", "CREATE USER '" + owner + "'@localhost", "GRANT ALL ON crm.* TO '" + owner + "'@localhost"} {
		if _, err := admin.ExecContext(t.Context(), q); err != nil && !strings.Contains(err.Error(), "Operation CREATE USER failed") {
			t.Fatal(q, err)
		}
	}
	return "root@unix(" + socket + ")/crm"
}

func TestPostgres(t *testing.T) {
	dsn := postgres(t)
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	fill(t, db, "TIMESTAMPTZ")
	laws(t, server{driver: "postgres", dsn: dsn, admin: db, slow: "SELECT 'Dana' AS name FROM pg_sleep(20) WHERE :e164 <> ''", write: "WITH gone AS (DELETE FROM people WHERE digits = :digits RETURNING name) SELECT name FROM gone",
		busy: "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(20)%' AND pid <> pg_backend_pid()"})
	// A place takes the type of what it is compared with.
	src := open(t, Options{Driver: "postgres", DSN: dsn, Query: "SELECT name FROM people WHERE digits::bigint = :digits AND e164 = :e164 AND :last7::text = right(:national, 7)"})
	if got := names(t, src, ny); got != "Dana Roe" {
		t.Errorf("by a number of the database: %q", got)
	}
}

func TestMariaDB(t *testing.T) {
	dsn := mariadb(t)
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	fill(t, db, "DATETIME")
	laws(t, server{driver: "mysql", dsn: dsn, admin: db, slow: "SELECT 'Dana' AS name FROM people WHERE SLEEP(20) = 0 AND :e164 <> ''", write: "DELETE FROM people WHERE digits = :digits",
		busy: "SELECT count(*) FROM information_schema.processlist WHERE info LIKE '%SLEEP(20)%' AND id <> CONNECTION_ID()"})
}
