package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// TestALinkStaysALink: what it leads to is written, however many links lead there and whether it is there yet.
func TestALinkStaysALink(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	for name, there := range map[string]bool{"there.json": true, "not-yet.json": false} {
		target := filepath.Join(elsewhere, name)
		if there {
			if err := os.WriteFile(target, []byte("old"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		between, link := filepath.Join(elsewhere, "between-"+name), filepath.Join(dir, name)
		if err := errors.Join(os.Symlink(name, between), os.Symlink(between, link)); err != nil {
			t.Skip(err) // Windows lets nobody but administrators
		}
		if err := Write(link, []byte("new"), 0o600); err != nil {
			t.Fatal(err)
		}
		if to, err := os.Readlink(link); err != nil || to != between {
			t.Errorf("%s is no link any more: %q, %v", name, to, err)
		}
		if got, err := os.ReadFile(target); err != nil || string(got) != "new" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	round := filepath.Join(dir, "round")
	if err := os.Symlink("round", round); err != nil {
		t.Fatal(err)
	}
	if err := Write(round, []byte("new"), 0o600); err != nil { // it leads nowhere: a file takes its place
		t.Error(err)
	}
}

func TestWhatADriveCannotDo(t *testing.T) {
	for err, want := range map[error]bool{
		&fs.PathError{Op: "sync", Err: syscall.EINVAL}: true, &fs.PathError{Op: "chmod", Err: syscall.EPERM}: true, &fs.PathError{Op: "sync", Err: syscall.ENOTSUP}: true,
		&fs.PathError{Op: "sync", Err: syscall.ENOSYS}: true, &fs.PathError{Op: "chtimes", Err: syscall.EACCES}: true, fmt.Errorf("x: %w", syscall.EOPNOTSUPP): true,
		&fs.PathError{Op: "sync", Err: syscall.EIO}: false, &fs.PathError{Op: "write", Err: syscall.ENOSPC}: false, errors.New("odd"): false,
	} {
		if got := Unsupported(err); got != want {
			t.Errorf("%v: %v", err, got)
		}
	}
	if runtime.GOOS == "linux" {
		if err := SyncFolder("/proc"); err != nil { // a file system that syncs no folders
			t.Error(err)
		}
	}
	if err := SyncFolder(filepath.Join(t.TempDir(), "none")); runtime.GOOS != "windows" && !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// TestAsideIsFree: nothing that was set aside is written over, also within a second.
func TestAsideIsFree(t *testing.T) {
	path, now := filepath.Join(t.TempDir(), "library.db"), time.Now()
	names := map[string]bool{}
	for range 4 {
		name := Aside(path, "damaged", now, "-wal")
		if names[name] {
			t.Fatal("twice", name)
		}
		names[name] = true
		tail := []string{"", "-wal"}[len(names)%2]
		if err := os.WriteFile(name+tail, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
