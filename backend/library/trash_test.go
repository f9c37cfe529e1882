package library

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"conch/backend/fault"
	"conch/backend/generation"
)

func TestForgottenVideosLeaveNothing(t *testing.T) {
	l := shelf(t)
	ctx := t.Context()
	own, err := l.SaveCollection(ctx, Collection{Name: "Reel"})
	must(t, err)
	_, err = l.Collect(ctx, own.ID, []string{"koi", "fox", "rain"})
	must(t, err)
	tagged, err := l.Mark(ctx, []string{"koi", "rain"}, Marks{AddTags: []string{"only"}})
	must(t, err)
	alone, err := l.Mark(ctx, []string{"koi"}, Marks{Rating: is(2), RemoveTags: []string{"snow"}})
	must(t, err)
	out, err := l.Uncollect(ctx, own.ID, []string{"koi", "fox"})
	must(t, err)
	trashed, err := l.SetTrashed(ctx, []string{"koi", "rain"}, true)
	must(t, err)
	which, err := numbers(l.db.QueryContext(ctx, "SELECT n FROM videos WHERE id IN ('koi', 'rain')"))
	must(t, err)
	if gone, err := l.Forget(ctx, []string{"koi", "fox", "nobody", "rain"}); err != nil || len(gone) != 2 || slices.Contains(gone, "fox") {
		t.Fatal(gone, err)
	}
	tables, err := texts(l.db.QueryContext(ctx, "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON c.name = 'n' WHERE m.type = 'table' AND m.name NOT IN ('ledger')"))
	must(t, err)
	if len(tables) < 6 {
		t.Fatal(tables)
	}
	for _, table := range append(tables, "search") {
		column := map[bool]string{true: "rowid", false: "n"}[table == "search"]
		left, err := numbers(l.db.QueryContext(ctx, "SELECT count(*) FROM "+table+" WHERE "+column+" IN (SELECT value FROM json_each(?))", list(which)))
		must(t, err)
		if left[0] != 0 {
			t.Error(left[0], "rows left in", table)
		}
	}
	must(t, check(ctx, l.db))
	if found := ids(t, l, GalleryQuery{View: "trash", Text: "koi"}); found != "" {
		t.Error("found in the trash:", found)
	}
	if tags, err := l.Tags(ctx, "only", -1); err != nil || len(tags) != 0 {
		t.Error("a tag of nothing:", tags, err)
	}
	// Another video comes to have the number, and no edit of the forgotten one reaches it.
	must(t, l.AddVideo(ctx, generation.Video{ID: "new", Name: "new", CreatedAt: on(t, "2026-11-20 12:00")}))
	for _, e := range []Edit{tagged, alone, trashed} {
		if _, err := l.Undo(ctx, e.ID); fault.Of(err).Rule != "edit_gone" {
			t.Errorf("%+v: %v", e, err)
		}
	}
	again, err := l.Undo(ctx, out.ID)
	if v, look := l.Video(ctx, "new"); err != nil || again.Count != 1 || look != nil || len(v.Tags) > 0 || v.Rating > 0 || ids(t, l, GalleryQuery{Collection: own.ID}) != "fox" {
		t.Errorf("%+v %v %+v %v", again, err, v, look)
	}
}

// A file that did not follow: the record doesn't say that it did, nor does any undo.
func TestAnEditIsOfThoseThatFollowed(t *testing.T) {
	l := shelf(t)
	ctx := t.Context()
	trash := func() string {
		return strings.Join([]string{ids(t, l, GalleryQuery{}), ids(t, l, GalleryQuery{View: "trash"})}, " | ")
	}
	state := func(want string) {
		t.Helper()
		if got := trash(); got != want {
			t.Fatalf("got %s\nwant %s", got, want)
		}
	}
	e, err := l.SetTrashed(ctx, []string{"koi", "fox", "rain"}, true)
	must(t, err)
	e, err = l.TakeFrom(ctx, e.ID, []string{"koi"})
	if err != nil || e.Count != 2 {
		t.Fatal(e, err)
	}
	state("koi heron egret | fox rain gone")
	e, err = l.Undo(ctx, e.ID, "fox")
	if err != nil || e.Count != 1 {
		t.Fatal(e, err)
	}
	state("koi rain heron egret | fox gone")
	if out, in, err := l.Trashing(ctx, e.ID); err != nil || len(out) != 0 || fmt.Sprint(in) != "[rain]" {
		t.Fatal(out, in, err)
	}
	_, err = l.SetTrashed(ctx, []string{"rain"}, true)
	must(t, err)
	if out, in, err := l.Trashing(ctx, e.ID); err != nil || len(out)+len(in) != 0 {
		t.Fatal("its file is in the trash already:", out, in, err)
	}
	e, err = l.TakeFrom(ctx, e.ID, []string{"rain"})
	if err != nil || e.ID != 0 {
		t.Fatal("nothing is left of it:", e, err)
	}
}

func TestWhatGoesToTheTrashAgainGoesNow(t *testing.T) {
	l := shelf(t)
	ctx := t.Context()
	e, err := l.SetTrashed(ctx, []string{"koi"}, true)
	must(t, err)
	_, err = l.Undo(ctx, e.ID)
	must(t, err)
	_, err = l.db.ExecContext(ctx, "UPDATE edits SET inverse = json_set(inverse, '$.set[0].value', 5) WHERE id = ?", e.ID)
	must(t, err)
	_, err = l.Undo(ctx, e.ID)
	must(t, err)
	if v, err := l.Video(ctx, "koi"); err != nil || v.TrashedAt <= 5 {
		t.Fatal(v.TrashedAt, err)
	}
	if old, err := l.Trashed(ctx, 1000); err != nil || len(old) != 1 || old[0].ID != "gone" {
		t.Fatal(old, err)
	}
}

func TestReturnIsNoEdit(t *testing.T) {
	l := shelf(t)
	must(t, l.Return(t.Context(), []string{"gone", "nobody"}))
	if all, err := l.Edits(t.Context()); err != nil || len(all) != 0 || ids(t, l, GalleryQuery{View: "trash"}) != "" {
		t.Fatal(all, err)
	}
	if claims, err := l.Claims(t.Context(), "/videos/gone.mp4"); err != nil || !claims {
		t.Fatal(claims, err)
	}
}

// What was deleted last comes first in the trash, by the days of deleting, whatever is looked for in it.
func TestTheTrashIsInTheOrderOfDeleting(t *testing.T) {
	l := shelf(t)
	for id, at := range map[string]string{"gone": "2026-11-21 10:00", "koi": "2026-11-22 23:59", "heron": "2026-11-23 00:01", "egret": "2026-11-23 00:01", "rain": "2026-11-25 08:00"} {
		_, err := l.db.ExecContext(t.Context(), "UPDATE videos SET trashed_at = ? WHERE id = ?", on(t, at), id)
		must(t, err)
	}
	for q, want := range map[GalleryQuery]string{
		{View: "trash"}:                                "rain heron egret koi gone",
		{Text: "is:trashed"}:                           "rain heron egret koi gone",
		{View: "trash", Text: "-koi"}:                  "rain heron egret gone",
		{View: "trash", Text: "heron"}:                 "heron gone",
		{View: "trash", Text: "fav:yes"}:               "rain koi",
		{View: "trash", Text: "before:2026-11-06"}:     "rain heron egret", // when it was made
		{View: "trash", Text: "model:kling tag:snow"}:  "koi",
		{View: "trash", Text: "model:kling -tag:snow"}: "egret gone",
	} {
		if got := ids(t, l, q); got != want {
			t.Errorf("%+v: %q, want %q", q, got, want)
		}
		s, err := l.Sections(t.Context(), q)
		must(t, err)
		at := 0
		all := strings.Fields(want)
		for _, day := range s.Days {
			first, err := l.IDs(t.Context(), q, day.Day, 0, len(all))
			if err != nil || !slices.Equal(first, all[at:]) {
				t.Errorf("%+v: %+v begins with %v: %v", q, day, first, err)
			}
			at += day.Count
		}
		if at != len(all) || s.Total != at {
			t.Errorf("%+v: %+v", q, s)
		}
	}
	s, err := l.Sections(t.Context(), GalleryQuery{View: "trash"})
	if want := []Section{{"2026-11-25", 1}, {"2026-11-23", 2}, {"2026-11-22", 1}, {"2026-11-21", 1}}; err != nil || !slices.Equal(s.Days, want) {
		t.Errorf("%+v %v", s.Days, err)
	}
}
