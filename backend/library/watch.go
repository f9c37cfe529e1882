package library

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"conch/backend/generation"
)

// Changes are the records written after a version, as they are now.
type Changes struct {
	Generations []generation.Generation
	Videos      []generation.Video
	Version     int64
}

// ChangesSince gives what changed after a version.
func (l *Library) ChangesSince(ctx context.Context, version int64) (_ Changes, err error) {
	defer l.notice(&err)
	c := Changes{Version: version}
	// The version is read first: what is written meanwhile comes twice, which does no harm.
	if err := l.db.QueryRowContext(ctx, "SELECT version FROM counter").Scan(&c.Version); err != nil {
		return c, fmt.Errorf("read version: %w", err)
	}
	rows, err := l.db.QueryContext(ctx, "SELECT record FROM generations WHERE version > ? ORDER BY version", version)
	if err != nil {
		return c, fmt.Errorf("read changes: %w", err)
	}
	if c.Generations, err = scanAll[generation.Generation](rows); err != nil {
		return c, err
	}
	if rows, err = l.db.QueryContext(ctx, "SELECT record FROM videos WHERE version > ? ORDER BY version", version); err != nil {
		return c, fmt.Errorf("read changes: %w", err)
	}
	c.Videos, err = scanAll[generation.Video](rows)
	return c, err
}

// Watch tells of every change from now on, own ones at once and other processes' within every, until ctx ends.
func (l *Library) Watch(ctx context.Context, every time.Duration, tell func(Changes)) {
	conn, err := l.db.Conn(ctx) // PRAGMA data_version is relative to one connection
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	seen := dataVersion(ctx, conn)
	var version int64
	_ = l.db.QueryRowContext(ctx, "SELECT version FROM counter").Scan(&version)
	tick := time.NewTicker(every)
	defer tick.Stop()
	own := l.Changed()
	for {
		select {
		case <-ctx.Done():
			return
		case <-own:
			own = l.Changed()
		case <-tick.C:
			now := dataVersion(ctx, conn)
			if now == seen {
				continue
			}
			seen = now
		}
		if changes, err := l.ChangesSince(ctx, version); err == nil && changes.Version > version {
			version = changes.Version
			tell(changes)
		}
	}
}

func dataVersion(ctx context.Context, conn *sql.Conn) (version int64) {
	_ = conn.QueryRowContext(ctx, "PRAGMA data_version").Scan(&version)
	return version
}
