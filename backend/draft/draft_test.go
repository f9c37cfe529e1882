package draft

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// holds says that a folder has nothing but so many entries.
func holds(t *testing.T, folder string, n int) {
	t.Helper()
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != n {
		t.Fatalf("%v, %v", entries, err)
	}
}

// killed is a draft whose process ended: the system gave its lock back, whose file stays.
func killed(t *testing.T, n Notes, d *Draft, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if d.File != nil {
		err = d.File.Close()
	}
	note := filepath.Join(string(n), filepath.Base(d.Path)[len(".conch-"):len(filepath.Base(d.Path))-len(".part")])
	content, read := os.ReadFile(note)
	d.forget()
	if err := errors.Join(err, read, os.WriteFile(note, content, 0o600), os.WriteFile(note+".lock", nil, 0o600)); err != nil {
		t.Fatal(err)
	}
}

func TestKeep(t *testing.T) {
	n, folder := Notes(filepath.Join(t.TempDir(), "drafts")), t.TempDir()
	d, err := n.NewFile(filepath.Join(folder, "out.txt"))
	if err != nil {
		t.Fatal(err)
	}
	holds(t, string(n), 2) // the note and its lock
	if _, err := d.File.WriteString("new"); errors.Join(err, d.File.Close(), d.Keep()) != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(folder, "out.txt")); err != nil || string(text) != "new" {
		t.Errorf("%q, %v", text, err)
	}
	empty := filepath.Join(folder, "empty")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{filepath.Join(folder, "new"), empty} {
		d, err := n.NewFolder(to)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.WriteFile(filepath.Join(d.Path, "a"), nil, 0o600), d.Keep()); err != nil {
			t.Fatal(err)
		}
		holds(t, to, 1)
		if _, err := n.NewFolder(to); !errors.Is(err, fs.ErrExist) {
			t.Error(err)
		}
	}
	holds(t, folder, 3)
	if _, err := n.NewFile(filepath.Join(folder, "none", "out.txt")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if d, err = n.NewFile(filepath.Join(folder, "new")); err != nil { // a folder is there
		t.Fatal(err)
	}
	if err := errors.Join(d.File.Close(), d.Keep()); err == nil {
		t.Error("it took a folder's place")
	}
	holds(t, folder, 3)
	holds(t, string(n), 0)
}

// TestWhatAKilledProcessLeftGoes: wherever it was writing; nothing else is touched, nor what a living process writes,
// and a drive that is away is waited for.
func TestWhatAKilledProcessLeftGoes(t *testing.T) {
	n, folder, away := Notes(filepath.Join(t.TempDir(), "drafts")), t.TempDir(), filepath.Join(t.TempDir(), "drive")
	if err := errors.Join(n.Tidy(), os.Mkdir(away, 0o700)); err != nil {
		t.Fatal(err)
	}
	for _, in := range []string{folder, away} {
		d, err := n.NewFile(filepath.Join(in, "out.mp4"))
		killed(t, n, d, err)
	}
	d, err := n.NewFolder(filepath.Join(folder, "out"))
	killed(t, n, d, err)
	d, err = n.NewFile(filepath.Join(folder, "living.mp4"))
	mine := filepath.Join(folder, "mine.mp4")
	if err := errors.Join(err, os.WriteFile(mine, nil, 0o600), os.WriteFile(filepath.Join(string(n), "odd"), []byte(mine), 0o600), os.Rename(away, away+"-gone")); err != nil {
		t.Fatal(err)
	}
	holds(t, folder, 4)
	if err := n.Tidy(); err != nil {
		t.Fatal(err)
	}
	holds(t, folder, 2) // mine, and what is under way
	holds(t, away+"-gone", 1)
	if err := errors.Join(os.Rename(away+"-gone", away), n.Tidy()); err != nil {
		t.Fatal(err)
	}
	holds(t, away, 0)
	holds(t, string(n), 2)
	if err := errors.Join(d.File.Close(), d.Keep()); err != nil {
		t.Fatal(err)
	}
	holds(t, string(n), 0)
	if left, err := filepath.Glob(filepath.Join(folder, "*")); err != nil || len(left) != 2 {
		t.Errorf("%v, %v", left, err)
	}
}

func TestWithoutNotes(t *testing.T) {
	d, err := Notes("").NewFile(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	d.Drop()
	holds(t, filepath.Dir(d.Path), 0)
}
