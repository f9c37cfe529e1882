package archive

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"conch/backend/container"
	"conch/backend/draft"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/scan"
	"conch/backend/sidecar"
)

const clips = "../container/testdata/"

// film puts a clip at a path: with an id it is one of ours.
func film(t *testing.T, clip, path, id string) string {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil && id != "" {
		err = container.WriteTags(clips+clip, path, container.Tags{VideoID: id, GenerationID: "run-" + id, PredictionID: "p-" + id, Title: "a cat", Prompt: "a cat", Model: "m", Service: "https://s", CreatedAt: 1_700_000_000_000})
	} else if err == nil {
		var data []byte
		if data, err = os.ReadFile(clips + clip); err == nil {
			err = os.WriteFile(path, data, 0o600)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func opened(t *testing.T) *library.Library {
	t.Helper()
	l, err := library.Open(t.Context(), filepath.Join(t.TempDir(), "library.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func looking(l *library.Library, root string) Looking {
	return Looking{Library: l, Roots: []string{root}, Reachable: func(context.Context, string) error { return nil }}
}

func look0(t *testing.T, l *library.Library, root string) Found {
	t.Helper()
	f, err := looking(l, root).Look(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestALibraryIsMadeAnewWithItsRuns(t *testing.T) {
	root := t.TempDir()
	film(t, "last.mp4", filepath.Join(root, "a.mp4"), "a")
	if err := sidecar.WriteCollections(root, []sidecar.Collection{{ID: "c", Name: "Reel", CreatedAt: 1}}); err != nil {
		t.Fatal(err)
	}
	if err := sidecar.Write(root, []sidecar.Marks{{ID: "a", Rating: 4, Collections: []sidecar.Place{{ID: "c", Position: 1}}}}, nil); err != nil {
		t.Fatal(err)
	}
	l := opened(t)
	if f := look0(t, l, root); f.Added != 1 {
		t.Fatalf("%+v", f)
	}
	if g, err := l.Generation(t.Context(), "run-a"); err != nil || g.State != generation.Done || g.PredictionID != "p-a" {
		t.Errorf("%+v, %v", g, err)
	}
	if all, err := l.Videos(t.Context(), library.GalleryQuery{Collection: "c"}, "", 0, 9); err != nil || len(all) != 1 || all[0].Rating != 4 {
		t.Errorf("%+v, %v", all, err)
	}
	// What comes into a library that stands may be anybody's: no run of this person's is made of it.
	film(t, "last.mp4", filepath.Join(root, "friend's.mp4"), "b")
	if f := look0(t, l, root); f.Added != 1 || f.Same != 1 {
		t.Fatalf("%+v", f)
	}
	if _, err := l.Generation(t.Context(), "run-b"); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
}

func verified(t *testing.T, l *library.Library) map[string]string {
	t.Helper()
	rules := map[string]string{}
	if err := Verify(t.Context(), l, func(c Checked) {
		rules[filepath.Base(c.Path)] = ""
		if c.Err != nil {
			rules[filepath.Base(c.Path)] = fault.Of(c.Err).Rule
		}
	}); err != nil {
		t.Fatal(err)
	}
	return rules
}

func TestVerify(t *testing.T) {
	root := t.TempDir()
	l := opened(t)
	for _, name := range []string{"whole", "cut", "gone", "empty", "edited", "rotten"} {
		film(t, "last.mp4", filepath.Join(root, name+".mp4"), name)
	}
	look0(t, l, root)
	for name, rule := range verified(t, l) {
		if rule != "" {
			t.Errorf("%s: %s", name, rule)
		}
	}
	path := func(name string) string { return filepath.Join(root, name+".mp4") }
	rotten, err := os.ReadFile(path("rotten"))
	if err != nil {
		t.Fatal(err)
	}
	rotten[strings.Index(string(rotten), "mdat")+20] ^= 1
	if err := errors.Join(os.Truncate(path("cut"), 9000), os.Remove(path("gone")), os.Truncate(path("empty"), 0), os.WriteFile(path("rotten"), rotten, 0o600),
		os.Remove(path("edited")), container.WriteTags(clips+"last.mp4", path("edited"), container.Tags{VideoID: "edited", Title: "other"})); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"whole.mp4": "", "cut.mp4": "film_incomplete", "gone.mp4": "video_file_missing", "empty.mp4": "film_empty", "edited.mp4": "", "rotten.mp4": "film_altered"}
	for name, rule := range verified(t, l) {
		if rule != want[name] {
			t.Errorf("%s: %q, want %q", name, rule, want[name])
		}
	}
}

// taken imports and gives what became of each file, in short.
func taken(t *testing.T, i Import, paths ...string) (short []string) {
	t.Helper()
	if err := i.Run(t.Context(), Files(t.Context(), paths), func(r Imported) {
		switch {
		case r.Err != nil:
			short = append(short, fault.Of(r.Err).Rule)
		case r.Duplicate:
			short = append(short, "duplicate of "+r.Video.Name)
		case r.Restored:
			short = append(short, "restored "+r.Video.Name)
		default:
			short = append(short, "took "+r.Video.Name)
		}
	}); err != nil {
		t.Fatal(err)
	}
	return short
}

// TestWhatCouldNotBeOpenedIsTriedAgain: rights that are mended leave a file's size and time as they were.
func TestWhatCouldNotBeOpenedIsTriedAgain(t *testing.T) {
	locked, empty := scan.File{Path: "locked.mp4", Size: 9}, scan.File{Path: "empty.mp4"}
	passed := &Passed{}
	passed.keep(scan.Part{Problems: []scan.Problem{{File: locked, Err: fault.New("film_unreadable", nil)}, {File: empty, Err: fault.New("film_empty", nil)}}})
	if passed.Has(locked) || !passed.Has(empty) {
		t.Errorf("%v, %v", passed.Has(locked), passed.Has(empty))
	}
}

func TestImport(t *testing.T) {
	from, root := t.TempDir(), filepath.Join(t.TempDir(), "videos")
	l := opened(t)
	i := Import{Library: l, Folder: root}
	film(t, "clip.mov", filepath.Join(from, "folder", "Holiday.MOV"), "")
	film(t, "clip.mov", filepath.Join(from, "folder", "Holiday, again.mp4"), "")
	ours := film(t, "last.mp4", filepath.Join(from, "ours.mp4"), "a")
	bad := filepath.Join(from, "bad\nname.mp4")
	text := filepath.Join(from, "note.txt")
	if err := errors.Join(os.WriteFile(bad, nil, 0o600), os.WriteFile(text, []byte("x"), 0o600)); err != nil {
		t.Fatal(err)
	}
	got := taken(t, i, filepath.Join(from, "folder"), ours, bad, text, filepath.Join(from, "none.mp4"))
	// clip.mov and last.mp4 hold the same media data, but the recipe says that it is another video.
	want := []string{"took Holiday, again", "duplicate of Holiday, again", "took a cat", "film_empty", "film_not_video", "film_unreadable"}
	if !slices.Equal(got, want) {
		t.Fatalf("%q", got)
	}
	if got := taken(t, i, ours); !slices.Equal(got, []string{"duplicate of a cat"}) {
		t.Fatalf("%q", got)
	}
	v, err := l.Video(t.Context(), "a")
	if err != nil || filepath.Dir(v.Path) != filepath.Join(root, "2023-11") || v.Prompt != "a cat" || v.PredictionID != "p-a" {
		t.Fatalf("%+v, %v", v, err)
	}
	if tags, tagged, err := container.ReadTags(v.Path); err != nil || !tagged || tags.VideoID != "a" {
		t.Fatalf("%+v, %v", tags, err)
	}
	if f := look0(t, l, root); f.News() || f.Copies+len(f.Problems) != 0 || f.Same != 2 {
		t.Errorf("a look finds other than what was taken in: %+v", f)
	}
	if left, err := filepath.Glob(filepath.Join(root, "*", ".*")); err != nil || len(left) > 0 {
		t.Errorf("left %q, %v", left, err)
	}
	// Its file is lost: what is taken in takes its place, with what was said of it.
	yes := true
	if _, err := l.Mark(t.Context(), []string{"a"}, library.Marks{Favourite: &yes}); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(v.Path); err != nil {
		t.Fatal(err)
	}
	look0(t, l, root)
	if got := taken(t, i, ours); !slices.Equal(got, []string{"took a cat"}) {
		t.Fatalf("%q", got)
	}
	if v, err := l.Video(t.Context(), "a"); err != nil || v.Missing || !v.Favourite {
		t.Fatalf("%+v, %v", v, err)
	}
}

// TestImportRestores: what is in the trash comes back with what was said of it, as a copy or where it is, and once.
func TestImportRestores(t *testing.T) {
	for name, reference := range map[string]bool{"copied": false, "referenced": true} {
		from, root := t.TempDir(), t.TempDir()
		l := opened(t)
		i := Import{Library: l, Folder: root, Reference: reference}
		ours, foreign := film(t, "last.mp4", filepath.Join(from, "ours.mp4"), "a"), film(t, "clip.mp4", filepath.Join(from, "foreign.mp4"), "")
		taken(t, Import{Library: l, Folder: root}, ours, foreign)
		all, err := l.Videos(t.Context(), library.GalleryQuery{}, "", 0, 9)
		if err != nil || len(all) != 2 {
			t.Fatal(all, err)
		}
		rating := 4
		for _, v := range all {
			if _, err := l.Mark(t.Context(), []string{v.ID}, library.Marks{Rating: &rating, AddTags: []string{"kept"}}); err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(v.Path); err != nil { // it is in the system's trash
				t.Fatal(err)
			}
			if _, err := l.SetTrashed(t.Context(), []string{v.ID}, true); err != nil {
				t.Fatal(err)
			}
		}
		if got := taken(t, i, ours, foreign, ours); !slices.Equal(got, []string{"restored a cat", "restored foreign", "duplicate of a cat"}) {
			t.Fatalf("%s: %q", name, got)
		}
		for _, v := range all {
			now, err := l.Video(t.Context(), v.ID)
			if err != nil || now.TrashedAt != 0 || now.Missing || now.Rating != 4 || len(now.Tags) != 1 || (filepath.Dir(now.Path) == from) != reference {
				t.Errorf("%s: %+v, %v", name, now, err)
			}
			if _, err := container.Check(now.Path); err != nil {
				t.Error(err)
			}
		}
		if f := look0(t, l, root); f.News() {
			t.Errorf("%s: a look finds other than what was taken in: %+v", name, f)
		}
	}
}

func TestImportByReference(t *testing.T) {
	from, root := t.TempDir(), filepath.Join(t.TempDir(), "videos")
	l := opened(t)
	path := film(t, "clip.mp4", filepath.Join(from, "here.mp4"), "")
	if got := taken(t, Import{Library: l, Folder: root, Reference: true}, path); !slices.Equal(got, []string{"took here"}) {
		t.Fatalf("%q", got)
	}
	all, err := l.Videos(t.Context(), library.GalleryQuery{}, "", 0, 9)
	if err != nil || len(all) != 1 || all[0].Path != path {
		t.Fatalf("%+v, %v", all, err)
	}
	if _, err := os.Stat(root); !errors.Is(err, os.ErrNotExist) {
		t.Error("a folder was made")
	}
}

func TestImportIntoAFolderThatCannotBeWritten(t *testing.T) {
	root := filepath.Join(t.TempDir(), "a file in its place")
	if err := os.WriteFile(root, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	path := film(t, "clip.mp4", filepath.Join(t.TempDir(), "here.mp4"), "")
	if got := taken(t, Import{Library: opened(t), Folder: root}, path); !slices.Equal(got, []string{"film_not_copied"}) {
		t.Fatalf("%q", got)
	}
}

func TestAStoppedImportLeavesNothing(t *testing.T) {
	root := t.TempDir()
	l := opened(t)
	path := film(t, "clip.mp4", filepath.Join(t.TempDir(), "here.mp4"), "")
	ctx, stop := context.WithCancel(t.Context())
	notes := filepath.Join(t.TempDir(), "drafts")
	i := Import{Library: l, Folder: root, Drafts: draft.Notes(notes), Progress: func(string, int64, int64) error {
		if noted, err := os.ReadDir(notes); err != nil || len(noted) != 2 { // that it goes if this process is killed: a note and its lock
			t.Errorf("%v, %v", noted, err)
		}
		stop()
		return ctx.Err()
	}}
	if err := i.Run(ctx, []string{path}, func(r Imported) { t.Errorf("%+v", r) }); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if f := look0(t, l, root); f.Added != 0 {
		t.Fatalf("%+v", f)
	}
	if left, err := filepath.Glob(filepath.Join(root, "*", ".*")); err != nil || len(left) > 0 {
		t.Errorf("left %q, %v", left, err)
	}
}

func TestInspect(t *testing.T) {
	root := t.TempDir()
	l := opened(t)
	here := film(t, "last.mp4", filepath.Join(root, "here.mp4"), "a")
	look0(t, l, root)
	there := film(t, "last.mp4", filepath.Join(t.TempDir(), "there.mp4"), "b")
	foreign := film(t, "clip.mov", filepath.Join(t.TempDir(), "foreign.mov"), "")
	text := filepath.Join(t.TempDir(), "note.txt")
	if err := os.WriteFile(text, []byte("words"), 0o600); err != nil {
		t.Fatal(err)
	}
	all := Inspect(t.Context(), l, []string{here, there, foreign, text})
	if all.Count != 4 || len(all.Films) != 4 {
		t.Fatalf("%+v", all)
	}
	if f := all.Films[2]; f.Seconds != 2 || f.Width == 0 || all.Films[0].Request.Params["prompt"] != "a cat" {
		t.Errorf("%+v", all.Films)
	}
	for i, want := range []struct {
		video, model, rule string
	}{{"a", "m", ""}, {"", "m", ""}, {"", "", ""}, {"", "", "film_not_video"}} {
		f := all.Films[i]
		model, rule := "", ""
		if f.Request != nil {
			model = f.Request.Model
		}
		if f.Fault != nil {
			rule = f.Fault.Rule
		}
		if f.Video != want.video || model != want.model || rule != want.rule {
			t.Errorf("%s: %+v", f.Name, f)
		}
	}
	if many := Inspect(t.Context(), l, slices.Repeat([]string{here}, 80)); many.Count != 80 || len(many.Films) != fewTold {
		t.Errorf("%d of %d", len(many.Films), many.Count)
	}
	if _, err := l.SetTrashed(t.Context(), []string{"a"}, true); err != nil {
		t.Fatal(err)
	}
	if f := Inspect(t.Context(), l, []string{here}).Films[0]; f.Video != "a" || !f.Trashed {
		t.Errorf("in the trash: %+v", f)
	}
	var sum Taken
	for _, i := range []Imported{{Duplicate: true, Video: generation.Video{ID: "d"}}, {Err: errors.New("x")}, {Restored: true, Video: generation.Video{ID: "t"}}, {Video: generation.Video{ID: "n"}}} {
		sum.Add(i)
	}
	if sum.Taken != 1 || sum.Restored != 1 || sum.Duplicates != 1 || sum.Failed != 1 || len(sum.Faults) != 1 || sum.First != "t" {
		t.Errorf("%+v", sum)
	}
}
