//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"conch/backend/archive"
	"conch/backend/library"
	"conch/build/bench/seed"
)

// films is the largest library whose films are all real and distinct: 700 MB.
const films = 10_000

// look looks through the videos folder of a home whose library is open.
func look(ctx context.Context, home seed.Home, lib *library.Library) (f archive.Found, seconds float64, err error) {
	there := func(context.Context, string) error { return nil }
	start := time.Now()
	f, err = archive.Looking{Library: lib, Roots: []string{home.Videos()}, Reachable: there}.Look(ctx)
	return f, time.Since(start).Seconds(), err
}

// rescan looks through folders in which nothing changed, the sizes in turns. The first look writes down the files'
// times and doesn't count.
func (g *gallery) rescan(ctx context.Context) (err error) {
	took := map[int][]float64{}
	for run := range g.runs + 1 {
		for _, size := range g.sizes {
			lib, err := library.Open(ctx, g.homes[size].Database())
			if err != nil {
				return err
			}
			f, seconds, err := look(ctx, g.homes[size], lib)
			if err := errors.Join(err, lib.Close()); err != nil {
				return err
			}
			if f.Same != size || f.News() || len(f.Problems) > 0 {
				return fmt.Errorf("news where nothing changed: %+v", f)
			}
			if run > 0 {
				took[size] = append(took[size], seconds)
			}
		}
	}
	for _, size := range g.sizes {
		g.put("rescan with nothing changed", "3 s", "s", size, median(took[size]))
	}
	return nil
}

// rebuild takes the database away and makes it anew from what stands in the films.
func (g *gallery) rebuild(ctx context.Context) error {
	for _, size := range g.sizes {
		if size > films {
			continue
		}
		home, err := seed.Make(ctx, g.root, seed.Options{Seed: librarySeed, Count: size}, true)
		if err != nil {
			return err
		}
		var rates []float64
		for range max(1, g.runs/3) {
			if err := os.RemoveAll(filepath.Dir(home.Database())); err != nil {
				return err
			}
			lib, err := library.Open(ctx, home.Database())
			if err != nil {
				return err
			}
			f, seconds, err := look(ctx, home, lib)
			if err := errors.Join(err, lib.Close()); err != nil {
				return err
			}
			if f.Added != size {
				return fmt.Errorf("not everything came back: %+v", f)
			}
			rates = append(rates, float64(size)/seconds)
		}
		g.put("rebuilt from their files", "500 videos/s", "/s", size, median(rates))
	}
	return nil
}
