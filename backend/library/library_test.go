package library

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/studio"
)

func opened(t *testing.T) *Library {
	l, err := Open(t.Context(), filepath.Join(t.TempDir(), "data", "library.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func add(t *testing.T, l *Library, id, prompt string, at int64) {
	t.Helper()
	if err := l.AddVideo(t.Context(), generation.Video{ID: id, Name: prompt, Prompt: prompt, Model: "minimax/hailuo-02/standard", CreatedAt: at}); err != nil {
		t.Fatal(err)
	}
}

func ids(t *testing.T, l *Library, q VideosQuery) string {
	t.Helper()
	page, err := l.Videos(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, v := range page.Videos {
		all = append(all, v.ID)
	}
	return strings.Join(all, " ")
}

func TestSearch(t *testing.T) {
	l := opened(t)
	add(t, l, "shell", "A shell opens on the beach at dawn", 1)
	add(t, l, "beach", "海螺在沙灘上慢慢打開", 2)
	add(t, l, "city", "城市夜景，霓虹燈 neon lights [Pan left]", 3)
	for query, want := range map[string]string{
		"":           "city beach shell",
		"shell":      "shell",
		"SHE":        "shell",
		"沙灘":         "beach",
		"海螺":         "beach",
		"灘":          "beach",
		"沙上":         "",
		"夜景 neon":    "city",
		"hailuo":     "city beach shell",
		`"; DROP --`: "",
		"* AND (":    "",
		"pan":        "city",
	} {
		if got := ids(t, l, VideosQuery{Query: query}); got != want {
			t.Errorf("%q found %q, want %q", query, got, want)
		}
	}
	if _, err := l.Rename(t.Context(), "shell", "  Conch\nat dawn "); err != nil {
		t.Fatal(err)
	}
	if got := ids(t, l, VideosQuery{Query: "conch"}); got != "shell" {
		t.Fatal("a new name is not found:", got)
	}
}

func TestPagesMeetEveryVideoOnce(t *testing.T) {
	l := opened(t)
	for i := range 25 {
		add(t, l, fmt.Sprintf("v%02d", i), "x", int64(i/5)) // five to a moment
	}
	seen, after := map[string]bool{}, ""
	for {
		page, err := l.Videos(t.Context(), VideosQuery{After: after, Limit: 7})
		if err != nil || page.Total != 25 {
			t.Fatal(err, page.Total)
		}
		for _, v := range page.Videos {
			if seen[v.ID] {
				t.Fatal(v.ID, "came twice")
			}
			seen[v.ID] = true
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if len(seen) != 25 {
		t.Fatal(len(seen))
	}
}

func run(service string) generation.Generation {
	return generation.Generation{
		ID: "g", Service: service, State: generation.Waiting, CreatedAt: 1,
		Request: generation.Request{Model: "m", Params: map[string]any{"prompt": "x", "duration": 6}},
	}
}

func TestOneOwnerAtATime(t *testing.T) {
	l, ctx := opened(t), t.Context()
	g, err := l.Create(ctx, run("s"), studio.Lease{Owner: "first", Until: 100})
	if err != nil {
		t.Fatal(err)
	}
	if all, err := l.Claim(ctx, "s", studio.Lease{Owner: "second", Until: 200}, 50); err != nil || len(all) != 0 {
		t.Fatal("a living owner was robbed", err, all)
	}
	if all, err := l.Claim(ctx, "other", studio.Lease{Owner: "second", Until: 300}, 150); err != nil || len(all) != 0 {
		t.Fatal("another service's run was taken", err, all)
	}
	if all, err := l.Claim(ctx, "s", studio.Lease{Owner: "second", Until: 300}, 150); err != nil || len(all) != 1 {
		t.Fatal("a dead owner's run was left", err, all)
	}
	g.State = generation.Submitting
	if _, err := l.Save(ctx, "first", g); !errors.Is(err, studio.ErrLost) {
		t.Fatal("the dead owner came back and wrote", err)
	}
	if _, err := l.RequestCancel(ctx, "g"); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Save(ctx, "second", g); !errors.Is(err, studio.ErrCanceled) {
		t.Fatal("a canceled run was submitted", err)
	}
}

func TestEstimateIsTheServicesOwn(t *testing.T) {
	l, ctx := opened(t), t.Context()
	for i, took := range []int64{30_000, 50_000, 40_000} {
		g := run("s")
		g.ID = fmt.Sprint("g", i)
		if _, err := l.Create(ctx, g, studio.Lease{Owner: "o", Until: 1}); err != nil {
			t.Fatal(err)
		}
		g.State, g.SubmittedAt, g.CompletedAt = generation.Done, 1000, 1000+took
		if _, err := l.Finish(ctx, "o", g, nil); err != nil {
			t.Fatal(err)
		}
	}
	if s, err := l.Estimate(ctx, "s", "m", "6"); err != nil || s != 40 {
		t.Fatal(s, err)
	}
	if s, err := l.Estimate(ctx, "demo", "m", "6"); err != nil || s != 0 {
		t.Fatal("a demonstration learned from real runs", s, err)
	}
}

func TestFaults(t *testing.T) {
	l := opened(t)
	if _, err := l.Video(t.Context(), "none"); !fault.Is(err, fault.NotFound) {
		t.Fatal(err)
	}
	add(t, l, "v", "x", 1)
	if _, err := l.Rename(t.Context(), "v", " \n "); fault.Of(err).Rule != "name_empty" {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), "/proc/no/library.db"); !fault.Is(err, fault.Library) {
		t.Fatal(err)
	}
}

func TestWatchTellsWhatAnotherProcessWrote(t *testing.T) {
	path := filepath.Join(t.TempDir(), "library.db")
	mine, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	told := make(chan Changes, 10)
	watching := make(chan struct{})
	go func() {
		defer close(watching)
		mine.Watch(ctx, 5*time.Millisecond, func(c Changes) { told <- c })
	}()
	add(t, theirs, "theirs", "x", 1)
	for found := false; !found; { // the watcher may have begun before or after
		select {
		case c := <-told:
			found = len(c.Videos) > 0
		case <-time.After(50 * time.Millisecond):
			if _, err := theirs.SetFavourite(t.Context(), "theirs", true); err != nil {
				t.Fatal(err)
			}
		}
	}
	stop()
	<-watching
	if err := errors.Join(mine.Close(), theirs.Close()); err != nil {
		t.Fatal(err)
	}
}

func FuzzFileName(f *testing.F) {
	f.Add("a shell at dawn")
	f.Add("../../etc/passwd")
	f.Add("海螺\x00\u202e/\\:*?\"<>|")
	f.Add("CON.")
	f.Fuzz(func(t *testing.T, prompt string) {
		name := FileName(time.UnixMilli(0), prompt, "0123456789abcdef", ".mp4")
		if len(name) > 160 || strings.ContainsAny(name, "/\\:*?\"<>|\x00\n") || !strings.HasSuffix(name, ".mp4") || !utf8.ValidString(name) || filepath.Base(name) != name {
			t.Fatalf("%q", name)
		}
	})
}
