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

// spell is how long something took, in seconds, and what of it the processors worked for this process.
type spell struct{ wall, worked float64 }

func (s spell) onWall() float64 { return s.wall }
func (s spell) onWork() float64 { return s.worked }

// look looks through the videos folder of a home whose library is open.
func look(ctx context.Context, home seed.Home, lib *library.Library) (f archive.Found, took spell, err error) {
	there := func(context.Context, string) error { return nil }
	start, before := time.Now(), spent(os.Getpid())
	f, err = archive.Looking{Library: lib, Roots: []string{home.Videos()}, Reachable: there}.Look(ctx)
	return f, spell{time.Since(start).Seconds(), (spent(os.Getpid()) - before).Seconds()}, err
}

// rescan looks through folders in which nothing changed, the sizes in turns. The first look writes down the files'
// times and doesn't count.
func (g *gallery) rescan(ctx context.Context) (err error) {
	took := map[int][]spell{}
	for run := range g.runs + 1 {
		for _, size := range g.sizes {
			lib, err := library.Open(ctx, g.homes[size].Database())
			if err != nil {
				return err
			}
			f, s, err := look(ctx, g.homes[size], lib)
			if err := errors.Join(err, lib.Close()); err != nil {
				return err
			}
			if f.Same != size || f.News() || len(f.Problems) > 0 {
				return fmt.Errorf("news where nothing changed: %+v", f)
			}
			if run > 0 {
				took[size] = append(took[size], s)
			}
		}
	}
	for _, size := range g.sizes {
		g.put("rescan with nothing changed", "3 s", "s", size, median(each(took[size], spell.onWall)))
		g.put("the processor's part of it", "", "s", size, median(each(took[size], spell.onWork)))
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
		var all []spell
		for range max(1, g.runs/3) {
			if err := os.RemoveAll(filepath.Dir(home.Database())); err != nil {
				return err
			}
			lib, err := library.Open(ctx, home.Database())
			if err != nil {
				return err
			}
			f, s, err := look(ctx, home, lib)
			if err := errors.Join(err, lib.Close()); err != nil {
				return err
			}
			if f.Added != size {
				return fmt.Errorf("not everything came back: %+v", f)
			}
			all = append(all, s)
		}
		g.put("rebuilt from their files", "500 videos/s", "/s", size, float64(size)/median(each(all, spell.onWall)))
		g.put("the same for each second of processor time", "", "/s", size, float64(size)/median(each(all, spell.onWork)))
	}
	return nil
}
