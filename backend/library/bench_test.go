package library_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"conch/backend/generation"
	"conch/backend/library"
	"conch/build/bench/seed"
)

var (
	filling sync.Mutex
	filled  = map[int]*library.Library{}
)

// of is a library of so many videos with what a person said of them, made once. Where CONCH_LIBRARIES names a folder
// it is kept there for the next time.
func of(b *testing.B, count int) *library.Library {
	b.Helper()
	filling.Lock()
	defer filling.Unlock()
	if l := filled[count]; l != nil {
		return l
	}
	folder := os.Getenv("CONCH_LIBRARIES")
	if folder == "" {
		folder = b.TempDir()
	}
	path := filepath.Join(folder, fmt.Sprint(count), "library.db")
	_, missing := os.Stat(path)
	ctx := context.Background()
	l, err := library.Open(ctx, path)
	if err != nil {
		b.Fatal(err)
	}
	if missing != nil {
		err = fill(ctx, l, count)
	}
	if err := errors.Join(err, l.Index(ctx)); err != nil {
		b.Fatal(err)
	}
	if os.Getenv("CONCH_LIBRARIES") != "" {
		filled[count] = l
	}
	return l
}

func fill(ctx context.Context, l *library.Library, count int) error {
	var some []generation.Video
	for p := range seed.Pieces(seed.Options{Seed: 1, Count: count}) {
		if p.Video == nil {
			continue
		}
		v, m := *p.Video, p.Marks
		v.Path = filepath.Join("/videos", library.FileName(time.UnixMilli(v.CreatedAt), v.Prompt, v.ID, ".mp4"))
		v.Rating, v.Label, v.Notes, v.Tags = m.Rating, m.Label, m.Notes, m.Tags
		if m.From != "" {
			v.Origin = &generation.Origin{Kind: generation.LastFrame, Video: m.From}
		}
		if some = append(some, v); len(some) == 2000 {
			if err := l.AddVideos(ctx, some); err != nil {
				return err
			}
			some = some[:0]
		}
	}
	return l.AddVideos(ctx, some)
}

var sizes = []int{10_000, 100_000}

// BenchmarkGallery measures what a scroll and a keystroke ask: a page, the sections, a count.
func BenchmarkGallery(b *testing.B) {
	for _, size := range sizes {
		for _, text := range []string{"", "a", "s", "sl", "slow", "slow p", "slow pan", "雨", "雨夜", "-rain", "rain -slow", "fav:yes", "fav:yes slow", "rating:5", "rating:5 a", "label:red", "tag:portrait", "tag:portrait slow",
			"model:pro", "model:nothing", "cost:>5", "duration:10 has:image", "after:2026-06 slow", "has:note -fav:yes", "is:missing"} {
			for _, stacked := range []bool{false, true} {
				q := library.GalleryQuery{Text: text, Stacked: stacked}
				name := fmt.Sprintf("%d/stacked=%v/%s", size, stacked, text)
				b.Run("page/"+name, func(b *testing.B) {
					l := of(b, size)
					p95(b, func() error { _, err := l.Videos(context.Background(), q, "", 0, 120); return err })
				})
				b.Run("sections/"+name, func(b *testing.B) {
					l := of(b, size)
					p95(b, func() error { _, err := l.Sections(context.Background(), q); return err })
				})
			}
		}
	}
}

// BenchmarkScroll measures pages at the far end, and all over a library by day.
func BenchmarkScroll(b *testing.B) {
	for _, size := range sizes {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			l := of(b, size)
			s, err := l.Sections(context.Background(), library.GalleryQuery{})
			if err != nil {
				b.Fatal(err)
			}
			at := 0
			p95(b, func() error {
				day := s.Days[at*7919%len(s.Days)]
				at++
				_, err := l.Videos(context.Background(), library.GalleryQuery{}, day.Day, at%day.Count, 120)
				return err
			})
		})
	}
}

// BenchmarkMark tags 10,000 videos and takes it back.
func BenchmarkMark(b *testing.B) {
	for _, size := range sizes {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			l := of(b, size)
			ctx := context.Background()
			ids, err := l.IDs(ctx, library.GalleryQuery{}, "", 0, 10_000)
			if err != nil {
				b.Fatal(err)
			}
			var tagged, undone time.Duration
			for b.Loop() {
				start := time.Now()
				e, err := l.Mark(ctx, ids, library.Marks{AddTags: []string{"ten thousand"}})
				between := time.Now()
				if err == nil {
					_, err = l.Undo(ctx, e.ID)
				}
				if err != nil {
					b.Fatal(err)
				}
				tagged, undone = tagged+between.Sub(start), undone+time.Since(between)
			}
			b.ReportMetric(float64(tagged.Milliseconds())/float64(b.N), "tag-ms")
			b.ReportMetric(float64(undone.Milliseconds())/float64(b.N), "undo-ms")
			start := time.Now()
			if err := l.Index(ctx); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(time.Since(start).Milliseconds()), "index-ms")
		})
	}
}

// p95 reports the time that 95 of a hundred stay under.
func p95(b *testing.B, do func() error) {
	b.Helper()
	var all []time.Duration
	for b.Loop() {
		start := time.Now()
		if err := do(); err != nil {
			b.Fatal(err)
		}
		all = append(all, time.Since(start))
	}
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)*95/100].Microseconds())/1000, "p95-ms")
}
