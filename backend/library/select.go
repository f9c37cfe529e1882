package library

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"conch/backend/query"
)

// selection is a gallery's query as SQL: what drives it is in its order already, so that nothing is sorted and a page
// ends early.
type selection struct {
	drive
	where   string // what its arms must meet besides, each after an AND
	args    []any
	order   string
	manual  bool // in the order of a collection, not of time
	stacked bool // one for each stack
}

// query gives columns of what is selected, in no order.
func (s *selection) query(columns ...string) (string, []any) {
	var all []string
	var args []any
	for _, arm := range s.arms {
		all = append(all, "SELECT "+strings.Join(columns, ", ")+" FROM "+s.rows+s.beside+" WHERE "+arm.sql+s.where)
		args = append(append(args, arm.args...), s.args...)
	}
	return strings.Join(all, " UNION ALL "), args
}

// numbers gives the numbers that are selected in their order, as n, with more of their rows where those are at hand.
func (s *selection) numbers(more ...string) (string, []any) {
	query, args := s.query(append([]string{s.number + " n"}, more...)...)
	return query + " ORDER BY " + s.order, args
}

// condition is one that a video must meet. @ stands for its row's name, and # for the number that drives the selection.
type condition struct {
	sql  string
	args []any
}

// reading is a query as it is understood: a smart collection's terms are among those that were typed.
type reading struct {
	GalleryQuery
	terms  []query.Term
	hints  []string
	manual bool // in the order of a collection
	trash  bool
}

// read understands a query. Fault: not_found_collection.
func (l *Library) read(ctx context.Context, q GalleryQuery) (r reading, err error) {
	asked := query.Parse(q.Text, time.Now)
	r = reading{GalleryQuery: q, terms: asked.Terms, hints: asked.Hints, trash: q.View == "trash"}
	if q.Collection != "" {
		c, err := collectionByID(ctx, l.db, q.Collection)
		if err != nil {
			return r, err
		}
		if r.manual = !c.Smart; c.Smart {
			r.Collection = ""
			r.terms = append(r.terms, query.Parse(c.Query, time.Now).Terms...)
		}
	}
	for i, t := range r.terms {
		r.trash = r.trash || t.Key == query.Is && t.Filter.Word == "trashed" && !t.Not
		if t.Key == query.Collection {
			found, err := l.collectionsNamed(ctx, func(name string) bool { return name == folded(t.Text) })
			if err != nil {
				return r, err
			}
			r.terms[i].Filter.Word = strings.Join(found, " ") // an id has no space
		}
	}
	r.Stacked = r.Stacked && !r.trash && r.Stack == ""
	return r, nil
}

// selected turns a query into SQL. Fault: not_found_collection.
func (l *Library) selected(ctx context.Context, q GalleryQuery) (s selection, err error) {
	r, err := l.read(ctx, q)
	if err != nil {
		return s, err
	}
	return l.selection(ctx, r)
}

func (l *Library) selection(ctx context.Context, r reading) (s selection, err error) {
	s.manual, s.stacked = r.manual, r.Stacked
	match := matching(r.terms)
	all := []condition{{sql: "@.trashed_at = 0"}}
	if r.trash {
		all[0].sql = "@.trashed_at > 0"
	}
	if s.drive, err = l.driveOf(ctx, r, match); err != nil {
		return s, err
	}
	switch {
	case s.manual:
		s.order = "c.position, c.n"
	case s.moment != "":
		s.order = s.moment + " DESC, n DESC"
	default:
		s.order = "n DESC"
	}
	if !s.shown {
		s.and(all[0].sql)
	}
	for i, t := range r.terms {
		if t.Key == "" {
			continue
		}
		c := conditionOf(t)
		all = append(all, c)
		if i != s.term {
			s.and(c.sql, c.args...)
		}
	}
	if r.Stack != "" {
		s.and("@.stack = (SELECT stack FROM videos WHERE id = ?) AND @.stack != 0", r.Stack)
	}
	if match != "" && !s.words {
		all = append(all, condition{"+# IN (SELECT rowid FROM search WHERE search MATCH ?)", []any{match}}) // +: it drives nothing
		s.and(all[len(all)-1].sql, match)
	}
	if s.stacked && !s.whole && !s.words {
		one := single(r.GalleryQuery, all)
		s.and(one.sql, one.args...)
	}
	return s, nil
}

func (s *selection) and(sql string, args ...any) {
	s.where += " AND " + strings.NewReplacer("@", "v", "#", s.number).Replace(sql)
	s.args = append(s.args, args...)
}

// looksAtRow says whether a term needs more of a video than its number.
func looksAtRow(t query.Term) bool {
	return t.Key != "" && t.Key != query.After && t.Key != query.Before && t.Key != query.On
}

// conditionOf is a filter's.
func conditionOf(t query.Term) condition {
	f := t.Filter
	c := condition{}
	between := func(column string, low, top int64) {
		c.sql, c.args = column+" >= ? AND "+column+" < ?", []any{low, top}
	}
	switch t.Key {
	case query.Model:
		c.sql, c.args = "@.model IN (SELECT id FROM models WHERE instr(lower(name), ?) > 0)", []any{f.Word}
	case query.Duration:
		between("@.duration", f.Low, f.Top)
	case query.Rating:
		between("@.rating", f.Low, f.Top)
	case query.Cost:
		between("@.cost", f.Low, f.Top)
	case query.After, query.Before, query.On:
		between("#", numberAt(f.Low), numberAt(f.Top))
	case query.Favourite:
		c.sql = "@.favourite = 0"
		if f.Word == "yes" {
			c.sql = "@.favourite = 1"
		}
	case query.Label:
		if f.Word == "none" {
			f.Word = ""
		}
		c.sql, c.args = "@.label = ?", []any{f.Word}
	case query.Tag:
		c.sql, c.args = "EXISTS (SELECT 1 FROM video_tags WHERE tag_id = (SELECT id FROM tags WHERE folded = ?) AND n = @.n)", []any{folded(t.Text)}
	case query.Collection:
		c.sql, c.args = "EXISTS (SELECT 1 FROM collection_items WHERE collection_id IN (SELECT value FROM json_each(?)) AND n = @.n)", []any{list(strings.Fields(f.Word))}
	default:
		c.sql = map[string]string{
			"image": "@.pictured = 1", "note": "@.noted = 1", "tag": "EXISTS (SELECT 1 FROM video_tags WHERE n = @.n)", "collection": "EXISTS (SELECT 1 FROM collection_items WHERE n = @.n)", "origin": "EXISTS (SELECT 1 FROM origins WHERE n = @.n)",
			"trashed": "@.trashed_at > 0", "missing": "EXISTS (SELECT 1 FROM files INDEXED BY files_missing WHERE n = @.n AND missing_at > 0)", "demo": "@.demo = 1",
		}[f.Word]
	}
	if t.Not {
		c.sql = "NOT (" + c.sql + ")"
	}
	return c
}

// numberAt is the first number of a moment.
func numberAt(at int64) int64 {
	switch {
	case at <= 0:
		return math.MinInt64
	case at >= math.MaxInt64/spread:
		return math.MaxInt64
	}
	return at * spread
}

// untilDay is the first number after a local day; the last of all for "".
func untilDay(day string) (int64, error) {
	if day == "" {
		return math.MaxInt64, nil
	}
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0, fmt.Errorf("read day: %w", err)
	}
	y, m, d := at.Date()
	return numberAt(query.DayStart(y, m, d+1, time.Local).UnixMilli()), nil
}
