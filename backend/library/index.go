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

// index makes what is derived of videos anew: their words in search, and which stacks they are in.
func index(ctx context.Context, tx *writing, which ...int64) error {
	found := []int64{}
	rows, err := tx.QueryContext(ctx, "SELECT "+videoColumns+", v.n FROM json_each(?) p CROSS JOIN videos v ON v.n = p.value"+beside, list(which))
	all, _, err := scanClosely(rows, err, func(*generation.Video) any { found = append(found, 0); return &found[len(found)-1] })
	if err != nil {
		return err
	}
	words, err := tx.PrepareContext(ctx, "INSERT OR REPLACE INTO search (rowid, words, grams) VALUES (?, ?, ?)")
	if err != nil {
		return fmt.Errorf("index videos: %w", err)
	}
	defer func() { _ = words.Close() }()
	stack, err := tx.PrepareContext(ctx, "UPDATE videos SET stack = ?1 WHERE n = ?2 AND stack != ?1")
	if err != nil {
		return fmt.Errorf("index videos: %w", err)
	}
	defer func() { _ = stack.Close() }()
	moved := int64(0)
	for i, v := range all {
		w, grams := indexTerms(append(v.Tags, v.Name, v.Prompt, v.Model, filepath.Base(v.Path), v.Notes)...)
		_, err := words.ExecContext(ctx, found[i], w, grams)
		var done sql.Result
		if err == nil {
			done, err = stack.ExecContext(ctx, stackOf(v), found[i])
		}
		if err != nil {
			return fmt.Errorf("index videos: %w", err)
		}
		some, err := done.RowsAffected()
		if err != nil {
			return fmt.Errorf("index videos: %w", err)
		}
		moved += some
	}
	if moved > 0 { // who keeps what stacks have looks there
		if _, err := tx.ExecContext(ctx, "UPDATE counter SET version = version + 1"); err != nil {
			return fmt.Errorf("index videos: %w", err)
		}
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
	tx, err := l.begin(ctx)
	if err != nil {
		return 0, fmt.Errorf("index videos: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	mine, err := numbers(tx.QueryContext(ctx, "DELETE FROM unindexed WHERE n IN (SELECT value FROM json_each(?)) RETURNING n", list(waiting)))
	if err == nil {
		err = index(ctx, tx, mine...) // without those that another process did
	}
	if err != nil {
		return 0, err
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
