package library

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"conch/backend/generation"
	"conch/backend/query"
)

// GalleryQuery selects videos. Text is what a person typed; see package query.
type GalleryQuery struct {
	Text       string `json:"text"`
	View       string `json:"view"`            // "all", or "trash"
	Collection string `json:"collection"`      // a collection's id; "" is the whole library
	Stacked    bool   `json:"stacked"`         // one video for each stack: its newest that matches; not in the trash
	Stack      string `json:"stack,omitempty"` // a video's id: its stack alone, none of it left out; "" is everything
}

// Section is a day of the gallery: that its videos were made on, in the trash that they were deleted on.
type Section struct {
	Day   string `json:"day"` // local: "2026-11-24"; "" for a collection in an order of its own
	Count int    `json:"count"`
}

// Sections are the days that have videos, newest first; their counts sum to Total.
type Sections struct {
	Total int       `json:"total"`
	Days  []Section `json:"days"`
	Hints []string  `json:"hints"` // what was typed as a filter and can't be read as one: its words are looked for
}

const mostPage = 500

// Videos gives at most limit videos (1 to 500) from a position of a local day on, running on into older days; from
// the newest for day "", in the trash from the one that was deleted last. Fault: not_found_collection.
func (l *Library) Videos(ctx context.Context, q GalleryQuery, day string, offset, limit int) (_ []generation.Video, err error) {
	defer l.notice(&err)
	numbers, args, err := l.stretch(ctx, q, day, offset, min(max(limit, 1), mostPage))
	if err != nil {
		return nil, err
	}
	count := "0"
	if q.Stacked {
		count = "CASE v.trashed_at WHEN 0 THEN (SELECT count(*) FROM videos o WHERE o.stack = v.stack AND o.stack != 0 AND o.trashed_at = 0) ELSE 0 END"
	}
	rows, err := l.ask(ctx, "SELECT "+videoColumns+", "+count+" FROM ("+numbers+") p CROSS JOIN "+videosOf, args...)
	return scanVideos(rows, err, func(v *generation.Video) any { return &v.Stack })
}

// IDs gives the ids of a stretch of the gallery, as Videos does: at most limit of them.
func (l *Library) IDs(ctx context.Context, q GalleryQuery, day string, offset, limit int) (_ []string, err error) {
	defer l.notice(&err)
	numbers, args, err := l.stretch(ctx, q, day, offset, limit)
	if err != nil {
		return nil, err
	}
	return texts(l.ask(ctx, "SELECT v.id FROM ("+numbers+") p CROSS JOIN videos v ON v.n = p.n", args...))
}

// stretch is the query for the numbers of a stretch, in its order, as n.
func (l *Library) stretch(ctx context.Context, q GalleryQuery, day string, offset, limit int) (string, []any, error) {
	s, err := l.selected(ctx, q)
	if err != nil {
		return "", nil, err
	}
	until, err := untilDay(day)
	if err != nil {
		return "", nil, err
	}
	if s.stacked && s.words {
		return l.stretchOfStacks(ctx, s, until, offset, limit)
	}
	switch {
	case s.manual || until == math.MaxInt64:
	case s.moment != "":
		s.and(s.moment+" < ?", until/spread)
	default:
		s.and("# < ?", until)
	}
	numbers, args := s.numbers()
	return numbers + " LIMIT ? OFFSET ?", append(args, max(limit, 0), max(offset, 0)), nil
}

// Sections counts a query's videos by local day. Fault: not_found_collection.
func (l *Library) Sections(ctx context.Context, q GalleryQuery) (_ Sections, err error) {
	defer l.notice(&err)
	all := Sections{Days: []Section{}, Hints: []string{}}
	s, err := l.selected(ctx, q)
	if err != nil {
		return all, err
	}
	all.Hints = append(all.Hints, s.hints...)
	bounds := "SELECT coalesce((SELECT min(n) FROM videos), 0), coalesce((SELECT max(n) FROM videos), 0)"
	if s.moment != "" {
		bounds = fmt.Sprintf("SELECT coalesce(min(trashed_at), 0) * %d, coalesce(max(trashed_at), 0) * %[1]d FROM videos INDEXED BY videos_trashed WHERE trashed_at > 0", spread)
	}
	var oldest, newest int64
	if err := l.db.QueryRowContext(ctx, bounds).Scan(&oldest, &newest); err != nil {
		return all, fmt.Errorf("count videos: %w", err)
	}
	if s.stacked && s.words {
		days, err := l.daysOfStacks(ctx, s)
		for _, day := range days {
			all.Total += day.Count
		}
		all.Days = append(all.Days, days...)
		return all, err
	}
	counted, args := s.counted(oldest, newest)
	rows, err := l.ask(ctx, counted, args...)
	if err != nil {
		return all, fmt.Errorf("count videos: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var days int64
		var section Section
		if err := rows.Scan(&days, &section.Count); err != nil {
			return all, fmt.Errorf("count videos: %w", err)
		}
		if !s.manual {
			section.Day = time.Unix(days*secondsOfDay, 0).UTC().Format(time.DateOnly)
		}
		all.Days = append(all.Days, section)
		all.Total += section.Count
	}
	return all, rows.Err()
}

// counted is the query for days, from 1970, and their counts. A count for each day's range in an index that has nothing
// but the numbers takes half of what grouping does.
func (s *selection) counted(oldest, newest int64) (string, []any) {
	day := localDay("n", oldest, newest, time.Local)
	switch {
	case s.manual:
		day = "0"
	case s.whole && (newest-oldest)/spread < 40*365*secondsOfDay*1000: // no clock that was wrong by ages
		count, args := s.query("count(*)")
		return "SELECT j.value ->> 0 day, (" + count + " AND v.n >= j.value ->> 1 AND v.n < j.value ->> 2) found FROM json_each(?) j WHERE found > 0", append(args, daysBetween(oldest, newest))
	}
	number := s.number
	if s.moment != "" {
		number = fmt.Sprintf("%s * %d", s.moment, spread)
	}
	numbers, args := s.query(number + " n")
	return "SELECT " + day + " day, count(*) FROM (" + numbers + ") GROUP BY day ORDER BY day DESC", args
}

// daysBetween lists the days of two numbers and those between, latest first: each with its first number and the next day's.
func daysBetween(oldest, newest int64) string {
	all := [][3]int64{}
	y, m, d := time.UnixMilli(newest / spread).Date()
	for end := int64(math.MaxInt64); ; d-- {
		start := numberAt(query.DayStart(y, m, d, time.Local).UnixMilli())
		all = append(all, [3]int64{time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / secondsOfDay, start, end})
		if end = start; start <= oldest {
			text, err := json.Marshal(all)
			if err != nil { // numbers have none
				return "[]"
			}
			return string(text)
		}
	}
}

const secondsOfDay = 24 * 60 * 60

// localDay is the SQL for the local day of a number, counted from 1970: one offset for each time between two changes
// of the clocks, latest first.
func localDay(number string, oldest, newest int64, in *time.Location) string {
	var offset strings.Builder
	for at := time.UnixMilli(newest / spread).In(in); ; {
		from, _ := at.ZoneBounds()
		_, seconds := at.Zone()
		if from.IsZero() || from.UnixMilli() <= oldest/spread {
			if offset.Len() == 0 {
				fmt.Fprint(&offset, seconds*1000)
			} else {
				fmt.Fprintf(&offset, "ELSE %d END", seconds*1000)
			}
			break
		}
		if offset.Len() == 0 {
			offset.WriteString("CASE ")
		}
		fmt.Fprintf(&offset, "WHEN %s >= %d THEN %d ", number, numberAt(from.UnixMilli()), seconds*1000)
		at = from.Add(-1)
	}
	const day = secondsOfDay * 1000 // added and taken off again: division rounds towards 0
	return fmt.Sprintf("(%s / %d + %s + %d) / %d - 1", number, spread, offset.String(), day, day)
}
