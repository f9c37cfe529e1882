package library

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Where stacks are shown as one, the one that a person chose stands for its stack, else the newest, of those that
// match. A top (what stands for it among all outside the trash) that matches always does, so that only for the others
// another is looked for.

// StandFor lets a video stand for its stack, or leaves that to the newest. Fault: not_found_video.
func (l *Library) StandFor(ctx context.Context, id string, on bool) (Edit, error) {
	return l.edit(ctx, "front", func(tx *writing) (change, error) {
		this, err := chosen(ctx, tx, []string{id})
		if err != nil {
			return change{}, err
		}
		others, err := numbers(tx.QueryContext(ctx, "SELECT n FROM videos WHERE front = 1 AND stack = (SELECT stack FROM videos WHERE n = ?1) AND n != ?1", this[0]))
		return change{Set: []set{{Column: "front", Value: 0, N: others}, {Column: "front", Value: bit(on), N: this}}}, err
	})
}

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
	other := func(index string) string {
		return "NOT EXISTS (SELECT 1 FROM videos o INDEXED BY " + index + " WHERE o.stack = @.stack AND o.stack != 0"
	}
	return condition{"(@.top = 1 OR " + other("videos_front") + " AND o.front = 1 AND o.n < @.n" + sql + ") AND " + other("videos_stack") + " AND o.n > @.n" + sql + "))", append(args, args...)}
}

// standing reads what words select from the newest on and gives, until each has enough, those that stand for their
// stacks: the chosen ones, else who comes first. To ask search of each whether a newer one matches takes a hundred
// times as long.
func (l *Library) standing(ctx context.Context, s selection, each func(n int64) bool) error {
	fronts, err := l.fronts(ctx)
	if err != nil {
		return err
	}
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
		if front := fronts[stack]; !top && !again && front < n && front != 0 {
			if again, err = l.meets(ctx, s, front); err != nil {
				return err
			}
		}
		seen[stack] = true
		if !again && !each(n) {
			break
		}
	}
	return rows.Err()
}

// meets says whether one video is selected.
func (l *Library) meets(ctx context.Context, s selection, n int64) (bool, error) {
	s.args = slices.Clone(s.args)
	s.and("# = ?", n)
	numbers, args := s.query("1")
	found, err := texts(l.ask(ctx, numbers, args...))
	return len(found) > 0, err
}

// fronts are the chosen ones, by their stacks.
func (l *Library) fronts(ctx context.Context) (map[int64]int64, error) {
	rows, err := l.ask(ctx, "SELECT stack, max(n) FROM videos INDEXED BY videos_front WHERE front = 1 AND trashed_at = 0 GROUP BY stack")
	if err != nil {
		return nil, fmt.Errorf("list stacks: %w", err)
	}
	defer func() { _ = rows.Close() }()
	all := map[int64]int64{}
	for rows.Next() {
		var stack, n int64
		if err := rows.Scan(&stack, &n); err != nil {
			return nil, fmt.Errorf("list stacks: %w", err)
		}
		all[stack] = n
	}
	return all, rows.Err()
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

// stacks are those of several videos outside the trash, as they were at a version of the library.
type stacks struct {
	mu      sync.Mutex
	version int64
	of      map[int64]int // which one a video is in
	fronts  []int64       // of each the one that a person chose; 0 is none
}

// oneOfEach leaves of ascending numbers those that stand for their stacks.
func (l *Library) oneOfEach(ctx context.Context, all []int64) ([]int64, error) {
	of, fronts, err := l.stacked(ctx)
	standing := make([]int64, len(fronts))
	for _, n := range all {
		if stack, is := of[n]; is && (standing[stack] == 0 || standing[stack] != fronts[stack]) {
			standing[stack] = n
		}
	}
	return slices.DeleteFunc(all, func(n int64) bool {
		stack, is := of[n]
		return is && standing[stack] != n
	}), err
}

// stacked gives what stacks has, read anew after each change of the library.
func (l *Library) stacked(ctx context.Context) (of map[int64]int, fronts []int64, err error) {
	s := &l.stacks
	s.mu.Lock()
	defer s.mu.Unlock()
	var version int64
	if err := l.db.QueryRowContext(ctx, "SELECT version FROM counter").Scan(&version); err != nil {
		return nil, nil, fmt.Errorf("list stacks: %w", err)
	}
	if s.of != nil && s.version == version {
		return s.of, s.fronts, nil
	}
	chosen, err := l.fronts(ctx)
	if err != nil {
		return nil, nil, err
	}
	var keys, members sql.RawBytes
	rows, err := l.ask(ctx, "SELECT group_concat(stack, ' '), group_concat(n, ' ') FROM (SELECT stack, n FROM videos INDEXED BY videos_stack WHERE trashed_at = 0 AND stack != 0 ORDER BY stack)")
	if err != nil {
		return nil, nil, fmt.Errorf("list stacks: %w", err)
	}
	defer func() { _ = rows.Close() }()
	of = map[int64]int{}
	for rows.Next() {
		if err := rows.Scan(&keys, &members); err != nil {
			return nil, nil, fmt.Errorf("list stacks: %w", err)
		}
		stacks, members := numbersIn(keys), numbersIn(members)
		for i := 1; i < len(stacks); i++ {
			if stacks[i] != stacks[i-1] {
				continue
			}
			if _, begun := of[members[i-1]]; !begun {
				of[members[i-1]] = len(fronts)
				fronts = append(fronts, chosen[stacks[i]])
			}
			of[members[i]] = len(fronts) - 1
		}
	}
	if err := rows.Err(); err != nil {
		return nil, nil, fmt.Errorf("list stacks: %w", err)
	}
	s.version, s.of, s.fronts = version, of, fronts
	return of, fronts, nil
}
