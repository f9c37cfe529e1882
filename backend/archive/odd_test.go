package archive

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"conch/backend/container"
	"conch/backend/draft"
	"conch/backend/generation"
	"conch/backend/library"
)

// TestDatesOutOfTheCalendar: what a recipe or a file says of its time may be anything; no list and no close look minds it.
func TestDatesOutOfTheCalendar(t *testing.T) {
	root, dir := t.TempDir(), t.TempDir()
	l, err := library.Open(t.Context(), filepath.Join(dir, "library.db"))
	if err != nil {
		t.Fatal(err)
	}
	made := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	want := map[string]int64{}
	for id, date := range map[string]int64{"micros": 1_764_000_000_000_000, "zero": 0, "negative": -1, "absurd": math.MaxInt64, "least": math.MinInt64, "right": 1_700_000_000_000, "last": 7_258_118_399_999, "after": 7_258_118_400_000} {
		path := filepath.Join(root, id+".mp4")
		if err := errors.Join(container.WriteTags(clips+"fast.mp4", path, container.Tags{VideoID: id, Title: id, Model: "m", CreatedAt: date}), os.Chtimes(path, made, made)); err != nil {
			t.Fatal(err)
		}
		want[id] = made.UnixMilli()
		if generation.Dated(date) {
			want[id] = date
		}
	}
	odd := film(t, "last.mp4", filepath.Join(root, "odd.mp4"), "")
	if err := os.Chtimes(odd, time.Unix(-1000, 0), time.Unix(-1000, 0)); err != nil {
		t.Fatal(err)
	}
	if found := look0(t, l, root); found.Added != len(want)+1 {
		t.Fatalf("%+v", found)
	}
	all, err := l.Videos(t.Context(), library.GalleryQuery{}, "", 0, 100)
	if err != nil || len(all) != len(want)+1 {
		t.Fatal(err, len(all))
	}
	for _, v := range all {
		if day := time.UnixMilli(v.CreatedAt).UTC(); v.CreatedAt != want[v.ID] || day.Year() < 1970 || day.Year() > 2199 {
			t.Errorf("%s: %v", v.Name, day)
		}
		if _, err := json.Marshal(time.UnixMilli(v.CreatedAt).UTC()); err != nil {
			t.Error(v.Name, err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "library.db.suspect"), nil, 0o600); err != nil { // asks for a close look
		t.Fatal(err)
	}
	l, err = library.Open(t.Context(), filepath.Join(dir, "library.db"))
	if err != nil {
		t.Fatal("a close look finds damage in", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestALinkByReference: what is recorded is the film, not the link to it, and is there at the next look.
func TestALinkByReference(t *testing.T) {
	l, root, elsewhere := opened(t), t.TempDir(), t.TempDir()
	real := film(t, "fast.mp4", filepath.Join(elsewhere, "film.mp4"), "")
	link := filepath.Join(t.TempDir(), "link.mp4")
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	var taken []Imported
	err := Import{Library: l, Folder: root, Reference: true, Drafts: draft.Notes(t.TempDir())}.Run(t.Context(), []string{link}, func(i Imported) { taken = append(taken, i) })
	if err != nil || len(taken) != 1 || taken[0].Err != nil || taken[0].Path != link || taken[0].Video.Path != real {
		t.Fatalf("%v, %+v", err, taken)
	}
	if found := look0(t, l, root); found.Gone != 0 {
		t.Fatalf("%+v", found)
	}
	v, err := l.Video(t.Context(), taken[0].Video.ID)
	if err != nil || v.Missing {
		t.Error(v.Path, v.Missing, err)
	}
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	if found := look0(t, l, root); found.Gone != 0 {
		t.Errorf("the link was only a way to it: %+v", found)
	}
}

// TestRecipesThatSayAnything: whatever stands in a recipe, the film is taken in, listed, and no damage to a close look.
func TestRecipesThatSayAnything(t *testing.T) {
	var deep any = "x"
	for range 1500 {
		deep = []any{deep}
	}
	root, dir := t.TempDir(), t.TempDir()
	l, err := library.Open(t.Context(), filepath.Join(dir, "library.db"))
	if err != nil {
		t.Fatal(err)
	}
	recipes := map[string]container.Tags{
		"deep":   {Model: "m", Params: map[string]any{"prompt": deep}},
		"nul":    {Model: "a\x00b", PredictionID: "p\x00q", GenerationID: "g\x00h", Title: "a\x00b", Params: map[string]any{"a\x00b": "c\x00d"}},
		"figure": {Model: "m", Params: map[string]any{"seed": 1e308}},
		"plain":  {Model: "m"},
	}
	for id, tags := range recipes {
		tags.VideoID = id
		if err := container.WriteTags(clips+"fast.mp4", filepath.Join(root, id+".mp4"), tags); err != nil {
			t.Fatal(id, err)
		}
	}
	if found := look0(t, l, root); found.Added != len(recipes) {
		t.Fatalf("%+v", found)
	}
	if all, err := l.Videos(t.Context(), library.GalleryQuery{}, "", 0, 100); err != nil || len(all) != len(recipes) {
		t.Fatal(err, len(all))
	}
	if err := errors.Join(l.Close(), os.WriteFile(filepath.Join(dir, "library.db.suspect"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if l, err = library.Open(t.Context(), filepath.Join(dir, "library.db")); err != nil {
		t.Fatal("a close look finds damage in", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}
