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
	for {
		lock := flock.New(f.path(owner))
		if err := lock.Lock(); err != nil { // waits while somebody looks
			return nil, fmt.Errorf("show presence: %w", errors.Join(err, lock.Close()))
		}
		if names(lock) {
			return func() error { return leave(lock) }, nil
		}
		if err := lock.Close(); err != nil { // swept between its making and its locking
			return nil, fmt.Errorf("show presence: %w", err)
		}
	}
}

// Try is Hold for something that another process may have: then held is false, and nothing waits.
func (f Folder) Try(name string) (release func() error, held bool, err error) {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return nil, false, fmt.Errorf("hold %s: %w", name, err)
	}
	lock := flock.New(f.path(name))
	locked, err := lock.TryLock()
	if err != nil || !locked {
		return nil, false, errors.Join(err, lock.Close())
	}
	return func() error { return leave(lock) }, true, nil
}

// names says whether a locked file is still the one that its name leads to.
func names(lock *flock.Flock) bool {
	there, err := os.Stat(lock.Path())
	if err != nil {
		return false
	}
	here, err := lock.Stat()
	return err == nil && os.SameFile(here, there)
}

// Of tells whether an owner is alive. The lock of a dead one stays until Sweep.
func (f Folder) Of(owner string) Life {
	life, _ := of(f.path(owner), nil)
	return life
}

// of looks with a shared lock, so that lookers don't take each other for the owner. Then runs while it has it.
func of(path string, then func(*flock.Flock) error) (life Life, err error) {
	lock := flock.New(path, flock.SetFlag(os.O_RDONLY))
	free, err := lock.TryRLock()
	if free && then != nil {
		err = then(lock)
	}
	switch err = errors.Join(err, lock.Close()); {
	case err != nil:
		return Unknown, err
	case free:
		return Dead, nil
	}
	return Alive, nil
}

// Alone says that nobody but owner is alive here.
func (f Folder) Alone(owner string) bool {
	all, err := filepath.Glob(filepath.Join(string(f), "*"+extension))
	if err != nil {
		return false
	}
	for _, path := range all {
		if path == f.path(owner) {
			continue
		}
		if life, err := of(path, nil); life != Dead && !errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return true
}

// Sweep removes what the dead left, but for owners whose death somebody may still have to learn of.
func (f Folder) Sweep(needed []string) error {
	keep := map[string]bool{}
	for _, owner := range needed {
		keep[f.path(owner)] = true
	}
	all, err := filepath.Glob(filepath.Join(string(f), "*"+extension))
	if err != nil {
		return fmt.Errorf("sweep presence: %w", err)
	}
	var failed error
	for _, path := range all {
		if keep[path] {
			continue
		}
		var refused error
		_, err := of(path, func(lock *flock.Flock) error {
			if names(lock) { // else somebody swept it, and it was made anew
				refused = remove(path)
			}
			return nil
		})
		if refused != nil {
			err = errors.Join(err, remove(path))
		}
		if !errors.Is(err, fs.ErrNotExist) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// leave gives a lock up and removes its file. Windows removes nothing that is open: there it goes afterwards, unless
// somebody else has it open by then, and nobody can have locked a file that goes. What stays, Sweep removes.
func leave(lock *flock.Flock) error {
	refused := remove(lock.Path())
	err := lock.Close()
	if refused != nil {
		_ = remove(lock.Path())
	}
	return err
}

var unlink = os.Remove // a test makes it that of Windows

func remove(path string) error {
	if err := unlink(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

const extension = ".lock"

func (f Folder) path(owner string) string {
	safe := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r == '-' {
			return r
		}
		return '_'
	}, owner)
	return filepath.Join(string(f), safe+extension)
}
