package library

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"conch/backend/generation"
)

// mostBins of equal width tell how long nearly all runs took; one more has those that took longer.
const mostBins = 20

// timed counts runs that took so many tenths of a second.
type timed struct {
	tenths int64
	runs   int
}

// tempos fills in how long the runs that were begun between two moments took. Who has a time was submitted, and so its
// model is among the tallied ones.
func (l *Library) tempos(ctx context.Context, service string, from, to int64, s *generation.Statistics) error {
	models, whole := map[string][]timed{}, map[int64]int{}
	for _, t := range s.Tallies {
		if models[t.Model] != nil {
			continue
		}
		some, err := l.times(ctx, service, t.Model, from, to)
		if err != nil {
			return err
		}
		models[t.Model] = some
		for _, t := range some {
			whole[t.tenths] += t.runs
		}
	}
	if len(whole) == 0 {
		return nil
	}
	all := make([]timed, 0, len(whole))
	for tenths, runs := range whole {
		all = append(all, timed{tenths, runs})
	}
	slices.SortFunc(all, func(a, b timed) int { return cmp.Compare(a.tenths, b.tenths) })
	most := rank(all, 98)
	step := stepTo(most)
	bins := int(most/step) + 2
	s.Step, s.All = step*100, tempoOf("", all, step, bins)
	for model, some := range models {
		if len(some) == 0 {
			continue
		}
		s.Tempos = append(s.Tempos, tempoOf(model, some, step, bins))
	}
	slices.SortFunc(s.Tempos, func(a, b generation.Tempo) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Model, b.Model))
	})
	return nil
}

// times are a model's, shortest first; never nil.
func (l *Library) times(ctx context.Context, service, model string, from, to int64) ([]timed, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT (took + 50) / 100 tenths, count(*) FROM generations
		WHERE service = ? AND model = ? AND took > 0 AND created_at >= ? AND created_at < ? GROUP BY tenths ORDER BY tenths`, service, model, from, to)
	if err != nil {
		return nil, fmt.Errorf("count times: %w", err)
	}
	defer func() { _ = rows.Close() }()
	all := []timed{}
	for rows.Next() {
		var t timed
		if err := rows.Scan(&t.tenths, &t.runs); err != nil {
			return nil, fmt.Errorf("count times: %w", err)
		}
		all = append(all, t)
	}
	return all, rows.Err()
}

// tempoOf says it of times in order, in bins that are step tenths wide.
func tempoOf(model string, times []timed, step int64, bins int) generation.Tempo {
	t := generation.Tempo{Model: model, Median: rank(times, 50) * 100, Ninety: rank(times, 90) * 100, Bins: make([]int, bins)}
	for _, one := range times {
		t.Count += one.runs
		t.Bins[min(one.tenths/step, int64(bins-1))] += one.runs
	}
	return t
}

// rank is the shortest time that so many percent of all stay within.
func rank(times []timed, percent int) int64 {
	total := 0
	for _, t := range times {
		total += t.runs
	}
	left := (total*percent + 99) / 100
	for _, t := range times {
		if left -= t.runs; left <= 0 {
			return t.tenths
		}
	}
	return 0
}

// stepTo is the narrowest round width, in tenths, that puts a time among mostBins.
func stepTo(time int64) int64 {
	for power := int64(1); ; power *= 10 {
		for _, round := range []int64{1, 2, 5} {
			if time/(round*power) < mostBins {
				return round * power
			}
		}
	}
}
