package presence

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestWhereNothingOpenIsRemoved holds what Windows does: it refuses to remove a file that anybody has open.
func TestWhereNothingOpenIsRemoved(t *testing.T) {
	unlink = func(path string) error {
		open, err := filepath.Glob("/proc/self/fd/*")
		if err != nil {
			return err
		}
		for _, fd := range open {
			if to, err := os.Readlink(fd); err == nil && to == path {
				return &fs.PathError{Op: "remove", Path: path, Err: fs.ErrPermission}
			}
		}
		return os.Remove(path)
	}
	t.Cleanup(func() { unlink = os.Remove })
	f := Folder(t.TempDir())
	for somebodyLooks, left := range map[bool]Life{false: Unknown, true: Dead} {
		release, err := f.Hold("me")
		if err != nil {
			t.Fatal(err)
		}
		looking, err := os.Open(f.path("me"))
		if err != nil {
			t.Fatal(err)
		}
		if !somebodyLooks {
			err = looking.Close()
		}
		if err := errors.Join(err, release()); err != nil {
			t.Errorf("somebody looks %v: %v", somebodyLooks, err)
		}
		if life := f.Of("me"); life != left {
			t.Errorf("somebody looks %v: it is %v", somebodyLooks, life)
		}
		_ = looking.Close()
	}
	if err := f.Sweep(nil); err != nil || f.Of("me") != Unknown {
		t.Error("what stayed was not swept", err)
	}
}
