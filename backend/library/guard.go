package library

import (
	"context"
	"fmt"
	"time"

	"github.com/gofrs/flock"
)

// guard is a lock beside the database: shared by all who have the library open, exclusive for the one who repairs it.
// Where locks don't work nobody is ever alone, and nothing is repaired.
type guard struct{ lock *flock.Flock }

// lookAgain is how often who waits for a repair looks whether it is over.
const lookAgain = 50 * time.Millisecond

// enter takes the lock, exclusively when nobody else has the library open; it waits for the end of a repair.
func enter(ctx context.Context, path string) (g guard, alone bool, err error) {
	g.lock = flock.New(path + ".lock")
	if alone, err = g.lock.TryLock(); err != nil {
		_ = g.lock.Close()
		return guard{}, false, nil
	}
	if alone {
		return g, true, nil
	}
	return g, false, g.share(ctx)
}

// share lets others in.
func (g guard) share(ctx context.Context) error {
	if g.lock == nil {
		return nil
	}
	if err := g.lock.Unlock(); err != nil {
		return fmt.Errorf("open library: %w", err)
	}
	if _, err := g.lock.TryRLockContext(ctx, lookAgain); err != nil {
		return fmt.Errorf("open library: %w", err)
	}
	return nil
}

func (g guard) leave() error {
	if g.lock == nil {
		return nil
	}
	return g.lock.Close()
}
