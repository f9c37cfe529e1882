package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"conch/backend/archive"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/vault"
)

// leftOutOf is what the settings would show, in short.
func leftOutOf(e *Engine) (all []string) {
	for _, f := range e.LeftOut().Films {
		all = append(all, fmt.Sprintf("%q %s", f.Name, f.Fault.Rule))
	}
	return all
}

// TestBadFilesInTheVideosFolderAreToldOf: those that are there at the start are listed, those that come are told of as
// well, once.
func TestBadFilesInTheVideosFolderAreToldOf(t *testing.T) {
	home := t.TempDir()
	root := places(home).Videos
	film(t, filepath.Join(root, "a.mp4"), "a")
	if err := os.WriteFile(filepath.Join(root, "old.mp4"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	told := make(chan *fault.Error, 9)
	e, err := Open(context.Background(), Options{
		Places: places(home), Lingers: true, Keychain: vault.Memory(), Env: func(string) string { return "" }, OnLeftOut: func(err error) { told <- fault.Of(err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	becomes(t, e, "a", func(generation.Video) bool { return true })
	comes := func(rule string, files map[string]string) {
		t.Helper()
		for name, data := range files {
			if err := os.WriteFile(filepath.Join(root, name), []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if f := <-told; f.Rule != rule || rule == "films_left_out" && f.Args["count"] != len(files) {
			t.Fatalf("%v", f)
		}
	}
	comes("film_not_video", map[string]string{"new\nline.mov": "only words"})
	comes("films_left_out", map[string]string{"夕陽.mp4": "", "c.mp4": ""})
	want := []string{`"c.mp4" film_empty`, `"new\nline.mov" film_not_video`, `"old.mp4" film_empty`, `"夕陽.mp4" film_empty`}
	if got := leftOutOf(e); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q, want %q", got, want)
	}
	film(t, filepath.Join(root, "b.mp4"), "b")
	becomes(t, e, "b", func(generation.Video) bool { return true })
	if len(told) > 0 {
		t.Errorf("told once more: %v", <-told)
	}
}

// TestAFolderInTheVideosFolderThatCannotBeRead runs without root's power over permissions.
func TestAFolderInTheVideosFolderThatCannotBeRead(t *testing.T) {
	if os.Getenv("CONCH_TEST_NO_OVERRIDE") == "" {
		if privileged(t) {
			again(t, "CONCH_TEST_NO_OVERRIDE", "setpriv", "--bounding-set", "-dac_override,-dac_read_search")
		}
		return
	}
	home := t.TempDir()
	root := places(home).Videos
	film(t, filepath.Join(root, "a.mp4"), "a")
	film(t, filepath.Join(root, "locked", "b.mp4"), "b")
	film(t, filepath.Join(root, "c.mp4"), "c")
	locked := filepath.Join(root, "locked")
	if err := errors.Join(os.Chmod(locked, 0), os.Chmod(filepath.Join(root, "c.mp4"), 0)); err != nil {
		t.Fatal(err)
	}
	e := openUntilTheEnd(t, home, false)
	for range 2 {
		if f, err := e.Rescan(t.Context()); err != nil || f.Added+f.Same != 1 || len(f.Problems) != 2 {
			t.Fatalf("%+v, %v", f, err)
		}
	}
	if got := fmt.Sprint(leftOutOf(e)); got != `["c.mp4" film_unreadable "locked" film_unreadable]` {
		t.Error(got)
	}
	if all := archive.Files(t.Context(), []string{root}); len(all) != 3 || all[2] != locked {
		t.Errorf("%q", all)
	}
	if err := errors.Join(os.Chmod(locked, 0o700), os.Chmod(filepath.Join(root, "c.mp4"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if f, err := e.Rescan(t.Context()); err != nil || f.Added != 2 || e.LeftOut().Count != 0 {
		t.Fatalf("%+v, %v, %q", f, err, leftOutOf(e))
	}
	if err := os.Chmod(root, 0); err != nil {
		t.Fatal(err)
	}
	f, err := e.Rescan(t.Context())
	if err != nil || f.Gone != 0 || fmt.Sprint(leftOutOf(e)) != `["" film_unreadable]` {
		t.Errorf("%+v, %v, %q", f, err, leftOutOf(e))
	}
	if err := os.Chmod(root, 0o700); err != nil {
		t.Fatal(err)
	}
}
