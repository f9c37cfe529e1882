package library

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"conch/backend/fault"
	"conch/backend/generation"
)

// putVideo inserts or replaces, and keeps the search index in step.
func putVideo(ctx context.Context, tx *sql.Tx, v generation.Video) error {
	record, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode video: %w", err)
	}
	var n int64
	err = tx.QueryRowContext(ctx, `INSERT INTO videos (id, version, generation_id, favourite, created_at, trashed_at, record) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET version = excluded.version, favourite = excluded.favourite, trashed_at = excluded.trashed_at, record = excluded.record
		RETURNING n`, v.ID, v.Version, v.GenerationID, v.Favourite, v.CreatedAt, v.TrashedAt, string(record)).Scan(&n)
	if err != nil {
		return fmt.Errorf("put video: %w", err)
	}
	words, grams := indexTerms(v.Name + "\n" + v.Prompt + "\n" + v.Model)
	_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO search (rowid, words, grams) VALUES (?, ?, ?)", n, words, grams)
	return err
}

// AddVideo records a video that no generation here made.
func (l *Library) AddVideo(ctx context.Context, v generation.Video) error {
	return l.write(ctx, func(tx *sql.Tx, version int64) error {
		v.Version = version
		return putVideo(ctx, tx, v)
	})
}

// Video finds one. Fault: not_found_video.
func (l *Library) Video(ctx context.Context, id string) (_ generation.Video, err error) {
	defer l.notice(&err)
	return one[generation.Video](l.db.QueryRowContext(ctx, "SELECT record FROM videos WHERE id = ?", id), "not_found_video", id)
}

// ChangeVideo applies one change to one video and gives the new record.
func (l *Library) ChangeVideo(ctx context.Context, id string, change func(*generation.Video) error) (v generation.Video, err error) {
	err = l.write(ctx, func(tx *sql.Tx, version int64) error {
		if v, err = one[generation.Video](tx.QueryRowContext(ctx, "SELECT record FROM videos WHERE id = ?", id), "not_found_video", id); err != nil {
			return err
		}
		if err := change(&v); err != nil {
			return err
		}
		v.Version = version
		return putVideo(ctx, tx, v)
	})
	return v, err
}

// Rename changes what the person calls a video. Fault: name_empty.
func (l *Library) Rename(ctx context.Context, id, name string) (generation.Video, error) {
	return l.ChangeVideo(ctx, id, func(v *generation.Video) error {
		name = strings.Join(strings.Fields(name), " ")
		if name == "" {
			return fault.New("name_empty", nil)
		}
		v.Name = name
		return nil
	})
}

// SetFavourite marks or unmarks.
func (l *Library) SetFavourite(ctx context.Context, id string, on bool) (generation.Video, error) {
	return l.ChangeVideo(ctx, id, func(v *generation.Video) error { v.Favourite = on; return nil })
}

// HasVideosIn says whether a video was kept under a folder and not trashed since.
func (l *Library) HasVideosIn(ctx context.Context, folder string) (has bool, err error) {
	defer l.notice(&err)
	folder = strings.TrimSuffix(folder, string(filepath.Separator)) + string(filepath.Separator)
	err = l.db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM videos WHERE trashed_at = 0 AND substr(record ->> '$.path', 1, length(?)) = ?)", folder, folder).Scan(&has)
	return has, err
}

// PicturesInUse are the shelf pictures that a generation or a video still names.
func (l *Library) PicturesInUse(ctx context.Context) (_ map[string]bool, err error) {
	defer l.notice(&err)
	rows, err := l.db.QueryContext(ctx, `SELECT j.value FROM generations, json_each(generations.record, '$.request.pictures') j
		UNION SELECT j.value FROM videos, json_each(videos.record, '$.pictures') j`)
	if err != nil {
		return nil, fmt.Errorf("list pictures: %w", err)
	}
	defer func() { _ = rows.Close() }()
	used := map[string]bool{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		used[id] = true
	}
	return used, rows.Err()
}
