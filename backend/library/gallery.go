package library

import (
	"context"
	"fmt"
	"math"

	"conch/backend/generation"
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
	return l.scanVideos(rows, err, func(v *generation.Video) any { return &v.Stack })
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
	r, err := l.read(ctx, q)
	if err != nil {
		return all, err
	}
	all.Hints = append(all.Hints, r.hints...)
	found, err := l.found(ctx, r)
	if err != nil {
		return all, fmt.Errorf("count videos: %w", err)
	}
	all.Total = len(found)
	switch {
	case !r.manual:
		all.Days = append(all.Days, daysOf(found)...)
	case all.Total > 0:
		all.Days = append(all.Days, Section{Count: all.Total})
	}
	return all, nil
}
