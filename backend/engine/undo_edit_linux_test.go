package engine

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
)

// The ledger's trash goes with the files: an undo brings both back, doing it again takes both away.
func TestAnUndoneTrashBringsItsFilesBack(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_DATA_HOME", filepath.Join(home, "data"))
	l, err := library.Open(t.Context(), filepath.Join(home, "library.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	e := &Engine{Library: l}
	path := func(id string) string { return filepath.Join(home, "videos", id+".mp4") }
	for i, id := range []string{"a", "b", "c"} {
		write(t, path(id), id)
		if err := l.AddVideo(t.Context(), generation.Video{ID: id, Path: path(id), CreatedAt: int64(i)}); err != nil {
			t.Fatal(err)
		}
	}
	state := func(want string) {
		t.Helper()
		got := ""
		for _, id := range []string{"a", "b", "c"} {
			v, err := l.Video(t.Context(), id)
			_, look := os.Stat(path(id))
			if err != nil || (v.TrashedAt > 0) != errors.Is(look, fs.ErrNotExist) {
				t.Fatalf("%s: trashed at %d, its file: %v %v", id, v.TrashedAt, look, err)
			}
			if v.TrashedAt == 0 {
				got += id
			}
		}
		if got != want {
			t.Fatalf("in the gallery: %q, want %q", got, want)
		}
	}
	if gone, err := e.Trash(t.Context(), []string{"a", "c", "a"}); err != nil || len(gone) < 2 || gone[0].TrashedAt == 0 {
		t.Fatal(gone, err)
	}
	state("b")
	if again, err := e.Trash(t.Context(), []string{"a"}); err != nil || len(again) != 0 {
		t.Fatal("what is in the trash went there again:", again, err)
	}
	edits, err := l.Edits(t.Context())
	if err != nil || len(edits) != 1 || edits[0].Kind != "trash" || edits[0].Count != 2 {
		t.Fatal(edits, err)
	}
	for _, want := range []string{"abc", "b", "abc"} {
		if _, err := e.Undo(t.Context(), edits[0].ID); err != nil {
			t.Fatal(err)
		}
		state(want)
	}
	if _, err := e.Trash(t.Context(), []string{"b", "nobody"}); fault.Of(err).Rule != "not_found_video" {
		t.Fatal(err)
	}
	state("abc")
}
