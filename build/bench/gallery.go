//go:build linux

package main

import (
	"context"
	"fmt"
	"time"

	"conch/build/bench/seed"
)

// sizes are the libraries that are compared.
var sizes = []int{100, 10_000, 100_000}

// galleries measures what a library's size costs.
func galleries(root, _ string) error {
	ctx := context.Background()
	for _, size := range sizes {
		start := time.Now()
		if _, err := seed.Make(ctx, root, seed.Options{Seed: 4, Count: size}, false); err != nil {
			return err
		}
		row("library made", fmt.Sprint(size), fmt.Sprintf("%.1f s", time.Since(start).Seconds()))
	}
	return nil
}
