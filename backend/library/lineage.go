package library

import (
	"context"

	"conch/backend/fault"
	"conch/backend/generation"
)

// Lineage is a video's place in the tree of what came from what.
type Lineage struct {
	Parents  []generation.Video `json:"parents"`  // from the nearest up; trashed ones too
	Children []generation.Video `json:"children"` // what came from it at once, newest first
}

const (
	mostParents  = 50
	mostChildren = 200
)

// Lineage walks up to the first video of a line, and down by one. Fault: not_found_video.
func (l *Library) Lineage(ctx context.Context, id string) (_ Lineage, err error) {
	defer l.notice(&err)
	line := Lineage{Parents: []generation.Video{}}
	v, err := videoByID(ctx, l.db, id)
	if err != nil {
		return line, err
	}
	seen := map[string]bool{id: true}
	for v.Origin != nil && v.Origin.Video != "" && !seen[v.Origin.Video] && len(line.Parents) < mostParents {
		seen[v.Origin.Video] = true
		if v, err = videoByID(ctx, l.db, v.Origin.Video); fault.Is(err, fault.NotFound) {
			break
		}
		if err != nil {
			return line, err
		}
		line.Parents = append(line.Parents, v)
	}
	rows, err := l.db.QueryContext(ctx, "SELECT "+videoColumns+" FROM origins p CROSS JOIN "+videosOf+" WHERE p.parent = ? ORDER BY p.n DESC LIMIT ?", id, mostChildren)
	line.Children, err = scanVideos(rows, err)
	return line, err
}
