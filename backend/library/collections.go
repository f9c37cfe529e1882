package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"conch/backend/fault"
)

// Collection is a person's own list of videos in their own order, or a search that is kept.
type Collection struct {
	ID        string `json:"id"` // "" for a new one
	Name      string `json:"name"`
	Smart     bool   `json:"smart"`
	Query     string `json:"query"` // of a smart one
	Count     int    `json:"count"` // videos in a manual one that are not in the trash
	CreatedAt int64  `json:"createdAt"`
}

// collecting puts a collection's row, or removes it.
type collecting struct {
	ID        string `json:"id"`
	Name      string `json:"name,omitempty"`
	Smart     bool   `json:"smart,omitempty"`
	Query     string `json:"query,omitempty"`
	CreatedAt int64  `json:"createdAt,omitempty"`
	Gone      bool   `json:"gone,omitempty"`
}

// placing puts videos at positions of a collection, or takes them out of it where there are no positions.
type placing struct {
	Collection string    `json:"collection"`
	N          []int64   `json:"n"`
	At         []float64 `json:"at,omitempty"`
}

// Collections lists them by name.
func (l *Library) Collections(ctx context.Context) (_ []Collection, err error) {
	defer l.notice(&err)
	rows, err := l.db.QueryContext(ctx, `SELECT c.id, c.name, c.smart, c.query, c.created_at,
		(SELECT count(*) FROM collection_items i JOIN videos v ON v.n = i.n WHERE i.collection_id = c.id AND v.trashed_at = 0) FROM collections c ORDER BY lower(c.name), c.created_at`)
	if err != nil {
		return nil, fmt.Errorf("list collections: %w", err)
	}
	defer func() { _ = rows.Close() }()
	all := []Collection{}
	for rows.Next() {
		var c Collection
		if err := rows.Scan(&c.ID, &c.Name, &c.Smart, &c.Query, &c.CreatedAt, &c.Count); err != nil {
			return nil, fmt.Errorf("list collections: %w", err)
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

func collectionByID(ctx context.Context, q querier, id string) (c Collection, err error) {
	err = q.QueryRowContext(ctx, "SELECT id, name, smart, query, created_at FROM collections WHERE id = ?", id).Scan(&c.ID, &c.Name, &c.Smart, &c.Query, &c.CreatedAt)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return c, fault.New("not_found_collection", fault.Args{"id": id})
	case err != nil:
		return c, fmt.Errorf("read collection: %w", err)
	}
	return c, nil
}

// SaveCollection makes a collection, or gives one a new name or search. Faults: name_empty, not_found_collection.
func (l *Library) SaveCollection(ctx context.Context, c Collection) (Collection, error) {
	c.Name, c.Query = strings.Join(strings.Fields(c.Name), " "), strings.TrimSpace(c.Query)
	if c.Name == "" {
		return c, fault.New("name_empty", nil)
	}
	_, err := l.edit(ctx, "collection", func(tx *sql.Tx) (change, error) {
		if c.ID == "" {
			c.ID, c.CreatedAt = uuid.Must(uuid.NewV7()).String(), time.Now().UnixMilli()
		} else {
			was, err := collectionByID(ctx, tx, c.ID)
			if err != nil {
				return change{}, err
			}
			c.Smart, c.CreatedAt = was.Smart, was.CreatedAt
		}
		return change{Collections: []collecting{{ID: c.ID, Name: c.Name, Smart: c.Smart, Query: c.Query, CreatedAt: c.CreatedAt}}}, nil
	})
	return c, err
}

// RemoveCollection removes a collection; its videos stay. Fault: not_found_collection.
func (l *Library) RemoveCollection(ctx context.Context, id string) (Edit, error) {
	return l.edit(ctx, "collection", func(tx *sql.Tx) (change, error) {
		if _, err := collectionByID(ctx, tx, id); err != nil {
			return change{}, err
		}
		items, err := numbers(tx.QueryContext(ctx, "SELECT n FROM collection_items WHERE collection_id = ?", id))
		return change{Collections: []collecting{{ID: id, Gone: true}}, Items: []placing{{Collection: id, N: items}}}, err
	})
}

// Collect puts videos into a manual collection before one that is in it, or at its end for ""; those that are in it
// already move there. The order of ids is kept. Faults: not_found_collection, not_found_video.
func (l *Library) Collect(ctx context.Context, id string, ids []string, before string) (Edit, error) {
	return l.edit(ctx, "collection", func(tx *sql.Tx) (change, error) {
		switch c, err := collectionByID(ctx, tx, id); {
		case err != nil:
			return change{}, err
		case c.Smart:
			return change{}, fault.New("not_found_collection", fault.Args{"id": id})
		}
		moving, err := numbers(tx.QueryContext(ctx, "SELECT v.n FROM json_each(?) j JOIN videos v ON v.id = j.value ORDER BY j.key", list(ids)))
		if err != nil {
			return change{}, err
		}
		if len(moving) == 0 {
			return change{}, fault.New("not_found_video", fault.Args{"id": strings.Join(ids, " ")})
		}
		at, err := room(ctx, tx, id, moving, before)
		return change{Items: []placing{{Collection: id, N: moving, At: at}}}, err
	})
}

// room finds positions for videos before another; where there is no more room, every position is given anew.
func room(ctx context.Context, tx *sql.Tx, id string, moving []int64, before string) ([]float64, error) {
	for {
		var low, top sql.NullFloat64
		err := tx.QueryRowContext(ctx, "SELECT i.position FROM collection_items i JOIN videos v ON v.n = i.n WHERE i.collection_id = ? AND v.id = ?", id, before).Scan(&top)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
		if err := tx.QueryRowContext(ctx, `SELECT max(position) FROM collection_items WHERE collection_id = ?1 AND (?2 IS NULL OR position < ?2)
			AND n NOT IN (SELECT value FROM json_each(?3))`, id, top, list(moving)).Scan(&low); err != nil {
			return nil, err
		}
		step := 1.0
		switch {
		case top.Valid && low.Valid:
			step = (top.Float64 - low.Float64) / float64(len(moving)+1)
		case top.Valid:
			low.Float64 = top.Float64 - float64(len(moving)+1)
		}
		at := make([]float64, len(moving))
		for i := range at {
			at[i] = low.Float64 + step*float64(i+1)
		}
		if step > 1e-6 {
			return at, nil
		}
		if _, err := tx.ExecContext(ctx, `UPDATE collection_items SET position = p.place FROM (SELECT n, row_number() OVER (ORDER BY position, n) place FROM collection_items WHERE collection_id = ?1) p
			WHERE collection_id = ?1 AND collection_items.n = p.n`, id); err != nil {
			return nil, err
		}
	}
}

// Uncollect takes videos out of a manual collection.
func (l *Library) Uncollect(ctx context.Context, id string, ids []string) (Edit, error) {
	return l.edit(ctx, "collection", func(tx *sql.Tx) (change, error) {
		all, err := chosen(ctx, tx, ids)
		return change{Items: []placing{{Collection: id, N: all}}}, err
	})
}

func applyCollections(ctx context.Context, tx *sql.Tx, c change, back *change, t touched) error {
	for _, x := range c.Collections {
		was, err := collectionByID(ctx, tx, x.ID)
		before := collecting{ID: was.ID, Name: was.Name, Smart: was.Smart, Query: was.Query, CreatedAt: was.CreatedAt}
		switch {
		case fault.Is(err, fault.NotFound):
			before = collecting{ID: x.ID, Gone: true}
		case err != nil:
			return err
		}
		if before == x {
			continue
		}
		back.Collections = append(back.Collections, before)
		if x.Gone {
			_, err = tx.ExecContext(ctx, "DELETE FROM collections WHERE id = ?", x.ID)
		} else {
			_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO collections (id, name, smart, query, created_at) VALUES (?, ?, ?, ?, ?)", x.ID, x.Name, x.Smart, x.Query, x.CreatedAt)
		}
		if err != nil {
			return err
		}
	}
	for _, p := range c.Items {
		if err := applyPlacing(ctx, tx, p, back, t); err != nil {
			return err
		}
	}
	return nil
}

func applyPlacing(ctx context.Context, tx *sql.Tx, p placing, back *change, t touched) error {
	rows, err := tx.QueryContext(ctx, "SELECT n, position FROM collection_items WHERE collection_id = ? AND n IN (SELECT value FROM json_each(?))", p.Collection, list(p.N))
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	were, fresh, held := placing{Collection: p.Collection}, placing{Collection: p.Collection}, map[int64]bool{}
	for rows.Next() {
		var n int64
		var at float64
		if err := rows.Scan(&n, &at); err != nil {
			return err
		}
		were.N, were.At, held[n] = append(were.N, n), append(were.At, at), true
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for i, n := range p.N {
		switch {
		case i < len(p.At):
			_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO collection_items (collection_id, n, position) VALUES (?, ?, ?)", p.Collection, n, p.At[i])
		case held[n]:
			_, err = tx.ExecContext(ctx, "DELETE FROM collection_items WHERE collection_id = ? AND n = ?", p.Collection, n)
		default:
			continue
		}
		if err != nil {
			return err
		}
		if !held[n] {
			fresh.N = append(fresh.N, n)
		}
		t.all[n] = true
	}
	for _, one := range []placing{fresh, were} {
		if len(one.N) > 0 {
			back.Items = append(back.Items, one)
		}
	}
	return nil
}
