package library

import (
	"context"
	"database/sql"
	"fmt"
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

// Lot is a selection as an export takes it.
type Lot struct {
	IDs   []string `json:"ids"`   // oldest first, as a film that is joined begins
	Bytes int64    `json:"bytes"` // of all their files
}

// Lot puts a selection in order. Fault: not_found_video, when one is not there.
func (l *Library) Lot(ctx context.Context, ids []string) (lot Lot, err error) {
	defer l.notice(&err)
	rows, err := l.db.QueryContext(ctx, "SELECT p.value, v.n, f.size FROM json_each(?) p LEFT JOIN videos v ON v.id = p.value LEFT JOIN files f ON f.n = v.n ORDER BY v.n", list(ids))
	if err != nil {
		return lot, fmt.Errorf("read a selection: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id string
		var n, size sql.NullInt64
		if err := rows.Scan(&id, &n, &size); err != nil {
			return lot, fmt.Errorf("read a selection: %w", err)
		}
		if !n.Valid {
			return lot, fault.New("not_found_video", fault.Args{"id": id})
		}
		lot.IDs, lot.Bytes = append(lot.IDs, id), lot.Bytes+size.Int64
	}
	return lot, rows.Err()
}

// ByID finds videos, in the order of their ids. Fault: not_found_video, when one is not there.
func (l *Library) ByID(ctx context.Context, ids []string) (all []generation.Video, err error) {
	defer l.notice(&err)
	for some := range slices.Chunk(ids, mostPage) {
		rows, err := l.db.QueryContext(ctx, "SELECT "+videoColumns+" FROM json_each(?) p CROSS JOIN videos v ON v.id = p.value"+beside+" ORDER BY p.key", list(some))
		found, err := l.scanVideos(rows, err)
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
