package share

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"conch/backend/atomicfile"
	"conch/backend/container"
	"conch/backend/fault"
)

// draft is a file or a folder under another name, in the folder where it is to be.
type draft struct {
	path string
	file *os.File // nil for a folder
	to   string
	note string // the path of the note that says so; "" for none
}

// drafts are what drafts are called.
const drafts = ".conch-*.part"

// begin makes a draft. A video that a run made is never written over, nor one that is read.
func (d *Desk) begin(to string, sources []string) (*draft, error) {
	if there, err := os.Stat(to); err == nil {
		over := fault.New("share_over", fault.Args{"name": filepath.Base(to)})
		for _, source := range sources {
			if here, err := os.Stat(source); err == nil && os.SameFile(here, there) {
				return nil, over
			}
		}
		if tags, tagged, err := container.ReadTags(to); err == nil && tagged && tags.VideoID != "" && tags.GenerationID != "" {
			return nil, over
		}
	}
	return d.draft(to, func(path string) (*os.File, error) { return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) })
}

func (d *Desk) beginning(to string, sources []string) func() (*draft, error) {
	return func() (*draft, error) { return d.begin(to, sources) }
}

// beginFolder makes the draft of a folder.
func (d *Desk) beginFolder(to string) (*draft, error) {
	return d.draft(to, func(path string) (*os.File, error) { return nil, os.Mkdir(path, 0o700) })
}

func (d *Desk) draft(to string, create func(path string) (*os.File, error)) (*draft, error) {
	name := rand.Text()
	path := filepath.Join(filepath.Dir(to), ".conch-"+name+".part")
	note := d.note(name, path)
	file, err := create(path)
	if err != nil {
		forget(note)
		return nil, fault.Wrap(err, "share_unwritable", fault.Args{"folder": filepath.Dir(to)})
	}
	return &draft{path, file, to, note}, nil
}

func (d *draft) keep() error {
	mode := os.FileMode(0o644) // it is to be shared
	if d.file == nil {
		mode = 0o755
	}
	err := os.Chmod(d.path, mode)
	if err == nil && d.file == nil {
		err = atomicfile.SyncFolder(d.path)
	}
	if err == nil {
		err = atomicfile.Rename(d.path, d.to)
	}
	if err != nil {
		d.drop()
		return fault.Wrap(err, "share_unwritable", fault.Args{"folder": filepath.Dir(d.to)})
	}
	forget(d.note)
	return nil
}

func (d *draft) drop() {
	if d.file != nil {
		_ = d.file.Close()
	}
	_ = os.RemoveAll(d.path)
	forget(d.note)
}

// note writes down that a draft is under way; an export doesn't fail for want of it.
func (d *Desk) note(name, path string) string {
	if d.Notes == "" || os.MkdirAll(d.Notes, 0o700) != nil {
		return ""
	}
	note := filepath.Join(d.Notes, name)
	if os.WriteFile(note, []byte(path), 0o600) != nil {
		return ""
	}
	return note
}

func forget(note string) {
	if note != "" {
		_ = os.Remove(note)
	}
}

// Tidy removes the drafts that a killed process left, wherever they are; those in a folder that is away wait for the
// next time. Nobody else may be exporting with these notes.
func Tidy(notes string) (err error) {
	entries, err := os.ReadDir(notes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		note := filepath.Join(notes, e.Name())
		path, unread := os.ReadFile(note)
		if unread != nil {
			err = errors.Join(err, unread)
			continue
		}
		left := string(path)
		if is, bad := filepath.Match(drafts, filepath.Base(left)); bad == nil && is && filepath.IsAbs(left) {
			if _, away := os.Stat(filepath.Dir(left)); away != nil {
				continue
			}
			if gone := os.RemoveAll(left); gone != nil {
				err = errors.Join(err, gone)
				continue
			}
		}
		err = errors.Join(err, os.Remove(note))
	}
	return err
}
