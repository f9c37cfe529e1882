package library

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"conch/backend/generation"
	"conch/backend/sidecar"
)

// Said is what has to stand beside the videos, for the day when the database is lost.
type Said struct {
	Version     int64    // of the library, when it was read
	Folders     []string // those that have a video changed after some version; SaidIn has their marks
	Collections []sidecar.Collection
}

// Said gives the collections, and each folder that has a video changed after a version.
func (l *Library) Said(ctx context.Context, after int64) (s Said, err error) {
	defer l.notice(&err)
	if err := l.db.QueryRowContext(ctx, "SELECT version FROM counter").Scan(&s.Version); err != nil {
		return s, fmt.Errorf("read marks: %w", err)
	}
	paths, err := texts(l.db.QueryContext(ctx, "SELECT f.path FROM videos v JOIN files f ON f.n = v.n WHERE v.version > ?", after))
	if err != nil {
		return s, err
	}
	for _, path := range paths {
		s.Folders = append(s.Folders, filepath.Dir(path))
	}
	slices.Sort(s.Folders)
	s.Folders = slices.Compact(s.Folders)
	all, err := l.Collections(ctx)
	for _, c := range all {
		s.Collections = append(s.Collections, sidecar.Collection{ID: c.ID, Name: c.Name, Smart: c.Smart, Query: c.Query, CreatedAt: c.CreatedAt})
	}
	return s, err
}

// SaidIn are the marks of the videos right in a folder that have any.
func (l *Library) SaidIn(ctx context.Context, folder string) (_ []sidecar.Marks, err error) {
	defer l.notice(&err)
	rows, err := l.db.QueryContext(ctx, `SELECT v.id, f.path, f.hash, r.name, coalesce(r.record ->> '$.prompt', ''), v.favourite, v.rating, v.label, v.front, r.notes, r.record -> '$.origin',
			(SELECT json_group_array(t.name ORDER BY t.folded) FROM video_tags vt JOIN tags t ON t.id = vt.tag_id WHERE vt.n = v.n),
			(SELECT json_group_array(json_object('id', i.collection_id, 'position', i.position)) FROM collection_items i WHERE i.n = v.n)
		FROM files f CROSS JOIN videos v ON v.n = f.n CROSS JOIN records r ON r.n = f.n WHERE `+rightIn, within(folder)...)
	if err != nil {
		return nil, fmt.Errorf("read marks: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []sidecar.Marks
	for rows.Next() {
		var m sidecar.Marks
		var path, prompt string
		var origin, tags, places sql.Null[[]byte]
		if err := rows.Scan(&m.ID, &path, &m.Hash, &m.Name, &prompt, &m.Favourite, &m.Rating, &m.Label, &m.Front, &m.Notes, &origin, &tags, &places); err != nil {
			return nil, fmt.Errorf("read marks: %w", err)
		}
		m.File = filepath.Base(path)
		for into, from := range map[any][]byte{&m.Origin: origin.V, &m.Tags: tags.V, &m.Collections: places.V} {
			if len(from) == 0 {
				continue
			}
			if err := json.Unmarshal(from, into); err != nil {
				return nil, fmt.Errorf("%w: decode marks: %w", errDamaged, err)
			}
		}
		if m.Origin != nil && m.Origin.Kind == generation.OfPicture { // the recipe has it
			m.Origin = nil
		}
		if strings.HasPrefix(strings.Join(strings.Fields(prompt), " "), strings.TrimSuffix(m.Name, "…")) { // nobody named it
			m.Name = ""
		}
		if m.Name != "" || m.Favourite || m.Rating > 0 || m.Label != "" || m.Front || m.Notes != "" || m.Origin != nil || len(m.Tags)+len(m.Collections) > 0 {
			all = append(all, m)
		}
	}
	return all, rows.Err()
}

// Knows says whether there is a video with an id.
func (l *Library) Knows(ctx context.Context, id string) (knows bool, err error) {
	defer l.notice(&err)
	err = l.db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM videos WHERE id = ?)", id).Scan(&knows)
	return knows, err
}

// AdoptCollections makes the collections again that stand beside the videos.
func (l *Library) AdoptCollections(ctx context.Context, said sidecar.All) error {
	return l.write(ctx, func(tx *writing, version int64) error {
		t := fileTaker{ctx: ctx, tx: tx, version: version}
		for _, c := range said.Collections {
			t.run("INSERT INTO collections (id, name, smart, query, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name, query = excluded.query",
				c.ID, c.Name, c.Smart, c.Query, c.CreatedAt)
		}
		return t.err
	})
}

// adopt makes the marks of a library that was made anew those that stand beside the videos: they are newer than any
// backup.
func (l *Library) adopt(ctx context.Context, said sidecar.All) error {
	if err := l.AdoptCollections(ctx, said); err != nil {
		return err
	}
	for ids := range slices.Chunk(said.Videos(), atOnce) {
		if err := l.write(ctx, func(tx *writing, version int64) error {
			t := fileTaker{ctx: ctx, tx: tx, version: version}
			rows, err := tx.QueryContext(ctx, "SELECT "+videoColumns+" FROM "+videoTables+" WHERE v.id IN (SELECT value FROM json_each(?))", list(ids))
			all, err := l.scanVideos(rows, err)
			if err != nil {
				return err
			}
			for _, v := range all {
				n, err := numbers(tx.QueryContext(ctx, "SELECT n FROM videos WHERE id = ?", v.ID))
				if err != nil {
					return err
				}
				if m, some := said.Of(v); some {
					t.say(n[0], m)
					t.run("INSERT OR IGNORE INTO unindexed VALUES (?)", n[0])
				}
			}
			return t.err
		}); err != nil {
			return err
		}
	}
	return nil
}
