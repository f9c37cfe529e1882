package library

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// fewIndexed is how many videos are indexed along with their change; more are left to Index.
const fewIndexed = 20

// touched collects which videos a change reached.
type touched struct {
	all   map[int64]bool
	words map[int64]bool // those whose words in search changed
	aside map[int64]bool // those that only made room for others
}

// apply makes a change. It gives what takes it back, nil when nothing changed, and how many videos did.
func apply(ctx context.Context, tx *writing, version int64, c change) (inverse *change, count int, err error) {
	back, t := &change{}, touched{map[int64]bool{}, map[int64]bool{}, map[int64]bool{}}
	for _, s := range c.Set {
		if err := applySet(ctx, tx, s, back, t); err != nil {
			return nil, 0, fmt.Errorf("change %s: %w", s.Column, err)
		}
	}
	for _, g := range c.Tags {
		if err := applyTag(ctx, tx, g, back, t); err != nil {
			return nil, 0, fmt.Errorf("change tags: %w", err)
		}
	}
	for _, s := range c.Spellings {
		if err := applySpelling(ctx, tx, s, back, t); err != nil {
			return nil, 0, fmt.Errorf("change tags: %w", err)
		}
	}
	if err := applyCollections(ctx, tx, c, back, t); err != nil {
		return nil, 0, fmt.Errorf("change collections: %w", err)
	}
	slices.Reverse(back.Set)
	slices.Reverse(back.Tags)
	if len(back.Set)+len(back.Tags)+len(back.Spellings)+len(back.Collections)+len(back.Items) == 0 {
		return nil, 0, nil
	}
	maps.Copy(t.aside, t.all)
	if _, err := tx.ExecContext(ctx, "UPDATE videos SET version = ? WHERE n IN (SELECT value FROM json_each(?))", version, sorted(t.aside)); err != nil {
		return nil, 0, fmt.Errorf("change videos: %w", err)
	}
	if len(t.words) > fewIndexed {
		_, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO unindexed SELECT value FROM json_each(?)", sorted(t.words))
		return back, len(t.all), err
	}
	return back, len(t.all), index(ctx, tx, slices.Collect(maps.Keys(t.words))...)
}

func sorted(set map[int64]bool) string { return list(slices.Sorted(maps.Keys(set))) }

func applySet(ctx context.Context, tx *writing, s set, back *change, t touched) error {
	table, known := tableOf[s.Column]
	if !known {
		return errors.New("no such column")
	}
	n := list(s.N)
	rows, err := tx.QueryContext(ctx, "SELECT "+s.Column+", json_group_array(n) FROM "+table+" WHERE n IN (SELECT value FROM json_each(?)) AND "+s.Column+" != ? GROUP BY 1", n, s.Value)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		was := set{Column: s.Column}
		var which []byte
		if err := rows.Scan(&was.Value, &which); err != nil {
			return err
		}
		if err := json.Unmarshal(which, &was.N); err != nil {
			return err
		}
		back.Set = append(back.Set, was)
		for _, n := range was.N {
			t.all[n] = true
			if table == "records" {
				t.words[n] = true
			}
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE "+table+" SET "+s.Column+" = ?2 WHERE n IN (SELECT value FROM json_each(?1)) AND "+s.Column+" != ?2", n, s.Value); err != nil {
		return err
	}
	if s.Column == "notes" {
		_, err = tx.ExecContext(ctx, "UPDATE videos SET noted = ?2 WHERE n IN (SELECT value FROM json_each(?1))", n, s.Value != "")
	}
	return err
}

func applyTag(ctx context.Context, tx *writing, g tagging, back *change, t touched) error {
	var id int64
	var err error
	var moved []int64
	if g.On {
		if id, err = tagID(ctx, tx, g.Tag); err != nil {
			return err
		}
		moved, err = numbers(tx.QueryContext(ctx, "INSERT OR IGNORE INTO video_tags (tag_id, n) SELECT ?, value FROM json_each(?) RETURNING n", id, list(g.N)))
	} else {
		err := tx.QueryRowContext(ctx, "SELECT id, name FROM tags WHERE folded = ?", folded(g.Tag)).Scan(&id, &g.Tag)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if moved, err = numbers(tx.QueryContext(ctx, "DELETE FROM video_tags WHERE tag_id = ? AND n IN (SELECT value FROM json_each(?)) RETURNING n", id, list(g.N))); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	if err := dropEmptyTag(ctx, tx, id); err != nil || len(moved) == 0 {
		return err
	}
	back.Tags = append(back.Tags, tagging{Tag: g.Tag, On: !g.On, N: moved})
	for _, n := range moved {
		t.all[n], t.words[n] = true, true
	}
	return nil
}

// applySpelling needs no new index: a folded name has the same words.
func applySpelling(ctx context.Context, tx *writing, s spelling, back *change, t touched) error {
	var id int64
	var was string
	err := tx.QueryRowContext(ctx, "SELECT id, name FROM tags WHERE folded = ? AND name != ?", folded(s.Tag), s.Tag).Scan(&id, &was)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	back.Spellings = append(back.Spellings, spelling{was})
	if _, err := tx.ExecContext(ctx, "UPDATE tags SET name = ? WHERE id = ?", s.Tag, id); err != nil {
		return err
	}
	on, err := numbers(tx.QueryContext(ctx, "SELECT n FROM video_tags WHERE tag_id = ?", id))
	for _, n := range on {
		t.all[n] = true
	}
	return err
}

// tagID finds a tag or makes it.
func tagID(ctx context.Context, tx *writing, name string) (id int64, err error) {
	err = tx.QueryRowContext(ctx, "INSERT INTO tags (name, folded) VALUES (?, ?) ON CONFLICT (folded) DO UPDATE SET folded = folded RETURNING id", name, folded(name)).Scan(&id)
	return id, err
}

func dropEmptyTag(ctx context.Context, tx *writing, id int64) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM tags WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM video_tags WHERE tag_id = ?1)", id)
	return err
}

func addTag(ctx context.Context, tx *writing, name string, n int64) error {
	id, err := tagID(ctx, tx, name)
	if err == nil {
		_, err = tx.ExecContext(ctx, "INSERT OR IGNORE INTO video_tags (tag_id, n) VALUES (?, ?)", id, n)
	}
	if err != nil {
		return fmt.Errorf("tag video: %w", err)
	}
	return nil
}
