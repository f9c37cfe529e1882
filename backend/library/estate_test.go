package library

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conch/backend/container"
	"conch/backend/generation"
	"conch/backend/journal"
	"conch/backend/studio"
)

// estate is a library with its journal and its videos, as a few days of work leave them.
type estate struct {
	path, videos string
	book         *journal.Journal
}

func (s estate) sources() Sources {
	return Sources{Books: s.book.Attempts, Folders: []string{s.videos}}
}

// work makes an estate: runs g0 to g(n-1), submitted, done and kept, of which those before backedUp are in a backup.
func work(t testing.TB, n, backedUp int) estate {
	t.Helper()
	dir := t.TempDir()
	s := estate{filepath.Join(dir, "library.db"), filepath.Join(dir, "videos"), journal.Open(filepath.Join(dir, "journal.jsonl"))}
	ctx := context.Background()
	l, err := Open(ctx, s.path)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(err)
	check(os.MkdirAll(filepath.Join(s.videos, "2026-11"), 0o700))
	for i := range n {
		if i == backedUp {
			all, err := l.Backup(ctx)
			if err != nil || len(all) != 1 {
				t.Fatal(all, err)
			}
		}
		g := submitted(i)
		_, err := l.Create(ctx, g, "me", studio.Budget{})
		check(err)
		_, err = l.Save(ctx, "me", g)
		check(err)
		check(s.book.Append(g))
		id := fmt.Sprint("v", i)
		v := generation.Video{ID: id, GenerationID: g.ID, PredictionID: g.PredictionID, Name: fmt.Sprint("name ", i), Prompt: g.Request.Prompt(), Path: s.film(t, g, id)}
		g.State, g.Videos = generation.Done, []string{id}
		_, err = l.Finish(ctx, "me", g, []generation.Video{v})
		check(err)
		check(s.book.Append(g))
	}
	_, err = l.SetFavourite(ctx, "v0", true)
	check(err)
	check(l.Close())
	return s
}

func submitted(i int) generation.Generation {
	price := generation.Price{Amount: 230_000, Source: generation.FromQuote}
	return generation.Generation{
		ID: fmt.Sprint("g", i), Service: "s", State: generation.Processing, PredictionID: fmt.Sprint("p", i), Attempt: 1, Price: &price,
		Request: generation.Request{Model: "m", Params: map[string]any{"prompt": strings.Repeat("a shell opens ", 20)}}, CreatedAt: int64(i + 1), SubmittedAt: int64(i + 1),
	}
}

func (s estate) film(t testing.TB, g generation.Generation, id string) string {
	t.Helper()
	path := filepath.Join(s.videos, "2026-11", id+".mp4")
	tags := container.Tags{Title: "title", Prompt: g.Request.Prompt(), Model: "m", PredictionID: g.PredictionID, GenerationID: g.ID, VideoID: id, Service: "s", CreatedAt: g.CreatedAt}
	if err := container.WriteTags("../container/testdata/clip.mp4", path, tags); err != nil {
		t.Fatal(err)
	}
	return path
}

// everything holds a library to all that was paid and kept.
func everything(t testing.TB, l *Library, n int) {
	t.Helper()
	ctx := context.Background()
	entries, err := l.Ledger(ctx, LedgerQuery{})
	if err != nil || len(entries) != n {
		t.Fatalf("%d rows in the ledger, want %d: %v", len(entries), n, err)
	}
	for i := range n {
		g, err := l.Prediction(ctx, "s", fmt.Sprint("p", i))
		if err != nil || g.State != generation.Done || len(g.Videos) != 1 {
			t.Fatal(i, g, err)
		}
		if v, err := l.Video(ctx, fmt.Sprint("v", i)); err != nil || v.Prompt == "" || v.PredictionID != g.PredictionID {
			t.Fatal(i, v, err)
		}
	}
}

func overwrite(t testing.TB, path string, at int64, with []byte) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteAt(with, at)
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
}
