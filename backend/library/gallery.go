package library

import (
	"context"
	"fmt"
	"strings"
	"time"

	"conch/backend/generation"
)

// GalleryQuery selects videos. Text is what a person typed; see package query.
type GalleryQuery struct {
	Text       string `json:"text"`
	View       string `json:"view"`       // "all", or "trash"
	Collection string `json:"collection"` // a collection's id; "" is the whole library
	Stacked    bool   `json:"stacked"`    // one video for each stack: its newest that matches
}

// Section is a day of the gallery.
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
// the newest for day "". Fault: not_found_collection.
func (l *Library) Videos(ctx context.Context, q GalleryQuery, day string, offset, limit int) (_ []generation.Video, err error) {
	defer l.notice(&err)
	s, err := l.selected(ctx, q)
	if err == nil {
		err = s.untilDay(day)
	}
	if err != nil {
		return nil, err
	}
	rows, err := l.db.QueryContext(ctx, s.page(q.Stacked), append(s.args, min(max(limit, 1), mostPage), max(offset, 0))...)
	return scanVideos(rows, err, func(v *generation.Video) any { return &v.Stack })
}

// page is the query for a stretch of the selected videos; its last arguments are limit and offset.
func (s *selection) page(stacked bool) string {
	count := "0"
	if stacked {
		count = "(SELECT count(*) FROM videos o WHERE o.stack = v.stack AND o.stack != 0 AND o.trashed_at = 0)"
	}
	return "SELECT " + videoColumns + ", " + count + " FROM (SELECT " + s.number + " n FROM " + s.from + " WHERE " + s.where + " ORDER BY " + s.order + " LIMIT ? OFFSET ?) p CROSS JOIN " + videosOf
}

// IDs gives the ids of a stretch of the gallery, as Videos does: at most limit of them.
func (l *Library) IDs(ctx context.Context, q GalleryQuery, day string, offset, limit int) (_ []string, err error) {
	defer l.notice(&err)
	s, err := l.selected(ctx, q)
	if err == nil {
		err = s.untilDay(day)
	}
	if err != nil {
		return nil, err
	}
	return texts(l.db.QueryContext(ctx, "SELECT v.id FROM "+s.from+" WHERE "+s.where+" ORDER BY "+s.order+" LIMIT ? OFFSET ?", append(s.args, max(limit, 0), max(offset, 0))...))
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
	var oldest, newest int64
	if err := l.db.QueryRowContext(ctx, "SELECT coalesce((SELECT min(n) FROM videos), 0), coalesce((SELECT max(n) FROM videos), 0)").Scan(&oldest, &newest); err != nil {
		return all, fmt.Errorf("count videos: %w", err)
	}
	day := localDay(s.number, oldest, newest, time.Local)
	if s.manual {
		day = "0"
	}
	rows, err := l.db.QueryContext(ctx, "SELECT "+day+" day, count(*) FROM "+s.from+" WHERE "+s.where+" GROUP BY day ORDER BY day DESC", s.args...)
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
