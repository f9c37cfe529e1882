// Package presence tells which processes of this machine are alive, by locks that the system gives back however a
// process ends. It needs no clock.
package presence

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// Life is what can be known of an owner.
type Life int

// What can be known. Unknown: it left no lock here, or locks don't work on this file system.
const (
	Unknown Life = iota
	Alive
	Dead
)

// Folder is where the locks lie, one file for each living owner.
type Folder string

// Hold shows that owner is alive until release is called or the process ends.
func (f Folder) Hold(owner string) (release func() error, err error) {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return nil, fmt.Errorf("show presence: %w", err)
	}
	lock := flock.New(f.path(owner))
	locked, err := lock.TryLock()
	if err != nil || !locked {
		return nil, fmt.Errorf("show presence: locked %v: %w", locked, errors.Join(err, lock.Close()))
	}
	return func() error { return errors.Join(f.remove(owner), lock.Close()) }, nil
}

// Of tells whether an owner is alive. The lock of a dead one stays until Forget.
func (f Folder) Of(owner string) Life {
	path := f.path(owner)
	if _, err := os.Stat(path); err != nil {
		return Unknown
	}
	lock := flock.New(path)
	free, err := lock.TryLock()
	switch {
	case errors.Join(err, lock.Close()) != nil:
		return Unknown
	case free:
		return Dead
	}
	return Alive
}

// Forget removes what a dead owner left.
func (f Folder) Forget(owner string) error { return f.remove(owner) }

func (f Folder) remove(owner string) error {
	if err := os.Remove(f.path(owner)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (f Folder) path(owner string) string {
	safe := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r == '-' {
			return r
		}
		return '_'
	}, owner)
	return filepath.Join(string(f), safe+".lock")
}
