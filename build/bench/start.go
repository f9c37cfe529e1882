//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// desk is the desktop of the person with a library of this size.
func (g *gallery) desk(size int) (*desk, error) {
	if d := g.desks[size]; d != nil {
		return d, nil
	}
	dir := filepath.Join(g.dir, fmt.Sprint("desk-", size))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	d, err := openDesk(dir, g.homes[size].Dir, g.conch)
	g.desks[size] = d
	return d, err
}

// start opens the window on its gallery, the sizes in turns.
func (g *gallery) start(context.Context) error {
	drawn := func(f frame) bool { return f.colours() > 20 }
	posters := func(f frame) bool { return f.colours() > 1500 }
	all := map[int][]opened{}
	for run := range g.runs + 1 {
		for _, size := range g.sizes {
			d, err := g.desk(size)
			if err != nil {
				return err
			}
			if run == 0 { // left on its gallery, where it opens next time
				if _, err := d.open(g.conch, drawn, func(int) error { return d.command("xdotool", "key", "ctrl+3").Run() }); err != nil {
					return err
				}
				continue
			}
			o, err := d.open(g.conch, posters, nil)
			if err != nil {
				return fmt.Errorf("at %d: %w", size, err)
			}
			all[size] = append(all[size], o)
		}
	}
	for _, size := range g.sizes {
		g.put("start to the first screen of posters", "", "s", size, median(each(all[size], opened.seconds)))
		beside := make([]float64, g.runs)
		for i := range beside {
			beside[i] = all[size][i].seconds() / all[g.sizes[0]][i].seconds()
		}
		g.put("the same, beside "+thousands(g.sizes[0]), "1.3x", "x", size, median(beside))
	}
	return nil
}
