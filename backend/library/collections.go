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

// Collections lists them by name.
func (l *Library) Collections(ctx context.Context) (_ []Collection, err error) {
	defer l.notice(&err)
	return l.collections(ctx, "true")
}

// CollectionsOf lists the manual ones that a video is in, by name.
func (l *Library) CollectionsOf(ctx context.Context, id string) (_ []Collection, err error) {
	defer l.notice(&err)
	return l.collections(ctx, "EXISTS (SELECT 1 FROM collection_items WHERE collection_id = c.id AND n = (SELECT n FROM videos WHERE id = ?))", id)
}

func (l *Library) collections(ctx context.Context, where string, args ...any) ([]Collection, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT c.id, c.name, c.smart, c.query, c.created_at,
		(SELECT count(*) FROM collection_items i WHERE i.collection_id = c.id AND i.n NOT IN (`+trashed+`)) FROM collections c WHERE `+where+` ORDER BY lower(c.name), c.created_at`, args...)
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

// collectionsNamed gives the ids of the manual ones of which a folded name is right, by name.
func (l *Library) collectionsNamed(ctx context.Context, right func(name string) bool) ([]string, error) {
	rows, err := l.db.QueryContext(ctx, "SELECT id, name FROM collections WHERE NOT smart ORDER BY lower(name), created_at")
	if err != nil {
		return nil, fmt.Errorf("find collections: %w", err)
	}
	defer func() { _ = rows.Close() }()
	found := []string{}
	for rows.Next() {
		var id, name string
		if err := rows.Scan(&id, &name); err != nil {
			return nil, fmt.Errorf("find collections: %w", err)
		}
		if right(folded(name)) {
			found = append(found, id)
		}
	}
	return found, rows.Err()
}

func collectionByID(ctx context.Context, q querier, id string) (c Collection, err error) {
	err = q.QueryRowContext(ctx, "SELECT id, name, smart, query, created_at FROM collections WHERE id = ?", id).Scan(&c.ID, &c.Name, &c.Smart, &c.Query, &c.CreatedAt)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return c, fault.New("not_found_collection", nil)
	case err != nil:
		return c, fmt.Errorf("read collection: %w", err)
	}
	return c, nil
}

// SaveCollection makes a collection, or gives one a new name or search. Faults: name_empty, collection_exists,
// not_found_collection.
func (l *Library) SaveCollection(ctx context.Context, c Collection) (Collection, error) {
	c.Name, c.Query = strings.Join(strings.Fields(c.Name), " "), strings.TrimSpace(c.Query)
	if c.Name == "" {
		return c, fault.New("name_empty", nil)
	}
	_, err := l.edit(ctx, "collection", func(tx *writing) (change, error) {
		var same string // what it is called now
		if c.ID == "" {
			c.ID, c.CreatedAt = uuid.Must(uuid.NewV7()).String(), time.Now().UnixMilli()
		} else {
			was, err := collectionByID(ctx, tx, c.ID)
			if err != nil {
				return change{}, err
			}
			c.Smart, c.CreatedAt = was.Smart, was.CreatedAt
			same = was.Name
		}
		if err := unique(ctx, tx, c.Name, same); err != nil {
			return change{}, err
		}
		return change{Collections: []collecting{{ID: c.ID, Name: c.Name, Smart: c.Smart, Query: c.Query, CreatedAt: c.CreatedAt}}}, nil
	})
	return c, err
}

// unique refuses a name that another collection has. One that keeps its name may have a twin: older libraries have
// some, and an undo brings one back.
func unique(ctx context.Context, tx *writing, name, now string) error {
	if alike(name) == alike(now) {
		return nil
	}
	names, err := texts(tx.QueryContext(ctx, "SELECT name FROM collections"))
	if err != nil {
		return err
	}
	for _, other := range names {
		if alike(other) == alike(name) {
			return fault.New("collection_exists", fault.Args{"name": other})
		}
	}
	return nil
}

// alike is what a collection's name is told apart by.
func alike(name string) string { return strings.Join(strings.Fields(folded(name)), " ") }

// RemoveCollection removes a collection; its videos stay. Fault: not_found_collection.
func (l *Library) RemoveCollection(ctx context.Context, id string) (Edit, error) {
	return l.edit(ctx, "collection", func(tx *writing) (change, error) {
		if _, err := collectionByID(ctx, tx, id); err != nil {
			return change{}, err
		}
		items, err := numbers(tx.QueryContext(ctx, "SELECT n FROM collection_items WHERE collection_id = ?", id))
		return change{Collections: []collecting{{ID: id, Gone: true}}, Items: []placing{{Collection: id, N: items}}}, err
	})
}

// CountCollection counts the videos that a collection shows. Fault: not_found_collection.
func (l *Library) CountCollection(ctx context.Context, id string) (count int, err error) {
	defer l.notice(&err)
	r, err := l.read(ctx, GalleryQuery{Collection: id})
	if err != nil {
		return 0, err
	}
	found, err := l.found(ctx, r)
	if err != nil {
		return 0, fmt.Errorf("count collection: %w", err)
	}
	return len(found), nil
}

// Collect puts videos at the end of a manual collection, in the order of ids; those that are in it stay where they are.
// Faults: not_found_collection, not_found_video.
func (l *Library) Collect(ctx context.Context, id string, ids []string) (Edit, error) {
	return l.edit(ctx, "collection", func(tx *writing) (change, error) {
		if err := manual(ctx, tx, id); err != nil {
			return change{}, err
		}
		all, err := numbers(tx.QueryContext(ctx, "SELECT v.n FROM json_each(?) j JOIN videos v ON v.id = j.value ORDER BY j.key", list(ids)))
		if err != nil {
			return change{}, err
		}
		if len(all) == 0 {
			return change{}, fault.New("not_found_video", fault.Args{"id": strings.Join(ids, " ")})
		}
		fresh, err := numbers(tx.QueryContext(ctx, "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT n FROM collection_items WHERE collection_id = ?) ORDER BY key", list(all), id))
		if err != nil || len(fresh) == 0 {
			return change{}, err
		}
		items, err := place(ctx, tx, id, fresh, "")
		return change{Items: items}, err
	})
}

// Arrange moves videos of a manual collection before another one of it, or to its end when that isn't in it; among
// themselves they keep their order. Fault: not_found_collection.
func (l *Library) Arrange(ctx context.Context, id string, ids []string, before string) (Edit, error) {
	return l.edit(ctx, "collection", func(tx *writing) (change, error) {
		if err := manual(ctx, tx, id); err != nil {
			return change{}, err
		}
		moving, err := numbers(tx.QueryContext(ctx, `SELECT i.n FROM json_each(?) j CROSS JOIN videos v ON v.id = j.value CROSS JOIN collection_items i ON i.collection_id = ? AND i.n = v.n
			ORDER BY i.position, i.n`, list(ids), id))
		if err != nil || len(moving) == 0 {
			return change{}, err
		}
		items, err := place(ctx, tx, id, moving, before)
		return change{Items: items}, err
	})
}

func manual(ctx context.Context, tx *writing, id string) error {
	c, err := collectionByID(ctx, tx, id)
	if err == nil && c.Smart {
		err = fault.New("not_found_collection", nil)
	}
	return err
}

// Uncollect takes videos out of a manual collection.
func (l *Library) Uncollect(ctx context.Context, id string, ids []string) (Edit, error) {
	return l.edit(ctx, "collection", func(tx *writing) (change, error) {
		all, err := chosen(ctx, tx, ids)
		return change{Items: []placing{{Collection: id, N: all}}}, err
	})
}

func applyCollections(ctx context.Context, tx *writing, c change, back *change, t touched) error {
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
