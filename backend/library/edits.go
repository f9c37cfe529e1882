package library

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"conch/backend/fault"
)

// Edit is one change that a person made and can take back.
type Edit struct {
	ID     int64  `json:"id"` // 0 when nothing changed
	At     int64  `json:"at"`
	Kind   string `json:"kind"`   // name, favourite, rating, label, notes, tags, trash, restore, collection, front
	Count  int    `json:"count"`  // of videos
	Undone bool   `json:"undone"` // taken back; Undo makes it again

	Fault *fault.Wire `json:"fault,omitempty"` // why it was not done to all of its videos; not kept
}

const editsKept = 100

// change is what an edit does, or what takes it back.
type change struct {
	Set         []set        `json:"set,omitempty"`
	Tags        []tagging    `json:"tags,omitempty"`
	Spellings   []spelling   `json:"spellings,omitempty"`
	Collections []collecting `json:"collections,omitempty"`
	Items       []placing    `json:"items,omitempty"`
}

// set gives a column of videos one value.
type set struct {
	Column string  `json:"column"`
	Value  any     `json:"value"`
	N      []int64 `json:"n"`
}

// tagging puts a tag on videos, or takes it off.
type tagging struct {
	Tag string  `json:"tag"`
	On  bool    `json:"on,omitempty"`
	N   []int64 `json:"n"`
}

// spelling writes a tag in another way.
type spelling struct {
	Tag string `json:"tag"`
}

// tableOf has the columns that a person changes.
var tableOf = map[string]string{"favourite": "videos", "rating": "videos", "label": "videos", "front": "videos", "trashed_at": "videos", "name": "records", "notes": "records"}

// edit makes a change in one transaction and keeps what takes it back.
func (l *Library) edit(ctx context.Context, kind string, make func(tx *writing) (change, error)) (e Edit, err error) {
	err = l.write(ctx, func(tx *writing, version int64) error {
		c, err := make(tx)
		if err != nil {
			return err
		}
		inverse, count, err := apply(ctx, tx, version, c)
		if err != nil || inverse == nil {
			return err
		}
		text, err := json.Marshal(inverse)
		if err != nil {
			return fmt.Errorf("keep edit: %w", err)
		}
		e = Edit{At: time.Now().UnixMilli(), Kind: kind, Count: count}
		if e.ID, err = goesOn(ctx, tx, e, *inverse); err != nil || e.ID != 0 {
			return err
		}
		if err := tx.QueryRowContext(ctx, "INSERT INTO edits (at, kind, count, inverse) VALUES (?, ?, ?, ?) RETURNING id", e.At, e.Kind, e.Count, string(text)).Scan(&e.ID); err != nil {
			return fmt.Errorf("keep edit: %w", err)
		}
		_, err = tx.ExecContext(ctx, "DELETE FROM edits WHERE id <= ?", e.ID-editsKept)
		return err
	})
	return e, err
}

// oneNote is how long a note may rest while it is written.
const oneNote = time.Minute

// goesOn finds the edit that this one goes on with, and keeps what takes that back: a note that is saved while it is
// written is one change. It is 0 when there is none.
func goesOn(ctx context.Context, tx *writing, e Edit, inverse change) (int64, error) {
	if e.Kind != "notes" || e.Count != 1 || len(inverse.Set) != 1 || len(inverse.Tags) > 0 {
		return 0, nil
	}
	var id int64
	err := tx.QueryRowContext(ctx, `UPDATE edits SET at = ?1 WHERE id = (SELECT max(id) FROM edits) AND kind = 'notes' AND count = 1 AND undone = 0 AND at > ?2
		AND inverse ->> '$.set[0].column' = 'notes' AND inverse ->> '$.set[0].n[0]' = ?3 AND json_array_length(inverse, '$.set') = 1 AND inverse ->> '$.tags' IS NULL RETURNING id`,
		e.At, e.At-oneNote.Milliseconds(), inverse.Set[0].N[0]).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// Undo takes an edit back, or makes one again that was taken back; it gives the edit as it is then, which has nothing
// to do any more with the videos that are left out. Fault: edit_gone.
func (l *Library) Undo(ctx context.Context, id int64, leaveOut ...string) (e Edit, err error) {
	err = l.write(ctx, func(tx *writing, version int64) error {
		var c change
		if e, c, err = editByID(ctx, tx, id); err != nil {
			return err
		}
		left, err := numbersOf(ctx, tx, leaveOut)
		if err != nil {
			return err
		}
		e.Count -= c.leaveOut(left)
		c.trashNow()
		inverse, _, err := apply(ctx, tx, version, c)
		if err != nil {
			return err
		}
		if inverse == nil { // everything was changed back by hand
			inverse = &change{}
		}
		text, err := json.Marshal(inverse)
		if err != nil {
			return fmt.Errorf("undo: %w", err)
		}
		e.Undone = !e.Undone
		_, err = tx.ExecContext(ctx, "UPDATE edits SET undone = ?, count = ?, inverse = ? WHERE id = ?", e.Undone, e.Count, string(text), id)
		return err
	})
	return e, err
}

func editByID(ctx context.Context, q querier, id int64) (e Edit, c change, err error) {
	var text string
	err = q.QueryRowContext(ctx, "SELECT id, at, kind, count, undone, inverse FROM edits WHERE id = ?", id).Scan(&e.ID, &e.At, &e.Kind, &e.Count, &e.Undone, &text)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return e, c, fault.New("edit_gone", nil)
	case err != nil:
		return e, c, fmt.Errorf("read edit: %w", err)
	}
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return e, c, fmt.Errorf("%w: decode edit: %w", errDamaged, err)
	}
	return e, c, nil
}

// Edits lists what can be taken back or made again, newest first.
func (l *Library) Edits(ctx context.Context) (_ []Edit, err error) {
	defer l.notice(&err)
	rows, err := l.db.QueryContext(ctx, "SELECT id, at, kind, count, undone FROM edits ORDER BY id DESC")
	if err != nil {
		return nil, fmt.Errorf("list edits: %w", err)
	}
	defer func() { _ = rows.Close() }()
	all := []Edit{}
	for rows.Next() {
		var e Edit
		if err := rows.Scan(&e.ID, &e.At, &e.Kind, &e.Count, &e.Undone); err != nil {
			return nil, fmt.Errorf("list edits: %w", err)
		}
		all = append(all, e)
	}
	return all, rows.Err()
}

// Trashing tells which videos an edit's undo would take out of the trash, and which it would put there: their files
// have to be moved as well. Fault: edit_gone.
func (l *Library) Trashing(ctx context.Context, edit int64) (out, in []string, err error) {
	defer l.notice(&err)
	_, c, err := editByID(ctx, l.db, edit)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range c.Set {
		if s.Column != "trashed_at" {
			continue
		}
		into, where := &in, "trashed_at = 0"
		if s.Value == 0.0 {
			into, where = &out, "trashed_at > 0"
		}
		ids, err := texts(l.db.QueryContext(ctx, "SELECT id FROM videos WHERE n IN (SELECT value FROM json_each(?)) AND "+where, list(s.N)))
		if err != nil {
			return nil, nil, err
		}
		*into = append(*into, ids...)
	}
	return out, in, nil
}

func texts(rows *sql.Rows, err error) ([]string, error) {
	if err != nil {
		return nil, fmt.Errorf("read texts: %w", err)
	}
	defer func() { _ = rows.Close() }()
	all := []string{}
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("read texts: %w", err)
		}
		all = append(all, text)
	}
	return all, rows.Err()
}

// list is a JSON array, for json_each.
func list[T int64 | string](all []T) string {
	text, err := json.Marshal(all)
	if err != nil { // numbers and strings have none
		return "[]"
	}
	return string(text)
}
