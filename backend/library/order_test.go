package library

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"conch/backend/fault"
)

// collected is a manual collection of videos v0, v1 and so on, in this order.
func collected(t *testing.T, l *Library, count int) Collection {
	t.Helper()
	c, err := l.SaveCollection(t.Context(), Collection{Name: "c"})
	must(t, err)
	var all []string
	for i := range count {
		all = append(all, fmt.Sprint("v", i))
		add(t, l, all[i], "x", int64(i))
	}
	_, err = l.Collect(t.Context(), c.ID, all)
	must(t, err)
	return c
}

func inOrder(t *testing.T, l *Library, c Collection) []string {
	t.Helper()
	return strings.Fields(ids(t, l, GalleryQuery{Collection: c.ID}))
}

// Each video goes between the first and the second: halving runs out of numbers, and others make room.
func TestACollectionAlwaysHasRoom(t *testing.T) {
	l := opened(t)
	c := collected(t, l, 70)
	orders, made := [][]string{inOrder(t, l, c)}, []Edit{}
	for range 65 {
		want := orders[len(orders)-1]
		last := want[len(want)-1]
		e, err := l.Arrange(t.Context(), c.ID, []string{last}, want[1])
		if err != nil || e.Count != 1 {
			t.Fatalf("%+v %v", e, err)
		}
		want = slices.Insert(slices.Clone(want[:len(want)-1]), 1, last)
		if got := inOrder(t, l, c); !slices.Equal(got, want) {
			t.Fatalf("after %d: %v, want %v", len(made), got, want)
		}
		orders, made = append(orders, want), append(made, e)
	}
	for i, e := range slices.Backward(made) {
		_, err := l.Undo(t.Context(), e.ID)
		must(t, err)
		if got := inOrder(t, l, c); !slices.Equal(got, orders[i]) {
			t.Fatalf("undone to %d: %v, want %v", i, got, orders[i])
		}
	}
}

func TestArranging(t *testing.T) {
	l := opened(t)
	c := collected(t, l, 6)
	add(t, l, "other", "x", 99)
	for _, step := range []struct {
		ids    []string
		before string
		want   string
	}{
		{[]string{"v4", "v1"}, "v3", "v0 v2 v1 v4 v3 v5"}, // they keep their order
		{[]string{"v0"}, "", "v2 v1 v4 v3 v5 v0"},
		{[]string{"v0", "other"}, "v2", "v0 v2 v1 v4 v3 v5"},
		{[]string{"v0", "v1", "v5"}, "v1", "v2 v0 v1 v5 v4 v3"}, // before one of them: where it was
		{[]string{"v3"}, "other", "v2 v0 v1 v5 v4 v3"},
	} {
		if _, err := l.Arrange(t.Context(), c.ID, step.ids, step.before); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(inOrder(t, l, c), " "); got != step.want {
			t.Errorf("%v before %q: %s, want %s", step.ids, step.before, got, step.want)
		}
	}
	if e, err := l.Collect(t.Context(), c.ID, []string{"v4", "other", "v2"}); err != nil || e.Count != 1 || inOrder(t, l, c)[6] != "other" {
		t.Errorf("who is in it stays in place: %+v %v %v", e, inOrder(t, l, c), err)
	}
	if e, err := l.Collect(t.Context(), c.ID, []string{"v4"}); err != nil || e.ID != 0 {
		t.Errorf("%+v %v", e, err)
	}
	smart, err := l.SaveCollection(t.Context(), Collection{Name: "s", Smart: true, Query: "x -v1"})
	must(t, err)
	if _, err := l.Arrange(t.Context(), smart.ID, []string{"v1"}, ""); fault.Of(err).Rule != "not_found_collection" {
		t.Error(err)
	}
	_, err = l.SetTrashed(t.Context(), []string{"v2"}, true)
	must(t, err)
	for id, want := range map[string]int{c.ID: 6, smart.ID: 6} {
		if n, err := l.CountCollection(t.Context(), id); err != nil || n != want {
			t.Errorf("counts %d of %s, want %d: %v", n, id, want, err)
		}
	}
	if all, err := l.Collections(t.Context()); err != nil || all[0].Count != 6 {
		t.Errorf("%+v %v", all, err)
	}
	for id, want := range map[string][]string{"v1": {c.ID}, "v2": {c.ID}, "nobody": {}} {
		of, err := l.CollectionsOf(t.Context(), id)
		if len(of) != len(want) || err != nil || len(of) > 0 && (of[0].ID != want[0] || of[0].Count != 6) {
			t.Errorf("%s is in %+v: %v", id, of, err)
		}
	}
}

// What others had to make room for is taken back with the move, but nobody comes back for it.
func TestWhoLeftMakesNoRoom(t *testing.T) {
	l := opened(t)
	c := collected(t, l, 3)
	if _, err := l.db.ExecContext(t.Context(), "UPDATE collection_items SET position = 0 WHERE collection_id = ?", c.ID); err != nil {
		t.Fatal(err)
	}
	e, err := l.Arrange(t.Context(), c.ID, []string{"v2"}, "v1")
	must(t, err)
	_, err = l.Uncollect(t.Context(), c.ID, []string{"v0"})
	must(t, err)
	_, err = l.Undo(t.Context(), e.ID)
	must(t, err)
	if got := inOrder(t, l, c); slices.Contains(got, "v0") || len(got) != 2 {
		t.Error(got)
	}
}

// A move in ten thousand is one row's write.
func TestAMoveWritesOneRow(t *testing.T) {
	l := opened(t)
	c := collected(t, l, 200)
	read := func() (places, versions []string) {
		places, err := texts(l.db.QueryContext(t.Context(), "SELECT n || ' ' || position FROM collection_items ORDER BY n"))
		must(t, err)
		versions, err = texts(l.db.QueryContext(t.Context(), "SELECT n || ' ' || version FROM videos ORDER BY n"))
		must(t, err)
		return places, versions
	}
	places, versions := read()
	_, err := l.Arrange(t.Context(), c.ID, []string{"v150"}, "v20")
	must(t, err)
	placesNow, versionsNow := read()
	differ := func(a, b []string) (n int) {
		for i := range a {
			if a[i] != b[i] {
				n++
			}
		}
		return n
	}
	if p, v := differ(places, placesNow), differ(versions, versionsNow); p != 1 || v != 1 {
		t.Errorf("%d places and %d videos were written", p, v)
	}
}

// However many videos a collection has: opening it reads a page of it, and a move looks at its neighbours alone.
func TestNoPlanScansACollection(t *testing.T) {
	l := opened(t)
	c := collected(t, l, 6)
	smart, err := l.SaveCollection(t.Context(), Collection{Name: "s", Smart: true, Query: "x"})
	must(t, err)
	must(t, l.Close())
	l, trace, err := OpenTraced(l.path)
	must(t, err)
	defer func() { _ = l.Close() }()
	few := []string{"SCAN c", "SCAN counter", "SCAN collections", "SCAN CONSTANT ROW", "SCAN p", "SCAN models"}
	for name, call := range map[string]func() error{
		"list": func() error { _, err := l.Collections(t.Context()); return err },
		"open": func() error { _, err := l.Videos(t.Context(), GalleryQuery{Collection: c.ID}, "", 0, 120); return err },
		"days": func() error { _, err := l.Sections(t.Context(), GalleryQuery{Collection: c.ID}); return err },
		"find": func() error {
			_, err := l.Videos(t.Context(), GalleryQuery{Collection: c.ID, Text: "x"}, "", 0, 120)
			return err
		},
		"of":    func() error { _, err := l.CollectionsOf(t.Context(), "v5"); return err },
		"marks": func() error { _, err := l.SaidIn(t.Context(), "/videos"); return err },
		"count": func() error { _, err := l.CountCollection(t.Context(), smart.ID); return err },
		"smart": func() error {
			_, err := l.Videos(t.Context(), GalleryQuery{Collection: smart.ID}, "", 0, 120)
			return err
		},
		"move": func() error { _, err := l.Arrange(t.Context(), c.ID, []string{"v5"}, "v2"); return err },
		"add":  func() error { _, err := l.Collect(t.Context(), c.ID, []string{"v5"}); return err },
		"take": func() error { _, err := l.Uncollect(t.Context(), c.ID, []string{"v4"}); return err },
	} {
		trace.Take()
		must(t, call())
		statements := trace.Take()
		if len(statements) == 0 {
			t.Error(name, "asked nothing")
		}
		for _, s := range statements {
			plan, err := l.Plan(t.Context(), s)
			must(t, err)
			for _, step := range plan {
				scans := strings.HasPrefix(step, "SCAN ") && !strings.Contains(step, "VIRTUAL TABLE INDEX") && !strings.Contains(step, "INDEX videos_trashed") && !slices.Contains(few, step)
				whole := (name == "move" || name == "take") && strings.HasSuffix(step, "(collection_id=?)")
				if scans || whole {
					t.Errorf("%s: %s\n%s", name, step, s.SQL)
				}
			}
		}
	}
}

// Of so many collections no list is put together: the videos are read on instead.
func TestManyCollectionsAreLookedInto(t *testing.T) {
	l := opened(t)
	collected(t, l, 3)
	add(t, l, "other", "x", 99)
	for range 2 {
		if got := ids(t, l, GalleryQuery{Text: "has:collection"}); got != "v2 v1 v0" {
			t.Error(got)
		}
		if got := ids(t, l, GalleryQuery{Text: "-has:collection"}); got != "other" {
			t.Error(got)
		}
		_, err := l.db.ExecContext(t.Context(), "WITH RECURSIVE many(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM many WHERE i < 600) INSERT OR IGNORE INTO collections (id, name, smart, created_at) SELECT 'c' || i, 'c' || i, 0, i FROM many")
		must(t, err)
	}
}
