package credentials

import (
	"context"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"
)

func backgroundFor(d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), d)
}

// holdLock is the helper that takes the lock and keeps it until it is killed.
func holdLock(dir string) int {
	ctx, stop := backgroundFor(20 * time.Second)
	defer stop()
	unlock, err := New(dir, "", nil).Lock(ctx)
	if err != nil {
		return 1
	}
	defer unlock()
	os.Stdout.WriteString("held")
	io.Copy(io.Discard, os.Stdin) // whose other end is never closed
	return 0
}

// A ringside that is killed in the middle of a refresh stops nobody.
func TestALockDiesWithItsProcess(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asHelper+"="+dir+"|lock")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	word := make([]byte, len("held"))
	if _, err := io.ReadFull(out, word); err != nil || string(word) != "held" {
		t.Fatalf("%q, %v", word, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*lockPause)
	defer cancel()
	if _, err := New(dir, "", nil).Lock(ctx); err == nil {
		t.Fatal("the lock is not held")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	unlock, err := New(dir, "", nil).Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}
