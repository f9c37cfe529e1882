package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"

	"conch/backend/archive"
	"conch/backend/container"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/settings"
	"conch/backend/vault"
)

// open opens an engine with nobody to ask for a video; a window's lingers.
func open(t *testing.T, home string, lingers bool) *Engine {
	t.Helper()
	e, err := Open(context.Background(), Options{Places: places(home), Lingers: lingers, Keychain: vault.Memory(), Env: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// openUntilTheEnd is open, closed at the test's end.
func openUntilTheEnd(t *testing.T, home string, lingers bool) *Engine {
	t.Helper()
	e := open(t, home, lingers)
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// film puts a video of ours at a path, whole at once, as a file manager's move does.
func film(t *testing.T, path, id string) {
	t.Helper()
	away := filepath.Join(t.TempDir(), "film")
	err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), container.WriteTags("../container/testdata/last.mp4", away, container.Tags{VideoID: id, Title: id, Prompt: id, CreatedAt: 1}))
	if err == nil {
		err = os.Rename(away, path)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// becomes waits until a video is as wanted.
func becomes(t *testing.T, e *Engine, id string, want func(generation.Video) bool) {
	t.Helper()
	for {
		changed := e.Library.Changed()
		if v, err := e.Library.Video(t.Context(), id); err == nil && want(v) {
			return
		}
		select {
		case <-changed:
		case <-t.Context().Done():
			t.Fatal("the test was over first")
		}
	}
}

func TestFilesAreFollowed(t *testing.T) {
	home := t.TempDir()
	root := places(home).Videos
	first := filepath.Join(root, "2026-11", "a.mp4")
	film(t, first, "a")
	e := openUntilTheEnd(t, home, true)
	becomes(t, e, "a", func(v generation.Video) bool { return v.Path == first })
	if watched := e.watchFolders(); watched == nil {
		t.Skip("nothing is watched here")
	} else if err := watched.Close(); err != nil {
		t.Fatal(err)
	}
	yes := true
	if _, err := e.Library.Mark(t.Context(), []string{"a"}, library.Marks{Favourite: &yes, AddTags: []string{"kept"}}); err != nil {
		t.Fatal(err)
	}

	second := filepath.Join(root, "new folder", "deep", "renamed.mp4")
	if err := errors.Join(os.MkdirAll(filepath.Dir(second), 0o755), os.Rename(first, second)); err != nil {
		t.Fatal(err)
	}
	becomes(t, e, "a", func(v generation.Video) bool {
		return v.Path == second && v.Favourite && len(v.Tags) == 1 && !v.Missing
	})
	film(t, filepath.Join(root, "new folder", "b.mp4"), "b")
	becomes(t, e, "b", func(generation.Video) bool { return true })
	if err := os.RemoveAll(filepath.Join(root, "new folder", "deep")); err != nil {
		t.Fatal(err)
	}
	becomes(t, e, "a", func(v generation.Video) bool { return v.Missing && v.Favourite && len(v.Tags) == 1 })

	// Another folder is chosen, and the video turns up there.
	chosen := filepath.Join(home, "chosen")
	third := filepath.Join(chosen, "a again.mp4")
	film(t, third, "a")
	if _, err := e.Settings.Update(func(s *settings.Settings) { s.VideosFolder = chosen }); err != nil {
		t.Fatal(err)
	}
	e.Folders()
	becomes(t, e, "a", func(v generation.Video) bool { return v.Path == third && !v.Missing && v.Favourite })
}

// TestAVideosFolderThatComesLaterIsFollowed: at the first start there is none, and on some systems nothing to hold it.
func TestAVideosFolderThatComesLaterIsFollowed(t *testing.T) {
	at := places(t.TempDir())
	root := filepath.Join(filepath.Dir(at.Videos), "Movies", "Conch")
	at.Videos = root
	e, err := Open(context.Background(), Options{Places: at, Keychain: vault.Memory(), Env: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	w := e.watchFolders()
	if w == nil {
		t.Skip("nothing is watched here")
	}
	if err := os.MkdirAll(filepath.Dir(root), 0o755); err != nil {
		t.Fatal(err)
	}
	e.follow(t.Context(), w) // ends: other folders are to be watched
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	w = e.watchFolders()
	ctx, end := context.WithCancel(t.Context())
	var followed sync.WaitGroup
	followed.Go(func() { e.follow(ctx, w) })
	defer func() {
		end()
		followed.Wait()
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}()
	film(t, filepath.Join(filepath.Dir(root), "nobody asked for it.mp4"), "beside")
	film(t, filepath.Join(root, "2026-11", "a.mp4"), "a")
	becomes(t, e, "a", func(generation.Video) bool { return true })
	if err := os.Rename(root, root+" away"); err != nil {
		t.Fatal(err)
	}
	film(t, filepath.Join(root+" away", "b.mp4"), "b")
	if err := os.Rename(root+" away", root); err != nil {
		t.Fatal(err)
	}
	becomes(t, e, "b", func(v generation.Video) bool { return v.Path == filepath.Join(root, "b.mp4") })
	if _, err := e.Library.Video(t.Context(), "beside"); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
}

func TestAFolderThatIsAwayMarksNothing(t *testing.T) {
	home := t.TempDir()
	root := places(home).Videos
	film(t, filepath.Join(root, "2026-11", "a.mp4"), "a")
	e := openUntilTheEnd(t, home, false)
	look := func(want archive.Found, away string) {
		t.Helper()
		r, err := e.Rescan(t.Context())
		if err != nil || r.Same != want.Same || r.Added != want.Added || r.Gone != want.Gone || r.Returned != want.Returned || (away == "") != (len(r.Away) == 0) {
			t.Fatalf("%+v, %v", r, err)
		}
		if away != "" && fault.Of(r.Away[0]).Rule != away {
			t.Fatal(r.Away)
		}
	}
	look(archive.Found{Added: 1}, "")
	if err := os.Rename(root, root+" unplugged"); err != nil {
		t.Fatal(err)
	}
	look(archive.Found{}, "folder_away")
	if err := os.Mkdir(root, 0o755); err != nil { // its empty mount point
		t.Fatal(err)
	}
	look(archive.Found{}, "folder_away")
	if v, err := e.Library.Video(t.Context(), "a"); err != nil || v.Missing {
		t.Fatalf("%+v, %v", v, err)
	}
	if err := errors.Join(os.Remove(root), os.Rename(root+" unplugged", root)); err != nil {
		t.Fatal(err)
	}
	look(archive.Found{Same: 1}, "")
}

// Marks lie beside their video once the program has ended, and bring a deleted database back to what it was.
func TestALostDatabaseComesBackWithItsMarks(t *testing.T) {
	home := t.TempDir()
	film(t, filepath.Join(places(home).Videos, "2026-11", "a.mp4"), "a")
	e := open(t, home, true)
	becomes(t, e, "a", func(generation.Video) bool { return true })
	notes, stars := "a note", 3
	if _, err := e.Library.Mark(t.Context(), []string{"a"}, library.Marks{Notes: &notes, Rating: &stars, AddTags: []string{"kept"}}); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(places(home).Data); err != nil {
		t.Fatal(err)
	}
	e = open(t, home, true)
	becomes(t, e, "a", func(v generation.Video) bool { return v.Notes == notes && v.Rating == stars && len(v.Tags) == 1 })
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestLineageComesBackFromTheFilesAlone: what a run's video came from stands in its own tags, and a piece says what it
// was cut from; without a database, a journal and marks beside them, the files tell it all.
func TestLineageComesBackFromTheFilesAlone(t *testing.T) {
	home := t.TempDir()
	root := filepath.Join(places(home).Videos, "2026-11")
	if err := os.MkdirAll(root, 0o755); err != nil {
		t.Fatal(err)
	}
	writer := &Engine{version: "1"}
	want := map[string]*generation.Origin{
		"root": nil, "picture": {Kind: generation.OfPicture, Picture: "cat"},
		"variation": {Kind: generation.Variation, Video: "root"}, "last": {Kind: generation.LastFrame, Video: "variation"},
	}
	for id, origin := range want {
		g := generation.Generation{ID: "run-" + id, Service: "https://s", PredictionID: "p-" + id, CreatedAt: 1, Request: generation.Request{Model: "m", Params: map[string]any{"prompt": id}, Origin: origin}}
		if id == "picture" { // it says itself what it came from
			g.Request.Origin, g.Request.Pictures = nil, map[string]string{"image": "cat"}
		}
		if err := container.WriteTags("../container/testdata/last.mp4", filepath.Join(root, id+".mp4"), writer.tags(g, id)); err != nil {
			t.Fatal(err)
		}
	}
	piece, older, odd := filepath.Join(root, "piece.mp4"), filepath.Join(root, "older.mp4"), filepath.Join(root, "odd.mp4")
	err := errors.Join(
		container.Trim(t.Context(), filepath.Join(root, "last.mp4"), piece, "last", 0, 1e9, nil),
		container.WriteTags("../container/testdata/last.mp4", older, container.Tags{VideoID: "older", Pictures: map[string]string{"image": "dog"}}),
		container.WriteTags("../container/testdata/last.mp4", odd, container.Tags{VideoID: "odd", Origin: &container.Origin{Kind: "variation", Video: "../../odd"}}),
	)
	if err != nil {
		t.Fatal(err)
	}
	want["older"], want["odd"] = &generation.Origin{Kind: generation.OfPicture, Picture: "dog"}, nil
	e := openUntilTheEnd(t, home, false)
	if f, err := e.Rescan(t.Context()); err != nil || f.Added != 7 {
		t.Fatalf("%+v, %v", f, err)
	}
	for id, origin := range want {
		if v, err := e.Library.Video(t.Context(), id); err != nil || !reflect.DeepEqual(v.Origin, origin) {
			t.Errorf("%s: %+v, %v", id, v.Origin, err)
		}
	}
	line, err := e.Library.Lineage(t.Context(), "last")
	if err != nil || len(line.Parents) != 2 || line.Parents[1].ID != "root" || len(line.Children) != 1 || line.Children[0].Path != piece || line.Children[0].Origin.Kind != generation.Trim {
		t.Errorf("%+v, %v", line, err)
	}
	if g, err := e.Library.Generation(t.Context(), "run-last"); err != nil || g.Request.Origin == nil || g.Request.Origin.Video != "variation" {
		t.Errorf("%+v, %v", g.Request.Origin, err)
	}
}
