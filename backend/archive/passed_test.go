package archive

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"conch/backend/fault"
	"conch/backend/scan"
)

// TestProblemsStayUntilTheFileDoesNot: what can't be taken in is known for as long as it is there as it was, though no
// later look reads it again.
func TestProblemsStayUntilTheFileDoesNot(t *testing.T) {
	root := t.TempDir()
	l := opened(t)
	for name, data := range map[string]string{"b\nempty.mp4": "", "a words.mov": "only words", "c words.mp4": "more words"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	k := looking(l, root)
	k.Passed = &Passed{}
	names := func() (all []string) {
		if _, err := k.Look(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, p := range k.Passed.Problems() {
			all = append(all, filepath.Base(p.Path)+" "+fault.Of(p.Err).Rule)
		}
		return all
	}
	wants := func(want ...string) {
		t.Helper()
		for range 2 {
			if got := names(); !slices.Equal(got, want) {
				t.Fatalf("%q, want %q", got, want)
			}
		}
	}
	wants("a words.mov film_not_video", "b\nempty.mp4 film_empty", "c words.mp4 film_not_video")
	if err := os.Remove(filepath.Join(root, "c words.mp4")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(root, "b\nempty.mp4")); err != nil {
		t.Fatal(err)
	}
	film(t, "last.mp4", filepath.Join(root, "b\nempty.mp4"), "b") // fetched again
	wants("a words.mov film_not_video")

	// What could not be opened is known until a look opens it.
	locked := scan.File{Path: filepath.Join(root, "b\nempty.mp4"), Size: 1, Modified: time.Now().UnixNano()}
	k.Passed.keep(scan.Part{Problems: []scan.Problem{{File: locked, Err: unreadable(locked.Path)}}})
	if all := k.Passed.Problems(); len(all) != 2 {
		t.Fatalf("%v", all)
	}
	wants("a words.mov film_not_video")
}
