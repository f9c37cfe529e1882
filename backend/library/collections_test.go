package library

import (
	"sync"
	"testing"

	"conch/backend/fault"
)

// A name is a collection's own, however it is written.
func TestNoTwoCollectionsAreCalledTheSame(t *testing.T) {
	l := opened(t)
	ctx := t.Context()
	reel, err := l.SaveCollection(ctx, Collection{Name: "Ｃafé  Reel"})
	must(t, err)
	rain, err := l.SaveCollection(ctx, Collection{Name: "Rain", Smart: true, Query: "rain"})
	must(t, err)
	version := func() (v int64) {
		must(t, l.db.QueryRowContext(ctx, "SELECT version FROM counter").Scan(&v))
		return v
	}
	before := version()
	for _, c := range []Collection{
		{Name: "café reel"}, {Name: " CAFE\u0301\u3000reel "}, {Name: "rain"}, {Name: "CAFÉ REEL", Smart: true, Query: "x"}, {ID: rain.ID, Name: "Café Reel", Query: "rain"},
	} {
		want := reel.Name
		if c.Name == "rain" {
			want = rain.Name
		}
		_, err := l.SaveCollection(ctx, c)
		if f := fault.Of(err); f == nil || f.Rule != "collection_exists" || f.Args["name"] != want {
			t.Errorf("%q: %v", c.Name, err)
		}
	}
	if all, err := l.Collections(ctx); err != nil || len(all) != 2 || version() != before {
		t.Errorf("%+v %v", all, err)
	}
	// Its own is free to it, and so is that of one that was removed.
	if _, err := l.SaveCollection(ctx, Collection{ID: reel.ID, Name: "café reel"}); err != nil {
		t.Error(err)
	}
	gone, err := l.RemoveCollection(ctx, reel.ID)
	must(t, err)
	if _, err = l.SaveCollection(ctx, Collection{Name: "Café Reel"}); err != nil {
		t.Error(err)
	}
	// An undo brings one back all the same; its search and the case of its name can still change.
	_, err = l.Undo(ctx, gone.ID)
	must(t, err)
	if _, err := l.SaveCollection(ctx, Collection{ID: reel.ID, Name: "Café reel"}); err != nil {
		t.Error(err)
	}
	if _, err := l.SaveCollection(ctx, Collection{ID: reel.ID, Name: "Showreel"}); err != nil {
		t.Error(err)
	}
}

// Two windows that make one at the same moment: the second is told.
func TestACollectionIsMadeOnce(t *testing.T) {
	l := opened(t)
	const hands = 8
	var made sync.WaitGroup
	errs := make([]error, hands)
	for i := range hands {
		made.Go(func() { _, errs[i] = l.SaveCollection(t.Context(), Collection{Name: "Reel"}) })
	}
	made.Wait()
	refused := 0
	for _, err := range errs {
		if err != nil && fault.Of(err).Rule == "collection_exists" {
			refused++
		}
	}
	if refused != hands-1 {
		t.Errorf("%d of %d were refused: %v", refused, hands, errs)
	}
}

// Two of an older library that are called the same are told apart, looked into and renamed.
func TestTwinsOfAnOlderLibraryKeepWorking(t *testing.T) {
	l := opened(t)
	ctx := t.Context()
	_, err := l.db.ExecContext(ctx, "INSERT INTO collections (id, name, smart, query, created_at) VALUES ('a', 'Reel', 0, '', 1), ('b', 'reel', 1, 'x', 2)")
	must(t, err)
	add(t, l, "v0", "x", 0)
	if e, err := l.Collect(ctx, "a", []string{"v0"}); err != nil || e.Count != 1 {
		t.Errorf("%+v %v", e, err)
	}
	if c, err := l.SaveCollection(ctx, Collection{ID: "b", Name: "reel", Query: "y"}); err != nil || c.Query != "y" {
		t.Errorf("%+v %v", c, err)
	}
	if n, err := l.CountCollection(ctx, "a"); err != nil || n != 1 {
		t.Errorf("%d %v", n, err)
	}
	if _, err := l.SaveCollection(ctx, Collection{ID: "b", Name: "Rain", Query: "y"}); err != nil {
		t.Error(err)
	}
	if _, err := l.SaveCollection(ctx, Collection{ID: "b", Name: "REEL", Query: "y"}); fault.Of(err) == nil || fault.Of(err).Rule != "collection_exists" {
		t.Error(err)
	}
}
