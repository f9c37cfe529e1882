package library

import (
	"context"
	"database/sql"

	"conch/backend/generation"
)

// AddVideos is AddVideo for many: all of them, or none.
func (l *Library) AddVideos(ctx context.Context, videos []generation.Video) error {
	return l.write(ctx, func(tx *sql.Tx, version int64) error {
		for _, v := range videos {
			v.Version = version
			if err := putVideo(ctx, tx, v); err != nil {
				return err
			}
		}
		return nil
	})
}
