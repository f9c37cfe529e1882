// Package draft writes files and folders under another name, where they are to be, and notes where that is: what a
// killed process left half written goes at a later start, wherever it lies, and nobody's work under way with it.
package draft

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"conch/backend/atomicfile"
	"conch/backend/presence"
)

// Notes is a folder that says which drafts are under way, by which living processes; "" keeps none.
type Notes string

// Draft is a file or a folder that has not its name yet.
type Draft struct {
	Path   string
	File   *os.File // of a file; whoever writes closes it
	to     string
	forget func()
}

// names are what drafts are called.
const names = ".conch-*.part"

// NewFile begins a file that is to be at a path.
func (n Notes) NewFile(to string) (_ *Draft, err error) {
	d := n.begin(filepath.Dir(to), to)
	if d.File, err = os.OpenFile(d.Path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		d.forget()
		return nil, err
	}
	return d, nil
}

// NewFolder begins a folder that is to be at a path, beside it; in it when it is there and empty. Otherwise the error
// is fs.ErrExist.
func (n Notes) NewFolder(to string) (*Draft, error) {
	in := to
	entries, err := os.ReadDir(to)
	if errors.Is(err, fs.ErrNotExist) {
		in, err = filepath.Dir(to), nil
	}
	if len(entries) > 0 {
		err = fs.ErrExist
	}
	if err != nil {
		return nil, err
	}
	d := n.begin(in, to)
	if err := os.Mkdir(d.Path, 0o700); err != nil {
		d.forget()
		return nil, err
	}
	return d, nil
}

// begin notes a draft before there is one; nothing fails for want of a note.
func (n Notes) begin(in, to string) *Draft {
	name := strings.ToLower(rand.Text())
	d := &Draft{Path: filepath.Join(in, strings.Replace(names, "*", name, 1)), to: to, forget: func() {}}
	if n == "" {
		return d
	}
	release, held, err := presence.Folder(n).Try(name)
	if err != nil || !held {
		return d
	}
	note := filepath.Join(string(n), name)
	d.forget = func() { _, _ = os.Remove(note), release() }
	if err := os.WriteFile(note, []byte(d.Path), 0o600); err != nil {
		d.forget()
		d.forget = func() {}
	}
	return d
}

// Keep puts a draft whose content is synced in its place, for everybody to read. What goes into a folder that was
// there goes there piece by piece. The draft is gone if it can't.
func (d *Draft) Keep() error {
	if err := d.keep(); err != nil {
		d.Drop()
		return err
	}
	d.forget()
	return nil
}

func (d *Draft) keep() error {
	if d.File != nil {
		return errors.Join(open(d.Path, 0o644), atomicfile.Rename(d.Path, d.to))
	}
	if err := errors.Join(open(d.Path, 0o755), atomicfile.SyncFolder(d.Path)); err != nil {
		return err
	}
	if filepath.Dir(d.Path) != filepath.Clean(d.to) {
		return atomicfile.Rename(d.Path, d.to)
	}
	entries, err := os.ReadDir(d.Path)
	for _, e := range entries {
		if err == nil {
			err = os.Rename(filepath.Join(d.Path, e.Name()), filepath.Join(d.to, e.Name()))
		}
	}
	if err != nil {
		return err
	}
	return errors.Join(os.Remove(d.Path), atomicfile.SyncFolder(d.to))
}

// Touch gives a file the time of another, where the drive can: on some shares only a file's owner may.
func Touch(path string, at time.Time) error {
	if err := os.Chtimes(path, at, at); err != nil && !atomicfile.Unsupported(err) {
		return err
	}
	return nil
}

// open lets everybody read, where the drive knows of that.
func open(path string, mode os.FileMode) error {
	if err := os.Chmod(path, mode); err != nil && !atomicfile.Unsupported(err) {
		return err
	}
	return nil
}

// Drop removes a draft.
func (d *Draft) Drop() {
	if d.File != nil {
		_ = d.File.Close()
	}
	_ = os.RemoveAll(d.Path)
	d.forget()
}

// Tidy removes the drafts that killed processes left, wherever they are; those in a folder that is away wait for the
// next time.
func (n Notes) Tidy() error {
	entries, err := os.ReadDir(string(n))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	living := presence.Folder(n)
	for _, e := range entries {
		if strings.Contains(e.Name(), ".") || living.Of(e.Name()) == presence.Alive { // a lock, or of one at work
			continue
		}
		err = errors.Join(err, tidy(filepath.Join(string(n), e.Name())))
	}
	return errors.Join(err, living.Sweep(nil))
}

func tidy(note string) error {
	content, err := os.ReadFile(note)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) { // it came to its end meanwhile
			return nil
		}
		return err
	}
	left := string(content)
	if is, err := filepath.Match(names, filepath.Base(left)); err == nil && is && filepath.IsAbs(left) {
		if _, away := os.Stat(filepath.Dir(left)); away != nil {
			return nil
		}
		if err := os.RemoveAll(left); err != nil {
			return err
		}
	}
	return os.Remove(note)
}
