package library

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"conch/backend/fault"
	"conch/backend/generation"
)

// whatIsSaid is everything that a person said, as one text.
func whatIsSaid(t *testing.T, l *Library) string {
	t.Helper()
	var all []string
	for _, view := range []string{"all", "trash"} {
		videos, err := l.Videos(t.Context(), GalleryQuery{View: view}, "", 0, 500)
		must(t, err)
		for _, v := range videos {
			all = append(all, fmt.Sprint(v.ID, v.Name, v.Favourite, v.Rating, v.Label, v.Notes, v.Tags, v.TrashedAt > 0))
		}
	}
	collections, err := l.Collections(t.Context())
	must(t, err)
	for _, c := range collections {
		all = append(all, fmt.Sprint(c))
		if !c.Smart {
			all = append(all, ids(t, l, GalleryQuery{Collection: c.ID}))
		}
	}
	tags, err := l.Tags(t.Context(), "", -1)
	must(t, err)
	return strings.Join(append(all, fmt.Sprint(tags)), "\n")
}

func is[T any](value T) *T { return &value }

func TestEveryEditIsUndoneAndMadeAgain(t *testing.T) {
	l := shelf(t)
	ctx := t.Context()
	own, err := l.SaveCollection(ctx, Collection{Name: "Reel"})
	must(t, err)
	_, err = l.Collect(ctx, own.ID, []string{"koi", "fox", "rain"})
	must(t, err)
	every := []string{"koi", "fox", "rain", "heron", "egret", "gone", "nobody"}
	edited := func(e Edit, err error) Edit { must(t, err); return e }
	saved := func(c Collection) Edit {
		_, err := l.SaveCollection(ctx, c)
		must(t, err)
		all, err := l.Edits(ctx)
		must(t, err)
		return all[0]
	}
	for name, do := range map[string]func() Edit{
		"name":      func() Edit { return edited(l.Mark(ctx, every[:1], Marks{Name: is("  Gold\n fish ")})) },
		"favourite": func() Edit { return edited(l.Mark(ctx, every, Marks{Favourite: is(true)})) },
		"everything": func() Edit {
			return edited(l.Mark(ctx, every, Marks{Rating: is(2), Label: is("blue"), Notes: is("n"), AddTags: []string{"Snow", "new"}, RemoveTags: []string{"dark FOREST"}}))
		},
		"trash":      func() Edit { return edited(l.SetTrashed(ctx, every, true)) },
		"restore":    func() Edit { return edited(l.SetTrashed(ctx, every, false)) },
		"rename tag": func() Edit { return edited(l.RenameTag(ctx, "snow", "Ice and snow")) },
		"spell tag":  func() Edit { return edited(l.RenameTag(ctx, "dark forest", "Dark Forest")) },
		"merge tags": func() Edit { return edited(l.RenameTag(ctx, "dark forest", "snow")) },
		"collect":    func() Edit { return edited(l.Collect(ctx, own.ID, []string{"rain", "egret", "heron"})) },
		"move first": func() Edit { return edited(l.Arrange(ctx, own.ID, []string{"rain", "egret"}, "koi")) },
		"move last":  func() Edit { return edited(l.Arrange(ctx, own.ID, []string{"fox", "koi"}, "")) },
		"take out":   func() Edit { return edited(l.Uncollect(ctx, own.ID, []string{"fox", "heron"})) },
		"remove":     func() Edit { return edited(l.RemoveCollection(ctx, own.ID)) },
		"new":        func() Edit { return saved(Collection{Name: "Smart", Smart: true, Query: "fav:yes"}) },
		"rename":     func() Edit { return saved(Collection{ID: own.ID, Name: "Showreel"}) },
	} {
		t.Run(name, func(t *testing.T) {
			before := whatIsSaid(t, l)
			e := do()
			after := whatIsSaid(t, l)
			if e.ID == 0 || after == before {
				t.Fatalf("%+v changed nothing:\n%s", e, after)
			}
			for _, want := range []string{before, after, before} {
				again, err := l.Undo(ctx, e.ID)
				must(t, err)
				if got := whatIsSaid(t, l); got != want || again.Undone != (want == before) {
					t.Fatalf("%+v gave\n%s\nwant\n%s", again, got, want)
				}
			}
			must(t, check(ctx, l.db))
		})
	}
}

func TestMarks(t *testing.T) {
	l := shelf(t)
	ctx := t.Context()
	e, err := l.Mark(ctx, []string{"koi", "rain", "fox"}, Marks{Favourite: is(true), AddTags: []string{"SNOW"}})
	if err != nil || e.Count != 2 { // koi has both already
		t.Errorf("%+v %v", e, err)
	}
	if e, err := l.Mark(ctx, []string{"koi"}, Marks{Favourite: is(true)}); err != nil || e.ID != 0 || e.Count != 0 {
		t.Errorf("what changes nothing is no edit: %+v %v", e, err)
	}
	if v, err := l.Video(ctx, "rain"); err != nil || !slices.Equal(v.Tags, []string{"snow"}) {
		t.Error("a tag keeps its first spelling:", v.Tags, err)
	}
	for rule, m := range map[string]Marks{"name_empty": {Name: is(" ")}, "mark_invalid": {Rating: is(6)}, "tag_invalid": {AddTags: []string{` " `}}} {
		if _, err := l.Mark(ctx, []string{"koi"}, m); fault.Of(err).Rule != rule {
			t.Error(rule, err)
		}
	}
	if _, err := l.Mark(ctx, []string{"koi"}, Marks{Label: is("pink")}); fault.Of(err).Rule != "mark_invalid" {
		t.Error(err)
	}
	if _, err := l.Mark(ctx, []string{"nobody"}, Marks{Rating: is(1)}); fault.Of(err).Rule != "not_found_video" {
		t.Error(err)
	}
	if _, err := l.Undo(ctx, 999); fault.Of(err).Rule != "edit_gone" {
		t.Error(err)
	}
}

// A run that is kept a second time, or charged late, takes back nothing that a person said meanwhile.
func TestFactsLeaveMarksAlone(t *testing.T) {
	l := shelf(t)
	_, err := l.Mark(t.Context(), []string{"fox"}, Marks{Name: is("Reynard"), Rating: is(4), Notes: is("keep"), AddTags: []string{"best"}})
	must(t, err)
	before := whatIsSaid(t, l)
	v, err := l.ChangeVideo(t.Context(), "fox", func(v *generation.Video) error {
		v.HasPoster, v.Name, v.Rating, v.Tags = true, "other", 1, nil
		return nil
	})
	if err != nil || !v.HasPoster || whatIsSaid(t, l) != before {
		t.Errorf("%+v %v", v, err)
	}
}

func TestOnlyTheLatestEditsAreKept(t *testing.T) {
	l := opened(t)
	add(t, l, "a", "x", 1)
	for i := range editsKept + 5 {
		_, err := l.SetFavourite(t.Context(), "a", i%2 == 0)
		must(t, err)
	}
	all, err := l.Edits(t.Context())
	if err != nil || len(all) != editsKept || all[0].ID != editsKept+5 {
		t.Fatal(len(all), err)
	}
}

// Words of many videos lag behind their change; filters don't, and a crash between loses nothing.
func TestBulkChangesAreIndexedLater(t *testing.T) {
	l := opened(t)
	var all []generation.Video
	var every []string
	for i := range 3 * fewIndexed {
		every = append(every, fmt.Sprint("v", i))
		all = append(all, generation.Video{ID: every[i], Prompt: "x", CreatedAt: int64(i)})
	}
	must(t, l.AddVideos(t.Context(), all))
	_, err := l.Mark(t.Context(), every, Marks{AddTags: []string{"forest"}})
	must(t, err)
	count := func(text string) int {
		s, err := l.Sections(t.Context(), GalleryQuery{Text: text})
		must(t, err)
		return s.Total
	}
	if exact, lagging := count("tag:forest"), count("forest"); exact != len(every) || lagging != 0 {
		t.Fatal(exact, lagging)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if l.Index(ended) == nil {
		t.Fatal("indexed without leave")
	}
	done, err := l.indexSome(t.Context(), 10)
	if err != nil || done != 10 || count("forest") != 10 {
		t.Fatal(done, count("forest"), err)
	}
	must(t, l.Close())
	again, err := Open(t.Context(), l.path)
	must(t, err)
	defer func() { _ = again.Close() }()
	must(t, again.Index(t.Context()))
	l = again
	if count("forest") != len(every) {
		t.Fatal(count("forest"))
	}
}

func TestManyChangesAreToldOfAsOne(t *testing.T) {
	l := opened(t)
	var all []generation.Video
	var every []string
	for i := range manyVideos + 1 {
		every = append(every, fmt.Sprint("v", i))
		all = append(all, generation.Video{ID: every[i], CreatedAt: int64(i)})
	}
	must(t, l.AddVideos(t.Context(), all))
	first, err := l.ChangesSince(t.Context(), 0)
	if err != nil || first.Many != len(all) || len(first.Videos) != 0 {
		t.Fatal(first.Many, len(first.Videos), err)
	}
	_, err = l.Mark(t.Context(), every[:manyVideos], Marks{Rating: is(1)})
	must(t, err)
	if next, err := l.ChangesSince(t.Context(), first.Version); err != nil || next.Many != 0 || len(next.Videos) != manyVideos {
		t.Fatal(next.Many, len(next.Videos), err)
	}
}

func TestARecordSaysNothingThatAColumnSays(t *testing.T) {
	l := shelf(t)
	rows, err := texts(l.db.QueryContext(t.Context(), "SELECT record FROM records"))
	must(t, err)
	for _, text := range rows {
		var fields map[string]any
		must(t, json.Unmarshal([]byte(text), &fields))
		for _, name := range []string{"version", "name", "path", "bytes", "favourite", "rating", "label", "notes", "tags", "stack", "missing", "trashedAt"} {
			if _, has := fields[name]; has {
				t.Errorf("%s stands in %s", name, text)
			}
		}
	}
}
