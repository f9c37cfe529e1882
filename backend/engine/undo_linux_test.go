package engine

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTakeOut(t *testing.T) {
	data, home := t.TempDir(), t.TempDir()
	t.Setenv("XDG_DATA_HOME", data)
	trash := filepath.Join(data, "Trash")
	path := filepath.Join(home, "2026-11-24 雪夜 50% 1a.mp4")
	escaped := home + "/2026-11-24%20%E9%9B%AA%E5%A4%9C%2050%25%201a.mp4"
	for name, at := range map[string]string{"old": "2026-11-24T10:00:00", "new": "2026-11-24T11:00:00", "gone": "2026-11-24T12:00:00"} {
		write(t, filepath.Join(trash, "info", name+".trashinfo"), "[Trash Info]\nPath="+escaped+"\nDeletionDate="+at+"\n")
		if name != "gone" {
			write(t, filepath.Join(trash, "files", name), name)
		}
	}
	write(t, filepath.Join(trash, "info", "strange.trashinfo"), "Path=%zz\nwhat is this")
	if err := takeOut(path); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "new" {
		t.Fatalf("got %q, %v", got, err)
	}
	if _, err := os.Stat(filepath.Join(trash, "info", "new.trashinfo")); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal("its note is still in the trash: ", err)
	}
	if err := takeOut(filepath.Join(home, "never trashed.mp4")); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
}
