package share

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"conch/backend/container"
	"conch/backend/draft"
	"conch/backend/fault"
)

// begin makes a draft. A video that a run made is never written over, nor one that is read.
func (d *Desk) begin(to string, sources []string) (*draft.Draft, error) {
	for _, source := range sources {
		if same(source, to) {
			return nil, over(to)
		}
	}
	if tags, tagged, err := container.ReadTags(to); err == nil && tagged && tags.VideoID != "" && tags.GenerationID != "" {
		return nil, over(to)
	}
	begun, err := draft.Notes(d.Notes).NewFile(to)
	if err != nil {
		return nil, unwritable(err, to)
	}
	return begun, nil
}

func (d *Desk) beginning(to string, sources []string) func() (*draft.Draft, error) {
	return func() (*draft.Draft, error) { return d.begin(to, sources) }
}

// beginFolder makes the draft of a folder. Fault: export_exists.
func (d *Desk) beginFolder(to string) (*draft.Draft, error) {
	begun, err := draft.Notes(d.Notes).NewFolder(to)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, fault.Wrap(err, "export_exists", fault.Args{"to": to})
	case err != nil:
		return nil, unwritable(err, to)
	}
	return begun, nil
}

// same says whether two paths lead to one file.
func same(a, b string) bool {
	here, err := os.Stat(a)
	there, other := os.Stat(b)
	return err == nil && other == nil && os.SameFile(here, there)
}

func over(to string) error { return fault.New("share_over", fault.Args{"name": filepath.Base(to)}) }

func unwritable(err error, to string) error {
	return fault.Wrap(err, "share_unwritable", fault.Args{"folder": filepath.Dir(to)})
}
