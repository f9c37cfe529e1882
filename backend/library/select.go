package library

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"conch/backend/query"
)

// selection is a gallery's query as SQL: "FROM from WHERE where ORDER BY order" gives the numbers of its videos,
// which it calls number. What drives it is in its order already, so that nothing is sorted and a page ends early.
type selection struct {
	from, where, number, order string
	args                       []any
	manual                     bool // in the order of a collection, not of time
	words                      bool // search drives it
	whole                      bool // everything that its index lists
	stacked                    bool // one for each stack
	hints                      []string
}

// condition is one that a video must meet. @ stands for its row's name, and # for the number that drives the selection.
type condition struct {
	sql  string
	args []any
}

// selected turns a query into SQL. Fault: not_found_collection.
func (l *Library) selected(ctx context.Context, q GalleryQuery) (s selection, err error) {
	asked := query.Parse(q.Text, time.Now)
	s.hints = asked.Hints
	if q.Collection != "" {
		c, err := collectionByID(ctx, l.db, q.Collection)
		if err != nil {
			return s, err
		}
		if s.manual = !c.Smart; c.Smart {
			q.Collection = ""
			asked.Terms = append(asked.Terms, query.Parse(c.Query, time.Now).Terms...)
		}
	}
	trash := q.View == "trash"
	for _, t := range asked.Terms {
		trash = trash || t.Key == query.Is && t.Filter.Word == "trashed" && !t.Not
	}
	q.Stacked = q.Stacked && !trash && q.Stack == ""
	s.stacked = q.Stacked
	match := matching(asked)
	all := []condition{{sql: "@.trashed_at = 0"}}
	if trash {
		all[0].sql = "@.trashed_at > 0"
	}
	by := driveOf(q, s.manual, match, trash, asked.Terms)
	s.from, s.number, s.order, s.words = by.from, by.number, by.number+" DESC", by.words
	s.whole = by.whole
	if s.manual {
		s.order = "c.position, c.n"
	}
	s.where, s.args = by.where, by.args
	if !by.shown {
		s.and(all[0].sql)
	}
	for i, t := range asked.Terms {
		if t.Key == "" {
			continue
		}
		c := conditionOf(t)
		all = append(all, c)
		if i != by.term {
			s.and(c.sql, c.args...)
		}
	}
	if q.Stack != "" {
		s.and("@.stack = (SELECT stack FROM videos WHERE id = ?) AND @.stack != 0", q.Stack)
	}
	if match != "" && !s.words {
		all = append(all, condition{"# IN (SELECT rowid FROM search WHERE search MATCH ?)", []any{match}})
		s.and(all[len(all)-1].sql, match)
	}
	if s.stacked && !s.whole && !s.words {
		one := single(q, all)
		s.and(one.sql, one.args...)
	}
	return s, nil
}

func (s *selection) and(sql string, args ...any) {
	if s.where != "" {
		s.where += " AND "
	}
	s.where += strings.NewReplacer("@", "v", "#", s.number).Replace(sql)
	s.args = append(s.args, args...)
}

// drive is where the rows come from, newest first.
type drive struct {
	from, where, number string
	args                []any
	term                int  // the term that it fulfils; -1 when none
	whole               bool // everything that its index lists
	words               bool // it is search
	shown               bool // it leaves out what is in the trash itself
}

// trashed are the numbers of what is in the trash.
const trashed = "SELECT n FROM videos INDEXED BY videos_trashed WHERE trashed_at > 0"

func driveOf(q GalleryQuery, manual bool, match string, trash bool, terms []query.Term) drive {
	with := func(index string) drive {
		return drive{from: "videos v INDEXED BY " + index, where: "", number: "v.n", term: -1}
	}
	switch {
	case manual && !trash && !q.Stacked && q.Stack == "" && !slices.ContainsFunc(terms, looksAtRow):
		return drive{from: "collection_items c INDEXED BY collection_items_position", where: "c.collection_id = ? AND c.n NOT IN (" + trashed + ")", args: []any{q.Collection}, number: "c.n", term: -1, shown: true}
	case manual:
		return drive{from: "collection_items c INDEXED BY collection_items_position CROSS JOIN videos v ON v.n = c.n", where: "c.collection_id = ?", args: []any{q.Collection}, number: "c.n", term: -1}
	case q.Stack != "" && !trash:
		return with("videos_stack")
	case match != "" && !trash && !q.Stacked && !slices.ContainsFunc(terms, looksAtRow): // a look into the row costs ten times what the match does
		return drive{from: "search", where: "search MATCH ? AND search.rowid NOT IN (" + trashed + ")", args: []any{match}, number: "search.rowid", term: -1, shown: true, words: true}
	case match != "":
		return drive{from: "search CROSS JOIN videos v ON v.n = search.rowid", where: "search MATCH ?", args: []any{match}, number: "search.rowid", term: -1, words: true}
	case trash:
		return with("videos_trashed")
	}
	filtered, dated := false, false
	for i, t := range terms {
		switch {
		case !looksAtRow(t):
			dated = dated || t.Key != ""
			continue
		case t.Not:
		case t.Key == query.Tag:
			return drive{from: "video_tags d CROSS JOIN videos v ON v.n = d.n", where: "d.tag_id = (SELECT id FROM tags WHERE folded = ?)", args: []any{folded(t.Text)}, number: "d.n", term: i}
		case t.Key == query.Is && t.Filter.Word == "missing":
			return drive{from: "files d CROSS JOIN videos v ON v.n = d.n", where: "d.missing_at > 0", number: "d.n", term: i}
		case t.Key == query.Has && t.Filter.Word == "origin":
			return drive{from: "origins d CROSS JOIN videos v ON v.n = d.n", where: "d.n > 0", number: "d.n", term: i}
		case t.Key == query.Favourite && t.Filter.Word == "yes":
			return with("videos_favourite")
		case t.Key == query.Rating && t.Filter.Low > 0:
			d := with("videos_rated")
			d.where = "v.rating > 0"
			return d
		case t.Key == query.Label && t.Filter.Word != "none":
			d := with("videos_labelled")
			d.where = "v.label != ''"
			return d
		}
		filtered = true
	}
	if filtered || dated && q.Stacked { // of a stack, another than its top may be of that time
		return drive{from: "videos v NOT INDEXED", number: "v.n", term: -1}
	}
	d := with("videos_shown")
	if q.Stacked {
		d = with("videos_tops")
		d.where = "v.top = 1"
	}
	d.whole = !dated
	return d
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
	default:
		c.sql = map[string]string{
			"image": "@.pictured = 1", "note": "@.noted = 1", "tag": "EXISTS (SELECT 1 FROM video_tags WHERE n = @.n)", "origin": "EXISTS (SELECT 1 FROM origins WHERE n = @.n)",
			"trashed": "@.trashed_at > 0", "missing": "EXISTS (SELECT 1 FROM files WHERE n = @.n AND missing_at > 0)", "demo": "@.demo = 1",
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
