package library

import (
	"context"
	"slices"

	"conch/backend/fault"
	"conch/backend/generation"
)

// AddVideos is AddVideo for many: all of them, or none.
func (l *Library) AddVideos(ctx context.Context, videos []generation.Video) error {
	return l.write(ctx, func(tx *writing, version int64) error {
		for _, v := range videos {
			v.Version = version
			if err := putVideo(ctx, tx, v); err != nil {
				return err
			}
		}
		return nil
	})
}

// ByID finds videos, in the order of their ids. Fault: not_found_video, when one is not there.
func (l *Library) ByID(ctx context.Context, ids []string) (all []generation.Video, err error) {
	defer l.notice(&err)
	for some := range slices.Chunk(ids, mostPage) {
		rows, err := l.db.QueryContext(ctx, "SELECT "+videoColumns+" FROM json_each(?) p CROSS JOIN videos v ON v.id = p.value"+beside+" ORDER BY p.key", list(some))
		found, err := scanVideos(rows, err)
		if err != nil {
			return nil, err
		}
		for i, id := range some {
			if i >= len(found) || found[i].ID != id {
				return nil, fault.New("not_found_video", fault.Args{"id": id})
			}
		}
		all = append(all, found...)
	}
	return all, nil
}
