package seed

import (
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// newest is the last day of every library; longest is how far back the largest go.
var newest = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

const longest = 3*365 + 1

// moments are when videos were made, oldest first, on days as people have them: idle ones, weekends, rushes, holidays,
// and a studio that grows.
func moments(o Options) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		rng := rand.New(rand.NewPCG(o.Seed, 1))
		days := min(longest, max(1, (o.Count+11)/12))
		weights := make([]float64, days)
		for i := range weights {
			day := newest.AddDate(0, 0, i+1-days)
			w := math.Exp(rng.NormFloat64()*0.8) * (0.4 + float64(i+1)/float64(days))
			switch {
			case i+1 < days && rng.IntN(4) == 0, day.Month() == time.August && day.Day() > 9 && day.Day() < 24:
				w = 0
			case day.Weekday() == time.Saturday || day.Weekday() == time.Sunday:
				w *= 1.7
			}
			weights[i] = w
		}
		for i, count := range shares(weights, o.Count) {
			for _, at := range within(rng, newest.AddDate(0, 0, i+1-days), count) {
				if !yield(at) {
					return
				}
			}
		}
	}
}

// shares splits a count by weights, so that it sums.
func shares(weights []float64, count int) []int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	parts := make([]int, len(weights))
	given, so := 0, 0.0
	for i, w := range weights {
		so += w
		parts[i] = int(math.Round(so/sum*float64(count))) - given
		given += parts[i]
	}
	return parts
}

// within are the moments of one day, in sittings.
func within(rng *rand.Rand, day time.Time, count int) []time.Time {
	var all []time.Time
	sittings := 1 + rng.IntN(3)
	for sitting := range sittings {
		at := day.Add(8*time.Hour + time.Duration(rng.Float64()*13*float64(time.Hour)))
		part := count * (sitting + 1) / sittings
		for ; len(all) < part; at = at.Add(time.Duration(rng.ExpFloat64() * float64(time.Minute))) {
			if end := day.Add(24*time.Hour - time.Millisecond); at.After(end) {
				at = end.Add(-time.Duration(rng.Float64() * float64(time.Hour)))
			}
			all = append(all, at.Truncate(time.Millisecond))
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return all
}
