package credentials

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"ringside/ui/cli/config"
)

// errHeld is what tryLock says when another has the lock.
var errHeld = errors.New("held by another process")

// lockPause is how long to wait between two looks at a lock: the system's way of waiting for one
// takes no context.
const lockPause = 50 * time.Millisecond

// Lock keeps other processes, and other users of this one, from replacing the login until unlock
// is called. The system takes the lock back when a process dies. The file it is on stays: one who
// deletes it could be waited for by nobody.
func (s *Store) Lock(ctx context.Context) (unlock func(), err error) {
	f, err := config.OpenPrivate(s.path+".lock", os.O_RDWR)
	if err != nil {
		return nil, err
	}
	tick := time.NewTicker(lockPause)
	defer tick.Stop()
	for {
		err := tryLock(f)
		switch {
		case err == nil:
			return func() { _ = f.Close() }, nil // which gives the lock back
		case !errors.Is(err, errHeld):
			return nil, errors.Join(fmt.Errorf("locking %s: %w", f.Name(), err), f.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("locking %s: %w: %w", f.Name(), errHeld, ctx.Err()), f.Close())
		case <-tick.C:
		}
	}
}

// Claim takes the lock on a file, made where there is none, until release is called or the process
// ends; the file is not closed before. ok is false when another process has it.
func Claim(path string) (f *os.File, release func(), ok bool, err error) {
	f, err = config.OpenPrivate(path, os.O_RDWR)
	if err != nil {
		return nil, nil, false, err
	}
	switch err := tryLock(f); {
	case err == nil:
		return f, func() { _ = f.Close() }, true, nil
	case errors.Is(err, errHeld):
		return nil, nil, false, f.Close()
	default:
		return nil, nil, false, errors.Join(fmt.Errorf("locking %s: %w", path, err), f.Close())
	}
}
