package library

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"conch/backend/query"
)

// Where stacks are shown as one, the newest of a stack that matches stands for it. A top (the newest outside the
// trash) that matches always does, so that only for the others a newer one is looked for.

// single is the condition of standing for a stack, among those that meet the conditions.
func single(q GalleryQuery, all []condition) condition {
	sql, args := "", []any{}
	for _, c := range all {
		sql += " AND " + strings.NewReplacer("@", "o", "#", "o.n").Replace(c.sql)
		args = append(args, c.args...)
	}
	if q.Collection != "" {
		sql += " AND EXISTS (SELECT 1 FROM collection_items WHERE collection_id = ? AND n = o.n)"
		args = append(args, q.Collection)
	}
	return condition{"(@.top = 1 OR NOT EXISTS (SELECT 1 FROM videos o WHERE o.stack = @.stack AND o.stack != 0 AND o.n > @.n" + sql + "))", args}
}

// standing reads what words select from the newest on and gives, until each has enough, those that stand for their
// stacks: who comes first does. To ask search of each whether a newer one matches takes a hundred times as long.
func (l *Library) standing(ctx context.Context, s selection, each func(n int64) bool) error {
	numbers, args := s.numbers("v.stack", "v.top")
	rows, err := l.ask(ctx, numbers, args...)
	if err != nil {
		return fmt.Errorf("list stacks: %w", err)
	}
	defer func() { _ = rows.Close() }()
	seen := map[int64]bool{}
	for rows.Next() {
		var n, stack int64
		var top bool
		if err := rows.Scan(&n, &stack, &top); err != nil {
			return fmt.Errorf("list stacks: %w", err)
		}
		again := !top && seen[stack]
		seen[stack] = true
		if !again && !each(n) {
			break
		}
	}
	return rows.Err()
}

// stretchOfStacks is a stretch of those that stand for their stacks.
func (l *Library) stretchOfStacks(ctx context.Context, s selection, until int64, offset, limit int) (string, []any, error) {
	which := []int64{}
	err := l.standing(ctx, s, func(n int64) bool {
		if n < until {
			if offset--; offset < 0 {
				which = append(which, n)
			}
		}
		return len(which) < limit
	})
	return "SELECT value n FROM json_each(?)", []any{list(which)}, err
}

// daysOfStacks counts those that stand for their stacks by local day, newest first.
func (l *Library) daysOfStacks(ctx context.Context, s selection) (days []Section, err error) {
	began := int64(math.MaxInt64)
	err = l.standing(ctx, s, func(n int64) bool {
		if n < began {
			y, m, d := time.UnixMilli(n / spread).Date()
			start := query.DayStart(y, m, d, time.Local)
			began = numberAt(start.UnixMilli())
			days = append(days, Section{Day: fmt.Sprintf("%04d-%02d-%02d", y, m, d)})
		}
		days[len(days)-1].Count++
		return true
	})
	return days, err
}
