package library

import (
	"context"
	"fmt"
)

// Common is what some videos have: what a change of all of them begins with.
type Common struct {
	Count      int    `json:"count"` // of those that are there
	Bytes      int64  `json:"bytes"` // of their files
	Favourites int    `json:"favourites"`
	Rating     int    `json:"rating"` // -1 where they differ
	Label      string `json:"label"`  // "mixed" where they differ
	Tags       []Tag  `json:"tags"`   // each with how many of them have it
}

// Common looks at videos, those in the trash too.
func (l *Library) Common(ctx context.Context, ids []string) (_ Common, err error) {
	defer l.notice(&err)
	c := Common{Tags: []Tag{}}
	var top int
	var other string
	err = l.db.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(favourite), 0), coalesce(min(rating), 0), coalesce(max(rating), 0), coalesce(min(label), ''), coalesce(max(label), ''), coalesce(sum(size), 0)
		FROM videos v CROSS JOIN files f ON f.n = v.n WHERE id IN (SELECT value FROM json_each(?))`, list(ids)).Scan(&c.Count, &c.Favourites, &c.Rating, &top, &c.Label, &other, &c.Bytes)
	if err != nil {
		return c, fmt.Errorf("read marks: %w", err)
	}
	if c.Rating != top {
		c.Rating = -1
	}
	if c.Label != other {
		c.Label = "mixed"
	}
	rows, err := l.db.QueryContext(ctx, `SELECT t.name, count(*) FROM videos v CROSS JOIN video_tags vt ON vt.n = v.n CROSS JOIN tags t ON t.id = vt.tag_id
		WHERE v.id IN (SELECT value FROM json_each(?)) GROUP BY t.id ORDER BY t.folded`, list(ids))
	if err != nil {
		return c, fmt.Errorf("read marks: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var t Tag
		if err := rows.Scan(&t.Name, &t.Count); err != nil {
			return c, fmt.Errorf("read marks: %w", err)
		}
		c.Tags = append(c.Tags, t)
	}
	return c, rows.Err()
}
