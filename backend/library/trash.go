package library

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"conch/backend/fault"
	"conch/backend/generation"
)

// SetTrashed records that videos went to the trash, or came back from it.
func (l *Library) SetTrashed(ctx context.Context, ids []string, on bool) (Edit, error) {
	kind, at := "restore", int64(0)
	if on {
		kind, at = "trash", time.Now().UnixMilli()
	}
	return l.edit(ctx, kind, func(tx *writing) (change, error) {
		all, err := chosen(ctx, tx, ids)
		return change{Set: []set{{Column: "trashed_at", Value: at, N: all}}}, err
	})
}

// trashNow lets what goes to the trash once more go there now: it is kept for as long as anything else.
func (c *change) trashNow() {
	for i, s := range c.Set {
		if s.Column == "trashed_at" && s.Value != 0.0 {
			c.Set[i].Value = time.Now().UnixMilli()
		}
	}
}

// TakeFrom undoes for some videos what an edit of the trash recorded, since their files did not follow, and gives the
// edit as it is then: with no id when nothing is left of it. Fault: edit_gone.
func (l *Library) TakeFrom(ctx context.Context, edit int64, ids []string) (e Edit, err error) {
	err = l.write(ctx, func(tx *writing, version int64) error {
		var c change
		if e, c, err = editByID(ctx, tx, edit); err != nil {
			return err
		}
		which, err := numbersOf(ctx, tx, ids)
		if err != nil {
			return err
		}
		var back change
		for _, s := range c.Set {
			s.N = slices.DeleteFunc(slices.Clone(s.N), func(n int64) bool { return !which[n] })
			back.Set = append(back.Set, s)
		}
		if _, _, err := apply(ctx, tx, version, back); err != nil {
			return err
		}
		e.Count -= c.leaveOut(which)
		return e.keep(ctx, tx, c)
	})
	return e, err
}

// keep writes an edit that has to do with fewer videos now. One that has nothing to do any more goes.
func (e *Edit) keep(ctx context.Context, tx *writing, c change) error {
	if c.empty() {
		_, err := tx.ExecContext(ctx, "DELETE FROM edits WHERE id = ?", e.ID)
		e.ID = 0
		return err
	}
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("keep edit: %w", err)
	}
	_, err = tx.ExecContext(ctx, "UPDATE edits SET count = ?, inverse = ? WHERE id = ?", e.Count, string(text), e.ID)
	return err
}

func (c *change) empty() bool {
	return len(c.Set)+len(c.Tags)+len(c.Spellings)+len(c.Collections)+len(c.Items) == 0
}

// leaveOut makes a change have nothing to do with some videos, and gives how many of them it had to do with.
func (c *change) leaveOut(which map[int64]bool) int {
	had := map[int64]bool{}
	out := func(n int64) bool {
		if which[n] {
			had[n] = true
		}
		return which[n]
	}
	for i := range c.Set {
		c.Set[i].N = slices.DeleteFunc(c.Set[i].N, out)
	}
	for i := range c.Tags {
		c.Tags[i].N = slices.DeleteFunc(c.Tags[i].N, out)
	}
	for i := range c.Items {
		p := &c.Items[i]
		var kept placing
		for j, n := range p.N {
			if p.Aside && which[n] || !p.Aside && out(n) { // who makes room is not what the edit is about
				continue
			}
			kept.N = append(kept.N, n)
			if j < len(p.At) {
				kept.At = append(kept.At, p.At[j])
			}
		}
		p.N, p.At = kept.N, kept.At
	}
	c.Set = slices.DeleteFunc(c.Set, func(s set) bool { return len(s.N) == 0 })
	c.Tags = slices.DeleteFunc(c.Tags, func(g tagging) bool { return len(g.N) == 0 })
	c.Items = slices.DeleteFunc(c.Items, func(p placing) bool { return len(p.N) == 0 })
	return len(had)
}

// Trashed gives what is in the trash for longer than since a moment, in ms.
func (l *Library) Trashed(ctx context.Context, before int64) (_ []generation.Video, err error) {
	defer l.notice(&err)
	return l.scanVideos(l.db.QueryContext(ctx, "SELECT "+videoColumns+" FROM (SELECT n FROM videos INDEXED BY videos_trashed WHERE trashed_at > 0 AND trashed_at < ?) p CROSS JOIN "+videosOf, before))
}

// Return records that videos are out of the trash although nobody took them out here; that is no edit.
func (l *Library) Return(ctx context.Context, ids []string) error {
	return l.write(ctx, func(tx *writing, version int64) error {
		which, err := numbersOf(ctx, tx, ids)
		if err == nil {
			_, _, err = apply(ctx, tx, version, change{Set: []set{{Column: "trashed_at", Value: 0, N: slices.Sorted(maps.Keys(which))}}})
		}
		return err
	})
}

// Lose marks videos as missing: their files are not where they were.
func (l *Library) Lose(ctx context.Context, ids []string) error {
	return l.write(ctx, func(tx *writing, version int64) error {
		t := fileTaker{ctx: ctx, tx: tx, version: version}
		for _, id := range ids {
			t.lose(id)
		}
		return t.err
	})
}

// Claims says whether a video that is not in the trash has its file at a place.
func (l *Library) Claims(ctx context.Context, path string) (claims bool, err error) {
	defer l.notice(&err)
	err = l.db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM files f CROSS JOIN videos v ON v.n = f.n WHERE f.path = ? AND v.trashed_at = 0)", path).Scan(&claims)
	return claims, err
}

// Forget removes all that is known of videos in the trash; those that are not in it stay. The record of what was paid
// stays, too. Edits have nothing to do with them any more. It gives the ids of those that went.
func (l *Library) Forget(ctx context.Context, ids []string) (gone []string, err error) {
	for some := range slices.Chunk(ids, atOnce) {
		these, err := l.forget(ctx, some)
		if err != nil {
			return gone, err
		}
		gone = append(gone, these...)
	}
	return gone, nil
}

func (l *Library) forget(ctx context.Context, ids []string) (gone []string, err error) {
	err = l.write(ctx, func(tx *writing, version int64) error {
		gone, err = texts(tx.QueryContext(ctx, "SELECT id FROM videos WHERE trashed_at > 0 AND id IN (SELECT value FROM json_each(?))", list(ids)))
		if err != nil || len(gone) == 0 {
			return err
		}
		which, err := numbersOf(ctx, tx, gone)
		if err != nil {
			return err
		}
		t := fileTaker{ctx: ctx, tx: tx, version: version}
		n := sorted(which)
		tags, err := numbers(tx.QueryContext(ctx, "SELECT DISTINCT tag_id FROM video_tags WHERE n IN (SELECT value FROM json_each(?))", n))
		if err != nil {
			return err
		}
		for _, table := range []string{"video_tags", "collection_items", "origins", "unindexed", "files", "records", "videos"} {
			t.run("DELETE FROM "+table+" WHERE n IN (SELECT value FROM json_each(?))", n)
		}
		t.run("DELETE FROM search WHERE rowid IN (SELECT value FROM json_each(?))", n)
		for _, id := range tags {
			if t.err == nil {
				t.err = dropEmptyTag(ctx, tx, id)
			}
		}
		if t.err != nil {
			return t.err
		}
		return leaveEdits(ctx, tx, which)
	})
	return gone, err
}

// leaveEdits takes forgotten videos out of every edit: their numbers may be given to others.
func leaveEdits(ctx context.Context, tx *writing, which map[int64]bool) error {
	all, err := numbers(tx.QueryContext(ctx, "SELECT id FROM edits"))
	if err != nil {
		return err
	}
	for _, id := range all {
		e, c, err := editByID(ctx, tx, id)
		if err != nil {
			return err
		}
		left := c.leaveOut(which)
		if left == 0 {
			continue
		}
		e.Count -= left
		if err := e.keep(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}

func numbersOf(ctx context.Context, tx *writing, ids []string) (map[int64]bool, error) {
	which := map[int64]bool{}
	if len(ids) == 0 {
		return which, nil
	}
	all, err := chosen(ctx, tx, ids)
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	for _, n := range all {
		which[n] = true
	}
	return which, err
}
