//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"conch/backend/generation"
	"conch/backend/library"
	"conch/build/bench/seed"
)

// films is the largest library whose films are all real and distinct: 700 MB.
const films = 10_000

// rebuild takes the database away and makes it anew from what stands in the films.
func (g *gallery) rebuild(ctx context.Context) error {
	took := map[int][]float64{}
	for range max(1, g.runs/3) {
		for _, size := range g.sizes {
			if size > films {
				continue
			}
			home, err := seed.Make(ctx, g.root, seed.Options{Seed: librarySeed, Count: size}, true)
			if err != nil {
				return err
			}
			seconds, err := rebuilt(ctx, home)
			if err != nil {
				return fmt.Errorf("%d videos: %w", size, err)
			}
			took[size] = append(took[size], float64(size)/seconds)
		}
	}
	for size, rates := range took {
		g.put("rebuilt from their files", "500 videos/s", "/s", size, median(rates))
	}
	return nil
}

// rebuilt gives the seconds that it took to have every video back.
func rebuilt(ctx context.Context, home seed.Home) (float64, error) {
	if err := os.RemoveAll(filepath.Dir(home.Database())); err != nil {
		return 0, err
	}
	var runs []generation.Generation // a trace of the library that was: without one, a missing database is a new one
	for p := range seed.Pieces(seed.Options{Seed: librarySeed, Count: home.Count}) {
		if runs = append(runs, p.Run); p.Video != nil {
			break
		}
	}
	books := func() ([]generation.Generation, error) { return slices.Clone(runs), nil }
	start := time.Now()
	lib, repaired, err := library.OpenOrRebuild(ctx, home.Database(), library.Sources{Books: books, Folders: []string{home.Videos()}})
	if err != nil {
		return 0, err
	}
	seconds := time.Since(start).Seconds()
	if err := lib.Close(); err != nil {
		return 0, err
	}
	if repaired == nil || repaired.Videos != home.Count {
		return 0, fmt.Errorf("not everything came back: %+v", repaired)
	}
	return seconds, nil
}
