package library

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"conch/backend/query"
)

// What is counted by days is listed whole, as numbers: each term's from its index, which has them at hand, and they
// are put together here. To look each of them up in the lists of the others takes SQLite three times as long.

// found are the numbers of what a query finds, ascending; in the trash, those of the moments of deleting.
func (l *Library) found(ctx context.Context, r reading) (all []int64, err error) {
	one := r.Stacked && (r.manual || len(r.terms) > 0) // without terms, the tops of all stacks have an index
	switch r.Stacked = r.Stacked && !one; {
	case r.manual, r.trash, r.Stack != "", r.Stacked:
		all, err = l.foundAsSelected(ctx, r)
	default:
		all, err = l.foundByTerms(ctx, r)
	}
	if one && err == nil {
		all, err = l.oneOfEach(ctx, all)
	}
	return all, err
}

func (l *Library) foundAsSelected(ctx context.Context, r reading) ([]int64, error) {
	s, err := l.selection(ctx, r)
	if err != nil {
		return nil, err
	}
	if s.moment != "" {
		s.number = fmt.Sprintf("%s * %d", s.moment, spread)
	}
	numbers, args := s.query(s.number + " n")
	return l.listed(ctx, numbers, args...)
}

// foundByTerms has what the positive terms have in common, or else everything, without what the negated ones have.
func (l *Library) foundByTerms(ctx context.Context, r reading) (all []int64, err error) {
	filters := slices.DeleteFunc(slices.Clone(r.terms), func(t query.Term) bool { return !looksAtRow(t) })
	slices.SortStableFunc(filters, func(a, b query.Term) int { return bit(a.Not) - bit(b.Not) })
	match := matching(r.terms)
	switch {
	case match != "":
		all, err = l.listed(ctx, "SELECT rowid n FROM search WHERE search MATCH ?", match)
	case len(filters) == 0 || filters[0].Not:
		all, err = l.listed(ctx, "SELECT n FROM videos INDEXED BY videos_shown WHERE trashed_at = 0")
	default:
		all, err = l.listOf(ctx, filters[0])
		filters = filters[1:]
	}
	for i := 0; i < len(filters) && err == nil; i++ {
		var some []int64
		some, err = l.listOf(ctx, filters[i])
		all = sift(all, some, !filters[i].Not)
	}
	if err != nil {
		return nil, err
	}
	for _, t := range r.terms {
		if t.Key != "" && !looksAtRow(t) {
			low, top := numberAt(t.Filter.Low), numberAt(t.Filter.Top)
			all = slices.DeleteFunc(all, func(n int64) bool { return (low <= n && n < top) == t.Not })
		}
	}
	gone, err := l.listed(ctx, trashed)
	return sift(all, gone, false), err
}

// listOf are the numbers that meet a filter, whether it is negated or not; some of them may be in the trash.
func (l *Library) listOf(ctx context.Context, t query.Term) ([]int64, error) {
	t.Not = false
	if f, known := facets[nameOf(t)]; known {
		d, err := l.drivenByFacet(ctx, t, f)
		if err != nil {
			return nil, err
		}
		s := selection{drive: d}
		if d.term < 0 {
			c := conditionOf(t)
			s.and(c.sql, c.args...)
		}
		numbers, args := s.query("v.n n")
		return l.listed(ctx, numbers, args...)
	}
	c := condition{}
	switch {
	case t.Key == query.Tag:
		c = condition{"SELECT n FROM video_tags WHERE tag_id = (SELECT id FROM tags WHERE folded = ?)", []any{folded(t.Text)}}
	case t.Key == query.Collection:
		c = condition{"SELECT n FROM collection_items WHERE collection_id IN (SELECT value FROM json_each(?))", []any{list(strings.Fields(t.Filter.Word))}}
	default:
		c.sql = map[string]string{
			"tag": "SELECT n FROM video_tags INDEXED BY video_tags_n", "collection": "SELECT n FROM collection_items INDEXED BY collection_items_n", "origin": "SELECT n FROM origins",
			"missing": "SELECT n FROM files INDEXED BY files_missing WHERE missing_at > 0", "trashed": trashed,
		}[t.Filter.Word]
	}
	all, err := l.listed(ctx, c.sql, c.args...)
	return slices.Compact(all), err
}

// listed gives the numbers that a question has, ascending. They come as one text: as rows they would take twice as long.
func (l *Library) listed(ctx context.Context, numbers string, args ...any) (all []int64, err error) {
	rows, err := l.ask(ctx, "SELECT group_concat(n, ' ') FROM ("+numbers+")", args...)
	if err != nil {
		return nil, fmt.Errorf("list numbers: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var text sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("list numbers: %w", err)
		}
		all = numbersIn(text)
	}
	slices.Sort(all)
	return all, rows.Err()
}

// numbersIn reads numbers with a space between each.
func numbersIn(text []byte) []int64 {
	all := make([]int64, 0, len(text)/16)
	for at := 0; at < len(text); at++ {
		n := int64(0)
		for ; at < len(text) && text[at] != ' '; at++ {
			n = n*10 + int64(text[at]-'0')
		}
		all = append(all, n)
	}
	return all
}

// sift leaves of ascending numbers those that are in a list, or those that are not.
func sift(all, list []int64, in bool) []int64 {
	at := 0
	return slices.DeleteFunc(all, func(n int64) bool {
		for at < len(list) && list[at] < n {
			at++
		}
		return (at < len(list) && list[at] == n) != in
	})
}

// daysOf counts ascending numbers by local day, newest first.
func daysOf(all []int64) (days []Section) {
	var began int64
	for _, n := range slices.Backward(all) {
		if len(days) == 0 || n < began {
			y, m, d := time.UnixMilli(n / spread).Date()
			began = numberAt(query.DayStart(y, m, d, time.Local).UnixMilli())
			days = append(days, Section{Day: fmt.Sprintf("%04d-%02d-%02d", y, m, d)})
		}
		days[len(days)-1].Count++
	}
	return days
}
