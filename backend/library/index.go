package library

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"conch/backend/generation"
)

// index makes what is derived of a video anew: its words in search, and which stack it is in.
func index(ctx context.Context, tx *sql.Tx, n int64) error {
	rows, err := tx.QueryContext(ctx, "SELECT "+videoColumns+" FROM "+videoTables+" WHERE v.n = ?", n)
	all, err := scanVideos(rows, err)
	if err != nil || len(all) == 0 {
		return err
	}
	v := all[0]
	words, grams := indexTerms(append(v.Tags, v.Name, v.Prompt, v.Model, filepath.Base(v.Path), v.Notes)...)
	if _, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO search (rowid, words, grams) VALUES (?, ?, ?)", n, words, grams); err != nil {
		return fmt.Errorf("index video: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "UPDATE videos SET stack = ?1 WHERE n = ?2 AND stack != ?1", stackOf(v), n); err != nil {
		return fmt.Errorf("index video: %w", err)
	}
	return nil
}

// Index brings up to date what changes of many videos left for later, in small transactions. It is done when it
// returns nil; whoever is ended on the way, or meets another process at it, loses nothing.
func (l *Library) Index(ctx context.Context) (err error) {
	defer l.notice(&err)
	const chunk = 200
	for {
		left, err := l.indexSome(ctx, chunk)
		if err != nil || left == 0 {
			return err
		}
	}
}

// indexSome indexes at most so many videos and gives how many it found to do.
func (l *Library) indexSome(ctx context.Context, most int) (found int, err error) {
	waiting, err := numbers(l.db.QueryContext(ctx, "SELECT n FROM unindexed ORDER BY n DESC LIMIT ?", most))
	if err != nil || len(waiting) == 0 {
		return 0, err
	}
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return 0, fmt.Errorf("index videos: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, n := range waiting {
		done, err := tx.ExecContext(ctx, "DELETE FROM unindexed WHERE n = ?", n)
		if err != nil {
			return 0, fmt.Errorf("index videos: %w", err)
		}
		if some, err := done.RowsAffected(); err != nil || some == 0 { // another process did it
			continue
		}
		if err := index(ctx, tx, n); err != nil {
			return 0, err
		}
	}
	return len(waiting), tx.Commit()
}

// numbers reads rows of one number.
func numbers(rows *sql.Rows, err error) ([]int64, error) {
	if err != nil {
		return nil, fmt.Errorf("read numbers: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, fmt.Errorf("read numbers: %w", err)
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

// stackOf says which stack a video is in: those of one prompt, one family of models and the same pictures. 0 is none.
func stackOf(v generation.Video) int64 {
	if v.Prompt == "" {
		return 0
	}
	key := []string{strings.Join(strings.Fields(v.Prompt), " "), familyOf(v.Model)}
	for _, field := range slices.Sorted(maps.Keys(v.Pictures)) {
		key = append(key, field, v.Pictures[field])
	}
	text, err := json.Marshal(key)
	if err != nil {
		return 0
	}
	sum := sha256.Sum256(text)
	return int64(binary.BigEndian.Uint64(sum[:])>>1 | 1)
}

// familyOf is a model's id without its last part: "minimax/hailuo-02" of "minimax/hailuo-02/standard".
func familyOf(model string) string {
	if strings.Count(model, "/") < 2 {
		return model
	}
	return path.Dir(model)
}
