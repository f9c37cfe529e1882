//go:build linux

package main

import (
	"fmt"
	"slices"
	"strings"
)

// table gathers what was measured at each size.
type table struct{ figures []*figure }

type figure struct {
	name, aim, unit string
	at              map[int]float64
}

func (t *table) put(name, aim, unit string, size int, value float64) {
	at := slices.IndexFunc(t.figures, func(f *figure) bool { return f.name == name })
	if at < 0 {
		at = len(t.figures)
		t.figures = append(t.figures, &figure{name, aim, unit, map[int]float64{}})
	}
	t.figures[at].at[size] = value
}

// print gives a row for each figure; growth is from the last size but one to the last.
func (t *table) print(sizes []int) {
	fmt.Printf("\n| %-46s | %-28s |", "what", "aim at 100,000")
	for _, size := range sizes {
		fmt.Printf(" %12s |", "at "+thousands(size))
	}
	fmt.Printf(" growth |\n|%s|%s|%s---|\n", strings.Repeat("-", 48), strings.Repeat("-", 30), strings.Repeat("---|", len(sizes)))
	for _, f := range t.figures {
		fmt.Printf("| %-46s | %-28s |", f.name, f.aim)
		for _, size := range sizes {
			cell := "-"
			if v, measured := f.at[size]; measured {
				cell = strings.TrimSpace(fmt.Sprintf("%.*f %s", digits(v), v, f.unit))
			}
			fmt.Printf(" %12s |", cell)
		}
		growth := "-"
		if n := len(sizes); n > 1 && f.at[sizes[n-2]] > 0 && f.at[sizes[n-1]] > 0 {
			growth = fmt.Sprintf("%.2fx", f.at[sizes[n-1]]/f.at[sizes[n-2]])
		}
		fmt.Printf(" %6s |\n", growth)
	}
}

func digits(v float64) int {
	switch {
	case v >= 100:
		return 0
	case v >= 10:
		return 1
	}
	return 2
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// quantile of values; 0 for none.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}
