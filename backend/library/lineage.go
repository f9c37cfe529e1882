package library

import (
	"context"
	"fmt"

	"conch/backend/fault"
	"conch/backend/generation"
)

// Lineage is a place in the tree of what came from what. Of those in the trash, only what others came from is a child.
type Lineage struct {
	Parents  []generation.Video `json:"parents"`  // from the nearest up, at most 6; those in the trash too
	Above    int                `json:"above"`    // how many more there are
	Children []generation.Video `json:"children"` // what came from it at once, newest first, at most 20
	Counts   map[string]int     `json:"counts"`   // how many came of each of these, of itself, and of the picture or lost video at the beginning; 0 is left out
}

const (
	mostParents  = 6
	mostChildren = 20
	longestLine  = 1000
)

const isChild = "(v.trashed_at = 0 OR EXISTS (SELECT 1 FROM origins c WHERE c.parent = v.id))"

// Lineage walks up to the first of a line, and down by one, from a video, a picture, or a video that is lost and that
// others tell of. Fault: not_found_video.
func (l *Library) Lineage(ctx context.Context, id string) (_ Lineage, err error) {
	defer l.notice(&err)
	line := Lineage{Parents: []generation.Video{}, Counts: map[string]int{}}
	ids := []string{id}
	v, lost := videoByID(ctx, l.db, id)
	if lost != nil && !fault.Is(lost, fault.NotFound) {
		return line, lost
	}
	for seen := map[string]bool{id: true}; v.Origin != nil; {
		parent := v.Origin.Video + v.Origin.Picture
		if seen[parent] || len(seen) > longestLine {
			break
		}
		seen[parent] = true
		if v, err = videoByID(ctx, l.db, parent); err != nil && !fault.Is(err, fault.NotFound) {
			return line, err
		}
		switch {
		case err != nil: // a picture, or a video that is lost
			ids = append(ids, parent)
		case len(line.Parents) < mostParents:
			ids = append(ids, parent)
			line.Parents = append(line.Parents, v)
		default:
			line.Above++
		}
	}
	rows, err := l.db.QueryContext(ctx, "SELECT "+videoColumns+" FROM origins p CROSS JOIN "+videosOf+" WHERE p.parent = ? AND "+isChild+" ORDER BY p.n DESC LIMIT ?", id, mostChildren)
	if line.Children, err = l.scanVideos(rows, err); err != nil {
		return line, err
	}
	if lost != nil && len(line.Children) == 0 {
		return line, lost
	}
	for _, child := range line.Children {
		ids = append(ids, child.ID)
	}
	return line, l.countChildren(ctx, ids, line.Counts)
}

const childrenCounted = "SELECT j.value, count(*) FROM json_each(?) j CROSS JOIN origins o ON o.parent = j.value CROSS JOIN videos v ON v.n = o.n WHERE " + isChild + " GROUP BY j.key"

func (l *Library) countChildren(ctx context.Context, ids []string, counts map[string]int) error {
	rows, err := l.db.QueryContext(ctx, childrenCounted, list(ids))
	if err != nil {
		return fmt.Errorf("count children: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id string
		var count int
		if err := rows.Scan(&id, &count); err != nil {
			return fmt.Errorf("count children: %w", err)
		}
		counts[id] = count
	}
	return rows.Err()
}
