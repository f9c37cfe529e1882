//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"conch/build/bench/seed"
)

// librarySeed makes the libraries; any other would do.
const librarySeed = 4

// gallery is the comparison of libraries of several sizes.
type gallery struct {
	table
	root, dir string
	conch     string
	sizes     []int
	runs      int
	homes     map[int]seed.Home
	desks     map[int]*desk
	plans     []seed.Statement
}

// galleries measures what a library's size costs, and prints one table.
func galleries(root, dir, list, parts string, runs int) error {
	var sizes []int
	for text := range strings.SplitSeq(list, ",") {
		size, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("a library's size: %w", err)
		}
		sizes = append(sizes, size)
	}
	g := &gallery{root: root, dir: dir, conch: filepath.Join(root, "build/bin/conch"), sizes: sizes, runs: runs, homes: map[int]seed.Home{}, desks: map[int]*desk{}}
	defer func() {
		for _, d := range g.desks {
			d.close()
		}
	}()
	ctx := context.Background()
	for _, size := range sizes {
		start := time.Now()
		var err error
		if g.homes[size], err = seed.Make(ctx, root, seed.Options{Seed: librarySeed, Count: size}, false); err != nil {
			return fmt.Errorf("make a library of %d: %w", size, err)
		}
		g.say("a library of %s: %.1f s", thousands(size), time.Since(start).Seconds())
	}
	wanted := strings.Split(parts, ",")
	for _, part := range []struct {
		name    string
		measure func(context.Context) error
	}{
		{"questions", g.questions},
		{"bulk", g.bulk},
		{"rescan", g.rescan},
		{"rebuild", g.rebuild},
		{"start", g.start},
		{"frames", g.frames},
	} {
		if !slices.Contains(wanted, part.name) {
			continue
		}
		g.say("measuring: %s; load %s", part.name, load1())
		if err := part.measure(ctx); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	g.print(sizes)
	g.printPlans()
	return nil
}

// say tells how far it is, beside the table.
func (g *gallery) say(form string, args ...any) { fmt.Fprintf(os.Stderr, form+"\n", args...) }

// load1 is the machine's load at this moment: its other users are in every figure.
func load1() string {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Fields(string(raw))[0]
}
