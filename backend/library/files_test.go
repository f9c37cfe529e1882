package library

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"conch/backend/container"
	"conch/backend/generation"
	"conch/backend/scan"
	"conch/backend/sidecar"
	"conch/backend/studio"
)

// film puts a clip at a path: with an id it is one of ours.
func film(t *testing.T, clip, path, id string) {
	t.Helper()
	clip = filepath.Join("..", "container", "testdata", clip)
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil && id != "" {
		err = container.WriteTags(clip, path, container.Tags{VideoID: id, Title: "a cat", Prompt: "a cat", Model: "m", Service: "demo", CreatedAt: 1_700_000_000_000})
	} else if err == nil {
		var data []byte
		if data, err = os.ReadFile(clip); err == nil {
			err = os.WriteFile(path, data, 0o600)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// rescan does what the engine does with a folder.
func rescan(t *testing.T, l *Library, root string) (all scan.Part) {
	t.Helper()
	ctx := context.Background()
	known, err := l.Known(ctx)
	if err != nil {
		t.Fatal(err)
	}
	listing, err := scan.List(ctx, root)
	if err != nil {
		t.Fatal(err)
	}
	if err := scan.Compare(ctx, known, []scan.Folder{listing}, scan.Disk{}, nil, func(p scan.Part) error {
		all.Updates, all.Added, all.Gone, all.Same = append(all.Updates, p.Updates...), append(all.Added, p.Added...), append(all.Gone, p.Gone...), all.Same+p.Same
		return l.TakeOver(ctx, p, sidecar.Read(root))
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func video(t *testing.T, l *Library, id string) generation.Video {
	t.Helper()
	v, err := l.Video(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// What a person said of a video stays through everything that becomes of its file.
func TestMarksOutliveWhatBecomesOfTheFile(t *testing.T) {
	ctx, root := context.Background(), t.TempDir()
	l := opened(t)
	film(t, "last.mp4", filepath.Join(root, "2026-11", "a.mp4"), "a")
	film(t, "clip.mp4", filepath.Join(root, "2026-11", "other.mp4"), "")
	if p := rescan(t, l, root); len(p.Added) != 2 {
		t.Fatalf("%+v", p)
	}
	name, stars, yes := "My cat", 4, true
	if _, err := l.Mark(ctx, []string{"a"}, Marks{Name: &name, Rating: &stars, Favourite: &yes, AddTags: []string{"forest", "貓"}}); err != nil {
		t.Fatal(err)
	}
	said := video(t, l, "a")
	same := func(what, path string, missing bool) {
		t.Helper()
		v := video(t, l, "a")
		if v.Name != name || v.Rating != stars || !v.Favourite || !reflect.DeepEqual(v.Tags, said.Tags) || v.Path != path || v.Missing != missing {
			t.Fatalf("%s: %+v", what, v)
		}
	}
	first, second := filepath.Join(root, "2026-11", "a.mp4"), filepath.Join(root, "best", "renamed.mp4")
	if err := os.Mkdir(filepath.Dir(second), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(first, second); err != nil {
		t.Fatal(err)
	}
	rescan(t, l, root)
	same("moved", second, false)
	if found, err := l.Videos(ctx, GalleryQuery{Text: "renamed"}, "", 0, 10); err != nil || len(found) != 1 {
		t.Fatalf("its new name is not found: %v, %v", found, err)
	}
	away := filepath.Join(t.TempDir(), "away.mp4")
	if err := os.Rename(second, away); err != nil {
		t.Fatal(err)
	}
	if p := rescan(t, l, root); len(p.Gone) != 1 {
		t.Fatalf("%+v", p)
	}
	same("gone", second, true)
	if err := os.Rename(away, first); err != nil {
		t.Fatal(err)
	}
	before := video(t, l, "a").Version
	rescan(t, l, root)
	same("turned up", first, false)
	if video(t, l, "a").Version <= before {
		t.Error("the page is not told")
	}
	if p := rescan(t, l, root); p.Same != 2 || len(p.Updates) != 0 {
		t.Fatalf("not at rest: %+v", p)
	}
}

func TestFoundFilm(t *testing.T) {
	root := t.TempDir()
	l := opened(t)
	film(t, "clip.mov", filepath.Join(root, "Grandma's\n80th.mov"), "")
	p := rescan(t, l, root)
	v := video(t, l, p.Added[0].ID)
	if v.Name != "Grandma's 80th" || v.Service != "" || v.Width != 160 || v.Bytes == 0 || v.CreatedAt == 0 || v.ID != scan.IDOf(p.Added[0].Hash) {
		t.Fatalf("%+v", v)
	}
}

// A video that its run is about to record is left to the run.
func TestARunUnderWayRecordsItsVideoItself(t *testing.T) {
	ctx, root := context.Background(), t.TempDir()
	l := opened(t)
	g := generation.Generation{ID: "g", Service: "demo", State: generation.Downloading, PredictionID: "p", Request: generation.Request{Model: "m"}, CreatedAt: 1}
	if _, err := l.Create(ctx, g, "owner", studio.Budget{}); err != nil {
		t.Fatal(err)
	}
	clip := filepath.Join("..", "container", "testdata", "last.mp4")
	if err := container.WriteTags(clip, filepath.Join(root, "v.mp4"), container.Tags{VideoID: "v", GenerationID: "g", Service: "demo", PredictionID: "p"}); err != nil {
		t.Fatal(err)
	}
	rescan(t, l, root)
	if known, err := l.Knows(ctx, "v"); err != nil || known {
		t.Fatalf("%v, %v", known, err)
	}
}

func TestKnownIn(t *testing.T) {
	ctx, root := context.Background(), t.TempDir()
	l := opened(t)
	film(t, "last.mp4", filepath.Join(root, "a", "1.mp4"), "a1")
	film(t, "last.mp4", filepath.Join(root, "a", "b", "2.mp4"), "b2")
	film(t, "last.mp4", filepath.Join(root, "a b", "3.mp4"), "c3")
	rescan(t, l, root)
	known, err := l.KnownIn(ctx, filepath.Join(root, "a"))
	if err != nil || len(known) != 1 || known[0].ID != "a1" || known[0].Modified == 0 {
		t.Fatalf("%+v, %v", known, err)
	}
}

// The database is deleted: what was said of each video comes back from beside it.
func TestWhatWasSaidComesBackFromBesideTheVideos(t *testing.T) {
	ctx, root := context.Background(), t.TempDir()
	folder := filepath.Join(root, "2026-11")
	film(t, "last.mp4", filepath.Join(folder, "a.mp4"), "a")
	film(t, "last.mp4", filepath.Join(folder, "b.mp4"), "b")
	film(t, "clip.mov", filepath.Join(folder, "from elsewhere.mov"), "")
	l := opened(t)
	elsewhere := rescan(t, l, root).Added[2].ID
	name, notes, label, stars, yes := "My cat", "two\nlines", "red", 5, true
	c, err := l.SaveCollection(ctx, Collection{Name: "Reel"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.SaveCollection(ctx, Collection{Name: "Cats", Smart: true, Query: "cat"}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Mark(ctx, []string{"a", elsewhere}, Marks{Name: &name, Notes: &notes, Label: &label, Rating: &stars, Favourite: &yes, AddTags: []string{"forest", "貓"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Collect(ctx, c.ID, []string{elsewhere, "a"}); err != nil {
		t.Fatal(err)
	}
	said, err := l.Said(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	marks, err := l.SaidIn(ctx, folder)
	if err != nil || len(marks) != 2 || !slices.Equal(said.Folders, []string{folder}) {
		t.Fatalf("marks %+v in %v, %v", marks, said.Folders, err)
	}
	if later, err := l.Said(ctx, said.Version); err != nil || len(later.Folders) != 0 {
		t.Fatalf("%+v, %v", later, err)
	}
	if err := sidecar.Write(folder, marks, func(string) bool { return true }); err != nil {
		t.Fatal(err)
	}
	if err := sidecar.WriteCollections(root, said.Collections); err != nil {
		t.Fatal(err)
	}
	before := []generation.Video{video(t, l, "a"), video(t, l, "b"), video(t, l, elsewhere)}
	order, err := l.Videos(ctx, GalleryQuery{Collection: c.ID}, "", 0, 10)
	if err != nil {
		t.Fatal(err)
	}

	fresh := opened(t)
	if err := os.WriteFile(unlooked(fresh.path), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := fresh.LookThrough(ctx, []string{root}); err != nil || n != 2 {
		t.Fatalf("%d, %v", n, err)
	}
	rescan(t, fresh, root) // films without a recipe come with the first look through the folders
	for _, was := range before {
		now := video(t, fresh, was.ID)
		was.Version, now.Version = 0, 0
		if !reflect.DeepEqual(was, now) {
			t.Errorf("%+v\nwas %+v", now, was)
		}
	}
	again, err := fresh.Videos(ctx, GalleryQuery{Collection: c.ID}, "", 0, 10)
	if err != nil || len(again) != 2 || again[0].ID != order[0].ID || again[1].ID != order[1].ID {
		t.Errorf("the collection is %+v, %v", again, err)
	}
	if all, err := fresh.Collections(ctx); err != nil || len(all) != 2 {
		t.Errorf("%+v, %v", all, err)
	}
}
