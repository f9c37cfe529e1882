// Package trash is the system's own: files go there, come back to where they were, or leave it for good.
package trash

import (
	"errors"
	"path/filepath"
)

// Item is a file that goes to the trash, or that is looked for there.
type Item struct {
	Path string // absolute
	ID   string // tells it apart where the system can't find a file again
}

// File is one in the trash.
type File struct {
	Size    int64        // -1 where the system doesn't tell
	Restore func() error // to where it was; fs.ErrExist when something is there
	Remove  func() error // for good
}

// ErrNone says that the drive of a file has no trash that may be used.
var ErrNone = errors.New("this drive has no trash")

// keptBeside is a second name (a hard link) of a trashed file, where the system has no way to take one back: macOS.
func keptBeside(i Item) string {
	return filepath.Join(filepath.Dir(i.Path), ".conch-undo", filepath.Base(i.ID)+filepath.Ext(i.Path))
}
