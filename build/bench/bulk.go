//go:build linux

package main

import (
	"context"
	"errors"
	"time"

	"conch/backend/library"
)

// selected is how many videos a person has chosen when they tag them.
const selected = 10_000

// bulk tags as many videos as there are, up to selected, and takes it back, the sizes in turns.
func (g *gallery) bulk(ctx context.Context) (err error) {
	libs, chosen := map[int]*library.Library{}, map[int][]string{}
	for _, size := range g.sizes {
		lib, openErr := library.Open(ctx, g.homes[size].Database())
		if openErr != nil {
			return openErr
		}
		defer func() { err = errors.Join(err, lib.Close()) }()
		libs[size] = lib
		if chosen[size], err = lib.IDs(ctx, library.GalleryQuery{}, "", 0, selected); err != nil {
			return err
		}
	}
	took := map[string]map[int][]float64{"tag 10,000 selected": {}, "take that back": {}, "index them again, in the background": {}}
	seconds := func(name string, size int, do func() error) error {
		start := time.Now()
		if err := do(); err != nil {
			return err
		}
		took[name][size] = append(took[name][size], time.Since(start).Seconds())
		return nil
	}
	for range g.runs {
		for _, size := range g.sizes {
			var edit library.Edit
			err := errors.Join(
				seconds("tag 10,000 selected", size, func() (err error) {
					edit, err = libs[size].Mark(ctx, chosen[size], library.Marks{AddTags: []string{"ten thousand"}})
					return err
				}),
				seconds("take that back", size, func() (err error) {
					_, err = libs[size].Undo(ctx, edit.ID)
					return err
				}),
				seconds("index them again, in the background", size, func() error { return libs[size].Index(ctx) }))
			if err != nil {
				return err
			}
		}
	}
	for name, aim := range map[string]string{"tag 10,000 selected": "1 s", "take that back": "1 s", "index them again, in the background": ""} {
		for _, size := range g.sizes {
			g.put(name, aim, "s", size, median(took[name][size]))
		}
	}
	return nil
}
