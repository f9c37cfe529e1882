package library

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"

	"conch/backend/generation"
)

// GalleryQuery selects videos. Text is what a person typed: words of name, prompt and model, and filters.
type GalleryQuery struct {
	Text       string `json:"text"`
	View       string `json:"view"`       // "all", or "trash"
	Collection string `json:"collection"` // a collection's id; "" is the whole library
	Stacked    bool   `json:"stacked"`    // one video for each stack: its newest that matches
}

// Section is a day of the gallery.
type Section struct {
	Day   string `json:"day"` // local: "2026-11-24"
	Count int    `json:"count"`
}

// Sections are the days that have videos, newest first; their counts sum to Total.
type Sections struct {
	Total int       `json:"total"`
	Days  []Section `json:"days"`
}

// Suggestion completes what is typed: Text takes the place of the UTF-16 units from From to To.
type Suggestion struct {
	Text  string `json:"text"`
	From  int    `json:"from"`
	To    int    `json:"to"`
	Kind  string `json:"kind"`            // key, tag, model, value or collection
	Count int    `json:"count,omitempty"` // of videos
}

const mostPage = 500

// where is the SQL that a query stands for; false when nothing can match.
func (q GalleryQuery) where() (where string, args []any, some bool) {
	where = "trashed_at = 0"
	if q.View == "trash" {
		where = "trashed_at > 0"
	}
	var words []string
	for word := range strings.FieldsSeq(q.Text) {
		switch strings.ToLower(word) {
		case "fav:yes":
			where += " AND favourite = 1"
		case "fav:no":
			where += " AND favourite = 0"
		default:
			words = append(words, word)
		}
	}
	if match := matchExpression(strings.Join(words, " ")); match != "" {
		where += " AND n IN (SELECT rowid FROM search WHERE search MATCH ?)"
		args = append(args, match)
	} else if len(words) > 0 {
		return "", nil, false
	}
	return where, args, q.Collection == ""
}

// Videos gives at most limit videos (1 to 500) from a position of a local day on, running on into older days; from
// the newest for day "".
func (l *Library) Videos(ctx context.Context, q GalleryQuery, day string, offset, limit int) (_ []generation.Video, err error) {
	defer l.notice(&err)
	where, args, some := q.where()
	if !some {
		return []generation.Video{}, nil
	}
	if day != "" {
		start, err := time.ParseInLocation(time.DateOnly, day, time.Local)
		if err != nil {
			return nil, fmt.Errorf("list videos: %w", err)
		}
		where += " AND created_at < ?"
		args = append(args, start.AddDate(0, 0, 1).UnixMilli())
	}
	rows, err := l.db.QueryContext(ctx, "SELECT record FROM videos WHERE "+where+" ORDER BY created_at DESC, n DESC LIMIT ? OFFSET ?",
		append(args, min(max(limit, 1), mostPage), max(offset, 0))...)
	if err != nil {
		return nil, fmt.Errorf("list videos: %w", err)
	}
	all, err := scanAll[generation.Video](rows)
	for i := range all {
		if all[i].Tags == nil {
			all[i].Tags = []string{}
		}
	}
	return all, err
}

// Sections counts a query's videos by local day.
func (l *Library) Sections(ctx context.Context, q GalleryQuery) (s Sections, err error) {
	defer l.notice(&err)
	s.Days = []Section{}
	where, args, some := q.where()
	if !some {
		return s, nil
	}
	rows, err := l.db.QueryContext(ctx, "SELECT created_at FROM videos WHERE "+where+" ORDER BY created_at DESC", args...)
	if err != nil {
		return s, fmt.Errorf("count videos: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var at int64
		if err := rows.Scan(&at); err != nil {
			return s, fmt.Errorf("count videos: %w", err)
		}
		day := time.UnixMilli(at).Format(time.DateOnly)
		if len(s.Days) == 0 || s.Days[len(s.Days)-1].Day != day {
			s.Days = append(s.Days, Section{Day: day})
		}
		s.Days[len(s.Days)-1].Count++
		s.Total++
	}
	return s, rows.Err()
}

// Suggest completes the word that a cursor stands in or behind. Places are counted in UTF-16 units, as the page does.
func Suggest(text string, cursor int) []Suggestion {
	units := utf16.Encode([]rune(text))
	to := min(max(cursor, 0), len(units))
	from := to
	for from > 0 && units[from-1] != ' ' {
		from--
	}
	all := []Suggestion{}
	typed := strings.ToLower(string(utf16.Decode(units[from:to])))
	for _, word := range []string{"fav:yes", "fav:no"} {
		if typed != "" && typed != word && strings.HasPrefix(word, typed) {
			all = append(all, Suggestion{Text: word, From: from, To: to, Kind: "value"})
		}
	}
	return all
}
