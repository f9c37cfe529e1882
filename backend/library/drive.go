package library

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"conch/backend/query"
)

// drive is where a selection's rows come from, newest first.
type drive struct {
	rows, beside string      // an index or a table, and what it is joined with
	arms         []condition // each gives its part of the rows in their order: SQLite merges them
	number       string
	moment       string // the time, in ms, that they are in the order of; "" where it is the numbers
	term         int    // the term that it fulfils; -1 when none
	whole        bool   // everything that its index lists
	words        bool   // it is search
	shown        bool   // it leaves out what is in the trash itself
}

// facet is an index of videos outside the trash by something of theirs: first its value, then the number. The times
// and the costs of a library may all differ; they are in classes that one query can merge.
type facet struct{ index, value, class string }

var facets = map[string]facet{
	"model":    {"videos_model", "@.model", ""},
	"duration": {"videos_duration", "@.duration", "min(% / 500, 60)"},
	"cost":     {"videos_cost", "@.cost", "min((% + 5000) / 10000, 100)"},
	"fav":      {"videos_favourite", "@.favourite", ""},
	"rating":   {"videos_rating", "@.rating", ""},
	"label":    {"videos_label", "@.label", ""},
	"note":     {"videos_noted", "@.noted", ""},
	"image":    {"videos_pictured", "@.pictured", ""},
	"demo":     {"videos_demo", "@.demo", ""},
}

// trashed are the numbers of what is in the trash.
const trashed = "SELECT n FROM videos INDEXED BY videos_trashed WHERE trashed_at > 0"

func (l *Library) driveOf(ctx context.Context, r reading, match string) (drive, error) {
	from := func(index, where string) drive {
		return drive{rows: "videos v INDEXED BY " + index, arms: []condition{{sql: where}}, number: "v.n", term: -1, shown: true}
	}
	switch {
	case r.manual && !r.trash && !r.Stacked && r.Stack == "" && !slices.ContainsFunc(r.terms, looksAtRow):
		return drive{rows: "collection_items c INDEXED BY collection_items_position", arms: []condition{{"c.collection_id = ? AND c.n NOT IN (" + trashed + ")", []any{r.Collection}}}, number: "c.n", term: -1, shown: true}, nil
	case r.manual:
		return drive{rows: "collection_items c INDEXED BY collection_items_position", beside: " CROSS JOIN videos v ON v.n = c.n", arms: []condition{{"c.collection_id = ?", []any{r.Collection}}}, number: "c.n", term: -1}, nil
	case r.Stack != "" && !r.trash:
		return from("videos_stack", "v.trashed_at = 0"), nil
	case r.trash:
		d := from("videos_trashed", "v.trashed_at > 0")
		d.moment = "v.trashed_at"
		return d, nil
	case match != "" && !r.Stacked && !slices.ContainsFunc(r.terms, looksAtRow): // a look into the row costs ten times what the match does
		return drive{rows: "search", arms: []condition{{"search MATCH ? AND search.rowid NOT IN (" + trashed + ")", []any{match}}}, number: "search.rowid", term: -1, words: true, shown: true}, nil
	}
	filtered, dated := false, false
	var able []drive
	for i, t := range r.terms {
		if !looksAtRow(t) {
			dated = dated || t.Key != ""
			continue
		}
		filtered = true
		d, err := l.drivenBy(ctx, t)
		if err != nil {
			return d, err
		}
		if len(d.arms) > 0 {
			if d.term == 0 {
				d.term = i
			}
			able = append(able, d)
		}
	}
	best, count, err := l.slimmest(ctx, able, match != "")
	const few = 100 // of which words may leave none: to read all that they match and look at each row would be for nothing
	switch {
	case err != nil:
		return best, err
	case match != "" && (len(able) == 0 || count > few):
		return drive{rows: "search", beside: " CROSS JOIN videos v ON v.n = search.rowid", arms: []condition{{"search MATCH ?", []any{match}}}, number: "search.rowid", term: -1, words: true}, nil
	case len(able) > 0:
		return best, nil
	case filtered || dated && r.Stacked: // of a stack, another than its top may be of that time
		return drive{rows: "videos v NOT INDEXED", arms: []condition{{sql: "v.trashed_at = 0"}}, number: "v.n", term: -1, shown: true}, nil
	}
	d := from("videos_shown", "v.trashed_at = 0")
	if r.Stacked {
		d = from("videos_tops", "v.trashed_at = 0 AND v.top = 1")
	}
	d.whole = !dated
	return d, nil
}

// drivenBy is what lists the videos that meet a filter, newest first: in arms, one for each value that the library
// has of it, which its index lists in order. It has no arms when nothing lists them: most videos do meet it.
func (l *Library) drivenBy(ctx context.Context, t query.Term) (drive, error) {
	beside := func(rows, where string, args ...any) drive {
		return drive{rows: rows, beside: " CROSS JOIN videos v ON v.n = d.n", arms: []condition{{where, args}}, number: "d.n"}
	}
	name := nameOf(t)
	f, known := facets[name]
	switch {
	case known:
		return l.drivenByFacet(ctx, t, f)
	case t.Not:
	case name == "tag" && t.Key == query.Tag:
		return beside("video_tags d", "d.tag_id = (SELECT id FROM tags WHERE folded = ?)", folded(t.Text)), nil
	case name == "tag":
		return beside("video_tags d INDEXED BY video_tags_n", "NOT EXISTS (SELECT 1 FROM video_tags WHERE n = d.n AND tag_id < d.tag_id)"), nil
	case t.Key == query.Collection:
		return drivenByCollections(strings.Fields(t.Filter.Word)), nil
	case name == "collection":
		all, err := l.collectionsNamed(ctx, func(string) bool { return true })
		return drivenByCollections(all), err
	case name == "missing":
		return beside("files d", "d.missing_at > 0"), nil
	case name == "origin":
		return beside("origins d", "d.n > 0"), nil
	}
	return drive{}, nil
}

// nameOf is what a filter is called among facets.
func nameOf(t query.Term) string {
	if t.Key == query.Has || t.Key == query.Is {
		return t.Filter.Word
	}
	return string(t.Key)
}

// drivenByCollections lists what is in any of them: a video stands in the arm of the first that has it.
func drivenByCollections(ids []string) drive {
	const most = 100 // SQLite puts no more than 500 together
	d := drive{rows: "collection_items d", beside: " CROSS JOIN videos v ON v.n = d.n", number: "d.n"}
	if len(ids) == 0 {
		d.arms = []condition{{"d.collection_id = ''", nil}}
	}
	if len(ids) > most {
		return d
	}
	for i, id := range ids {
		arm := condition{"d.collection_id = ?", []any{id}}
		if i > 0 {
			arm.sql += " AND NOT EXISTS (SELECT 1 FROM collection_items WHERE collection_id IN (SELECT value FROM json_each(?)) AND n = d.n)"
			arm.args = append(arm.args, list(ids[:i]))
		}
		d.arms = append(d.arms, arm)
	}
	return d
}

func (l *Library) drivenByFacet(ctx context.Context, t query.Term, f facet) (d drive, err error) {
	d = drive{rows: "videos v INDEXED BY " + f.index, number: "v.n", shown: true}
	value, met := strings.ReplaceAll(f.value, "@", "v"), conditionOf(t)
	if f.class != "" {
		value = strings.ReplaceAll(f.class, "%", value)
		d.term = -1 // a class has more than what was asked for
		of := func(bound string) string { return strings.ReplaceAll(f.class, "%", bound) }
		if met.sql = f.value + " BETWEEN " + of("?") + " AND " + of("(? - 1)"); t.Not { // all but the classes that are wholly between
			met.sql = "NOT (" + f.value + " > " + of("(? - 1)") + " AND " + f.value + " < " + of("?") + ")"
		}
	}
	first := "SELECT min(" + value + ") FROM videos v INDEXED BY " + f.index + " WHERE v.trashed_at = 0"
	rows, err := l.ask(ctx, "WITH RECURSIVE all_of(x) AS ("+first+" UNION ALL SELECT ("+first+" AND "+value+" > x) FROM all_of WHERE x IS NOT NULL) SELECT x FROM all_of WHERE x IS NOT NULL AND "+
		strings.ReplaceAll(met.sql, f.value, "x"), met.args...)
	if err != nil {
		return d, fmt.Errorf("list values: %w", err)
	}
	defer func() { _ = rows.Close() }()
	one := func(x any) {
		d.arms = append(d.arms, condition{value + " = ? AND v.trashed_at = 0", []any{x}})
	}
	for rows.Next() {
		var x any
		if err := rows.Scan(&x); err != nil {
			return d, fmt.Errorf("list values: %w", err)
		}
		one(x)
	}
	if len(d.arms) == 0 {
		one(nil) // nothing equals it
	}
	return d, rows.Err()
}

// slimmest is the drive with the fewest rows, and how many those are: of more than enough the first. The only one is
// not counted unless that is asked for.
func (l *Library) slimmest(ctx context.Context, all []drive, count bool) (best drive, fewest int, err error) {
	const enough = 4000
	if len(all) == 1 && !count {
		return all[0], 0, nil
	}
	fewest = enough + 1
	for _, d := range all {
		s := selection{drive: d}
		s.beside = ""
		rows, args := s.query("1")
		found, err := numbers(l.ask(ctx, "SELECT count(*) FROM ("+rows+" LIMIT ?)", append(args, min(enough, fewest))...))
		if err != nil {
			return d, 0, err
		}
		if found[0] < int64(fewest) {
			best, fewest = d, int(found[0])
		}
	}
	return best, fewest, nil
}
