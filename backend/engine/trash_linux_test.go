package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"conch/backend/archive"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/poster"
	"conch/backend/settings"
)

// drawer is an engine with a few videos, a to c, and a trash of its own.
type drawer struct {
	*Engine
	t         *testing.T
	trash     string
	forgotten []string
}

func newDrawer(t *testing.T) *drawer {
	t.Helper()
	at := places(t.TempDir())
	d := &drawer{t: t, trash: filepath.Join(at.Data, "Trash")}
	t.Setenv("XDG_DATA_HOME", at.Data)
	l, err := library.Open(t.Context(), at.Database())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	store, err := settings.Open(at.Settings())
	if err != nil {
		t.Fatal(err)
	}
	d.Engine = &Engine{Library: l, Places: at, Settings: store, log: slog.New(slog.DiscardHandler), posters: poster.Open(at.Posters(), 1<<20), onForgotten: func(ids []string) { d.forgotten = append(d.forgotten, ids...) }}
	for i, id := range []string{"a", "b", "c"} {
		d.add(id, d.path(id), int64(i))
	}
	return d
}

func (d *drawer) path(id string) string { return filepath.Join(d.Places.Videos, id+".mp4") }

func (d *drawer) add(id, path string, at int64) {
	d.t.Helper()
	d.write(path, id)
	if err := d.Library.AddVideo(d.t.Context(), generation.Video{ID: id, Path: path, Bytes: int64(len(id)), CreatedAt: at}); err != nil {
		d.t.Fatal(err)
	}
}

func (d *drawer) write(path, content string) {
	d.t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(content), 0o600)); err != nil {
		d.t.Fatal(err)
	}
}

func (d *drawer) remove(path string) {
	d.t.Helper()
	if err := os.Remove(path); err != nil {
		d.t.Fatal(err)
	}
}

// state compares what is in the gallery | in the trash, by their ids, in capitals what has its file in its place.
func (d *drawer) state(want string) {
	d.t.Helper()
	var got []string
	for _, view := range []string{"all", "trash"} {
		all, err := d.Library.Videos(d.t.Context(), library.GalleryQuery{View: view}, "", 0, 100)
		if err != nil {
			d.t.Fatal(err)
		}
		slices.SortFunc(all, func(a, b generation.Video) int { return strings.Compare(a.ID, b.ID) })
		ids := ""
		for _, v := range all {
			if _, err := os.Lstat(v.Path); err == nil {
				v.ID = strings.ToUpper(v.ID)
			}
			ids += v.ID
		}
		got = append(got, ids)
	}
	if now := strings.Join(got, "|"); now != want {
		d.t.Fatalf("gallery|trash: %s, want %s", now, want)
	}
}

func (d *drawer) binned() []string {
	d.t.Helper()
	entries, err := os.ReadDir(filepath.Join(d.trash, "files"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.t.Fatal(err)
	}
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// edits compares the ledger of edits, newest first.
func (d *drawer) edits(want string) {
	d.t.Helper()
	all, err := d.Library.Edits(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	var got []string
	for _, e := range all {
		got = append(got, fmt.Sprint(e.Kind, e.Count))
	}
	if now := strings.Join(got, " "); now != want {
		d.t.Fatalf("edits: %q, want %q", now, want)
	}
}

func told(e library.Edit, rule string, count int) bool {
	return e.Fault != nil && e.Fault.Rule == rule && e.Fault.Args["count"] == count
}

// The ledger's trash goes with the files: an undo brings both back, doing it again takes both away.
func TestAnUndoneTrashBringsItsFilesBack(t *testing.T) {
	d := newDrawer(t)
	e, err := d.Trash(t.Context(), []string{"a", "c", "a"})
	if err != nil || e.Kind != "trash" || e.Count != 2 || e.Fault != nil {
		t.Fatal(e, err)
	}
	d.state("B|ac")
	if again, err := d.Trash(t.Context(), []string{"a"}); err != nil || again.ID != 0 {
		t.Fatal("what is in the trash went there again:", again, err)
	}
	for _, want := range []string{"ABC|", "B|ac", "ABC|"} {
		if _, err := d.Undo(t.Context(), e.ID); err != nil {
			t.Fatal(err)
		}
		d.state(want)
	}
	if _, err := d.Trash(t.Context(), []string{"b", "nobody"}); fault.Of(err).Rule != "not_found_video" {
		t.Fatal(err)
	}
	d.state("ABC|")
	d.edits("trash2")
}

// What could not be moved is no change: nothing is left of it for an undo, and the rest goes on.
func TestAFailedMoveIsNoEdit(t *testing.T) {
	d := newDrawer(t)
	d.add("d", filepath.Join(d.Places.Videos, "passwd"), 9) // what a strange library names is not touched
	e, err := d.Trash(t.Context(), []string{"a", "d", "b"})
	if err != nil || e.Count != 2 || !told(e, "trash_failed", 1) {
		t.Fatalf("%+v %v", e, err)
	}
	d.state("CD|ab")
	d.edits("trash2")
	if e, err := d.Undo(t.Context(), e.ID); err != nil || e.Fault != nil {
		t.Fatal(e, err)
	}
	d.state("ABCD|")
	if err := os.RemoveAll(d.trash); err != nil {
		t.Fatal(err)
	}
	d.write(d.trash, "where the trash should be")
	if e, err := d.Undo(t.Context(), e.ID); fault.Of(err).Rule != "trash_failed" {
		t.Fatal(e, err)
	}
	if e, err := d.Trash(t.Context(), []string{"a", "b"}); fault.Of(err).Rule != "trash_failed" || e.ID != 0 {
		t.Fatal(e, err)
	}
	d.state("ABCD|")
	d.edits("")
}

func TestAFileThatIsGoneAlready(t *testing.T) {
	d := newDrawer(t)
	d.remove(d.path("b"))
	if e, err := d.Trash(t.Context(), []string{"a", "b"}); err != nil || e.Count != 2 || e.Fault != nil {
		t.Fatal(e, err)
	}
	d.state("C|ab")
	if e, err := d.Restore(t.Context(), []string{"a", "b", "c"}); err != nil || e.Count != 2 || e.Fault != nil {
		t.Fatal(e, err)
	}
	d.state("AbC|")
	if v, err := d.Library.Video(t.Context(), "b"); err != nil || !v.Missing {
		t.Fatal("it is missing, as it was:", v, err)
	}
}

func TestAnEmptiedTrash(t *testing.T) {
	d := newDrawer(t)
	e, err := d.Trash(t.Context(), []string{"a", "b", "c"})
	if err != nil {
		t.Fatal(err)
	}
	d.remove(filepath.Join(d.trash, "files", "b.mp4"))
	d.write(d.path("other"), "") // the folder is not away
	e, err = d.Undo(t.Context(), e.ID)
	if err != nil || e.Count != 2 || !told(e, "trash_emptied", 1) {
		t.Fatalf("%+v %v", e, err)
	}
	d.state("AC|b")
	if e, err = d.Undo(t.Context(), e.ID); err != nil || e.Fault != nil {
		t.Fatal(e, err)
	}
	d.state("|abc")
	if e, err = d.Restore(t.Context(), []string{"a", "b", "c"}); err != nil || e.Count != 2 || !told(e, "trash_emptied", 1) {
		t.Fatalf("%+v %v", e, err)
	}
	if e, err = d.Restore(t.Context(), []string{"b"}); fault.Of(err).Rule != "trash_emptied" || e.ID != 0 {
		t.Fatal(e, err)
	}
	d.state("AC|b")
	d.edits("restore2 trash2")
}

func TestNothingIsWrittenOver(t *testing.T) {
	d := newDrawer(t)
	if _, err := d.Trash(t.Context(), []string{"a", "b"}); err != nil {
		t.Fatal(err)
	}
	d.write(d.path("a"), "another")
	if e, err := d.Restore(t.Context(), []string{"a", "b"}); err != nil || !told(e, "trash_stuck", 1) {
		t.Fatalf("%+v %v", e, err)
	}
	if now, err := os.ReadFile(d.path("a")); err != nil || string(now) != "another" {
		t.Fatal(string(now), err)
	}
	d.state("BC|A")
}

func TestAFolderThatIsAway(t *testing.T) {
	d := newDrawer(t)
	usb := filepath.Join(t.TempDir(), "usb")
	if _, err := d.Settings.Update(func(s *settings.Settings) { s.VideosFolder = usb }); err != nil {
		t.Fatal(err)
	}
	d.add("u", filepath.Join(usb, "u.mp4"), 9)
	d.add("v", filepath.Join(usb, "v.mp4"), 10)
	if _, err := d.Trash(t.Context(), []string{"u"}); err != nil {
		t.Fatal(err)
	}
	// Its drive has its trash on it.
	if err := errors.Join(os.RemoveAll(usb), os.RemoveAll(d.trash)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Restore(t.Context(), []string{"u"}); fault.Of(err).Rule != "trash_away" {
		t.Fatal(err)
	}
	if f, err := d.Forget(t.Context(), []string{"u"}); err != nil || f.Count != 0 || f.Fault == nil || f.Fault.Rule != "trash_away" {
		t.Fatal("its file is not gone for good:", f, err)
	}
	if _, err := os.Lstat(usb); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal("a folder was made in place of a drive:", err)
	}
}

func TestForget(t *testing.T) {
	d := newDrawer(t)
	note := "for nobody"
	if _, err := d.Library.Mark(t.Context(), []string{"a", "b"}, library.Marks{Notes: &note}); err != nil {
		t.Fatal(err)
	}
	if _, err := archive.KeepMarks(t.Context(), d.Library, []string{d.Places.Videos}, 0); err != nil {
		t.Fatal(err)
	}
	d.add("d", d.path("d"), 4)
	small := poster.File(d.Places.Posters(), "a", poster.Small)
	d.write(small, "its poster")
	if _, err := d.Trash(t.Context(), []string{"a", "c", "d"}); err != nil {
		t.Fatal(err)
	}
	d.write(d.path("c"), "c")                                        // put back by hand
	d.write(filepath.Join(d.trash, "files", "d.mp4"), "another now") // not what Conch put there
	f, err := d.Forget(t.Context(), []string{"a", "b", "c", "d"})
	if err != nil || f.Count != 2 || f.Back != 1 || f.Fault != nil {
		t.Fatalf("%+v %v", f, err)
	}
	d.state("BC|")
	if left := d.binned(); !slices.Equal(left, []string{"c.mp4", "d.mp4"}) {
		t.Error("in the trash:", left)
	}
	if _, err := os.Lstat(small); !errors.Is(err, fs.ErrNotExist) {
		t.Error("its poster:", err)
	}
	if !slices.Equal(d.forgotten, []string{"a", "d"}) {
		t.Error("told:", d.forgotten)
	}
	if beside, err := os.ReadFile(filepath.Join(d.Places.Videos, ".conch", "marks.json")); err != nil || strings.Contains(string(beside), `"a"`) || !strings.Contains(string(beside), `"b"`) {
		t.Error(string(beside), err)
	}
	if _, err := d.Forget(t.Context(), []string{"a"}); fault.Of(err).Rule != "not_found_video" {
		t.Error(err)
	}
}

// Another video that lies where one in the trash did doesn't bring that back.
func TestAnotherVideoInItsPlace(t *testing.T) {
	d := newDrawer(t)
	if _, err := d.Trash(t.Context(), []string{"a"}); err != nil {
		t.Fatal(err)
	}
	d.add("z", d.path("a"), 9)
	if f, err := d.Forget(t.Context(), []string{"a"}); err != nil || f.Count != 1 || f.Back != 0 {
		t.Fatalf("%+v %v", f, err)
	}
	d.state("BCZ|")
	if left := d.binned(); len(left) != 0 {
		t.Error("in the trash:", left)
	}
}

func TestTheTrashIsSwept(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_DATA_HOME", home) // not within the bubble
	synctest.Test(t, func(t *testing.T) {
		at := places(t.TempDir())
		l, err := library.Open(t.Context(), at.Database())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		store, err := settings.Open(at.Settings())
		if err != nil {
			t.Fatal(err)
		}
		d := &drawer{t: t, trash: filepath.Join(home, "Trash"), Engine: &Engine{Library: l, Places: at, Settings: store, log: slog.New(slog.DiscardHandler), posters: poster.Open(at.Posters(), 1<<20)}}
		for i, id := range []string{"a", "b", "c", "d"} {
			d.add(id, d.path(id), int64(i))
		}
		put := func(id string) {
			t.Helper()
			if _, err := d.Trash(t.Context(), []string{id}); err != nil {
				t.Fatal(err)
			}
		}
		put("a")
		put("c")
		d.write(d.path("c"), "c")
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); d.keepTrash(ctx) }()
		synctest.Wait()
		d.state("BD|aC") // c may be on its way
		later := func(days int) {
			t.Helper()
			time.Sleep(time.Duration(days)*sweepEvery + time.Minute)
			synctest.Wait()
		}
		later(1)
		d.state("BCD|a")
		put("b")
		later(28)
		d.state("CD|ab")
		later(2)
		d.state("CD|b") // and its file is the system's to keep
		if left := d.binned(); !slices.Contains(left, "a.mp4") {
			t.Error("a file left the trash:", left)
		}
		if _, err := store.Update(func(s *settings.Settings) { s.TrashDays = settings.KeepTrash }); err != nil {
			t.Fatal(err)
		}
		later(400)
		d.state("CD|b")
		if _, err := store.Update(func(s *settings.Settings) { s.TrashDays = 7 }); err != nil {
			t.Fatal(err)
		}
		later(1)
		d.state("CD|")
		stop()
		<-done
	})
}

// Who puts a file back with the file manager sees its video in the gallery, with what was said of it.
func TestWhatIsPutBackByHandIsNoticed(t *testing.T) {
	home := t.TempDir()
	at := places(home)
	t.Setenv("XDG_DATA_HOME", at.Data)
	path := filepath.Join(at.Videos, "2026-11", "a.mp4")
	film(t, path, "a")
	film(t, filepath.Join(at.Videos, "2026-11", "b.mp4"), "b")
	e := openUntilTheEnd(t, home, true)
	becomes(t, e, "a", func(v generation.Video) bool { return v.Path == path })
	becomes(t, e, "b", func(generation.Video) bool { return true })
	if watched := e.watchFolders(); watched == nil {
		t.Skip("nothing is watched here")
	} else if err := watched.Close(); err != nil {
		t.Fatal(err)
	}
	four := 4
	if _, err := e.Library.Mark(t.Context(), []string{"a"}, library.Marks{Rating: &four}); err != nil {
		t.Fatal(err)
	}
	if edit, err := e.Trash(t.Context(), []string{"a", "b"}); err != nil || edit.Count != 2 {
		t.Fatal(edit, err)
	}
	if err := os.Rename(filepath.Join(at.Data, "Trash", "files", "a.mp4"), path); err != nil {
		t.Fatal(err)
	}
	becomes(t, e, "a", func(v generation.Video) bool {
		return v.TrashedAt == 0 && v.Rating == 4 && !v.Missing && v.Path == path
	})
	if v, err := e.Library.Video(t.Context(), "b"); err != nil || v.TrashedAt == 0 {
		t.Error("the other one:", v, err)
	}
}
