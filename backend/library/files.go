package library

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"conch/backend/container"
	"conch/backend/generation"
	"conch/backend/scan"
	"conch/backend/sidecar"
)

const knownColumns = "SELECT v.id, f.path, f.size, f.mtime, f.hash, f.missing_at > 0, v.trashed_at > 0 FROM files f CROSS JOIN videos v ON v.n = f.n"

// Known gives the file of every video.
func (l *Library) Known(ctx context.Context) (_ []scan.Known, err error) {
	defer l.notice(&err)
	return scanKnown(l.db.QueryContext(ctx, knownColumns))
}

// KnownIn gives the files that are right in a folder.
func (l *Library) KnownIn(ctx context.Context, folder string) (_ []scan.Known, err error) {
	defer l.notice(&err)
	return scanKnown(l.db.QueryContext(ctx, knownColumns+" WHERE "+rightIn, within(folder)...))
}

// rightIn is a file f in a folder, and in none of those in it; within are its arguments.
const rightIn = "f.path > ?1 AND f.path < ?2 AND instr(substr(f.path, length(?1) + 1), ?3) = 0"

func within(folder string) []any { return append(beneath(folder), string(filepath.Separator)) }

// beneath are what the paths under a folder lie between.
func beneath(folder string) []any {
	folder = strings.TrimSuffix(folder, string(filepath.Separator))
	return []any{folder + string(filepath.Separator), folder + string(filepath.Separator+1)}
}

func scanKnown(rows *sql.Rows, err error) ([]scan.Known, error) {
	if err != nil {
		return nil, fmt.Errorf("list files: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []scan.Known
	for rows.Next() {
		var k scan.Known
		if err := rows.Scan(&k.ID, &k.Path, &k.Size, &k.Modified, &k.Hash, &k.Missing, &k.Trashed); err != nil {
			return nil, fmt.Errorf("list files: %w", err)
		}
		all = append(all, k)
	}
	return all, rows.Err()
}

// atOnce is how many files one transaction takes over, so that nobody waits long for it.
const atOnce = 2000

// TakeOver records what a comparison found. What a person said of a video is never touched: one whose file is gone
// is only marked. A new one gets what is said of it beside it.
func (l *Library) TakeOver(ctx context.Context, p scan.Part, said sidecar.All) error {
	return l.takeOver(ctx, p, said, false)
}

// TakeBack is TakeOver for a library that is made anew: the films tell of their runs, too.
func (l *Library) TakeBack(ctx context.Context, p scan.Part, said sidecar.All) error {
	return l.takeOver(ctx, p, said, true)
}

// takeOver takes in even those whose run is under way, when nobody else is at work.
func (l *Library) takeOver(ctx context.Context, p scan.Part, said sidecar.All, alone bool) error {
	for len(p.Updates) > atOnce {
		if err := l.takeOver(ctx, scan.Part{Updates: p.Updates[:atOnce]}, said, alone); err != nil {
			return err
		}
		p.Updates = p.Updates[atOnce:]
	}
	if len(p.Updates)+len(p.Added)+len(p.Gone) == 0 {
		return nil
	}
	return l.write(ctx, func(tx *writing, version int64) error {
		t := fileTaker{ctx: ctx, tx: tx, version: version}
		for _, u := range p.Updates {
			t.update(u, len(p.Updates) > fewIndexed)
		}
		for _, id := range p.Gone {
			t.lose(id)
		}
		for _, a := range p.Added {
			t.add(a, said, alone)
		}
		return t.err
	})
}

// fileTaker writes until something fails.
type fileTaker struct {
	ctx     context.Context
	tx      *writing
	version int64
	err     error
}

func (t *fileTaker) run(query string, args ...any) {
	if t.err == nil {
		if _, t.err = t.tx.ExecContext(t.ctx, query, args...); t.err != nil {
			t.err = fmt.Errorf("take files over: %w", t.err)
		}
	}
}

// lose marks a video as missing.
func (t *fileTaker) lose(id string) {
	t.run(`UPDATE videos SET version = ?1 WHERE id = ?2 AND n IN (SELECT n FROM files WHERE missing_at = 0)`, t.version, id)
	t.run(`UPDATE files SET missing_at = ?1 WHERE n = (SELECT n FROM videos WHERE id = ?2) AND missing_at = 0`, time.Now().UnixMilli(), id)
}

func (t *fileTaker) update(u scan.Update, many bool) {
	if t.err != nil {
		return
	}
	var n int64
	err := t.tx.QueryRowContext(t.ctx, "SELECT n FROM videos WHERE id = ?", u.ID).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) { // its record went meanwhile
		return
	}
	t.err = err
	t.run("UPDATE files SET path = ?, size = ?, mtime = ?, hash = CASE WHEN ?4 = '' THEN hash ELSE ?4 END, missing_at = 0 WHERE n = ?", u.Path, u.Size, u.Modified, u.Hash, n)
	if f := u.Facts; f != nil {
		t.run("UPDATE records SET record = json_set(record, '$.width', ?, '$.height', ?, '$.duration', ?, '$.frameRate', ?) WHERE n = ?", f.Width, f.Height, f.Duration, f.FrameRate, n)
		t.run("UPDATE videos SET duration = ? WHERE n = ?", f.Duration, n)
	}
	if u.Kind == scan.Settled {
		return
	}
	t.run("UPDATE videos SET version = ? WHERE n = ?", t.version, n)
	if many {
		t.run("INSERT OR IGNORE INTO unindexed VALUES (?)", n)
	} else if t.err == nil {
		t.err = index(t.ctx, t.tx, n)
	}
}

func (t *fileTaker) add(a scan.Addition, said sidecar.All, alone bool) {
	if t.err != nil {
		return
	}
	var known bool
	t.err = t.tx.QueryRowContext(t.ctx, "SELECT EXISTS (SELECT 1 FROM videos WHERE id = ?)", a.ID).Scan(&known)
	if known || t.err != nil { // kept, or found by another process, since the comparison began
		return
	}
	v := VideoOf(a)
	if !alone && v.GenerationID != "" {
		var state string
		t.err = t.tx.QueryRowContext(t.ctx, "SELECT coalesce(max(state), '') FROM generations WHERE id = ?", v.GenerationID).Scan(&state)
		switch generation.State(state) {
		case "": // it may be another person's: they paid
			v.GenerationID = ""
		case generation.Processing, generation.Downloading: // its run records it
			return
		}
		if t.err != nil {
			return
		}
	}
	if t.err = takeIn(t.ctx, t.tx, t.version, v); t.err != nil {
		return
	}
	if m, some := said.Of(v); some {
		var n int64
		t.err = t.tx.QueryRowContext(t.ctx, "SELECT n FROM videos WHERE id = ?", a.ID).Scan(&n)
		t.say(n, m)
		if t.err == nil {
			t.err = index(t.ctx, t.tx, n)
		}
	}
}

// say makes a video's marks those that stood beside it.
func (t *fileTaker) say(n int64, m sidecar.Marks) {
	label := m.Label
	if !slices.Contains(Labels, label) {
		label = ""
	}
	t.run("UPDATE videos SET version = ?, favourite = ?, rating = ?, label = ?, front = ?, noted = ? WHERE n = ?", t.version, m.Favourite, min(max(m.Rating, 0), 5), label, m.Front, m.Notes != "", n)
	t.run("UPDATE records SET name = CASE WHEN ?1 = '' THEN name ELSE ?1 END, notes = ?2 WHERE n = ?3", m.Name, m.Notes, n)
	t.run("DELETE FROM video_tags WHERE n = ?", n)
	for _, tag := range m.Tags {
		if name, err := tagName(tag); err == nil && t.err == nil {
			t.err = addTag(t.ctx, t.tx, name, n)
		}
	}
	if o := m.Origin; o != nil {
		t.run("INSERT OR REPLACE INTO origins (n, kind, parent) VALUES (?, ?, ?)", n, o.Kind, o.Video+o.Picture)
		t.run("UPDATE records SET record = json_set(record, '$.origin', json(?)) WHERE n = ?", originJSON(o), n)
	}
	for _, p := range m.Collections {
		t.run("INSERT OR REPLACE INTO collection_items (collection_id, n, position) SELECT id, ?, ? FROM collections WHERE id = ? AND smart = 0", n, p.Position, p.ID)
	}
}

func originJSON(o *generation.Origin) string {
	text, err := json.Marshal(o)
	if err != nil { // texts have none
		return "null"
	}
	return string(text)
}

// VideoOf is the record of a found film: by its recipe, else by its file.
func VideoOf(a scan.Addition) generation.Video {
	t, f := a.Seen.Tags, a.Seen.Facts
	v := generation.Video{
		ID: a.ID, GenerationID: t.GenerationID, PredictionID: t.PredictionID, Service: t.Service, Name: t.Title, Path: a.Path,
		Prompt: t.Prompt, Model: t.Model, Params: generation.Shallow(t.Params), Pictures: t.Pictures, CreatedAt: t.CreatedAt,
		Width: f.Width, Height: f.Height, Duration: f.Duration, FrameRate: f.FrameRate, Bytes: a.Size, Modified: a.Modified, Hash: a.Hash,
	}
	if v.Name == "" {
		v.Name = strings.Join(strings.Fields(strings.ToValidUTF8(strings.TrimSuffix(filepath.Base(a.Path), filepath.Ext(a.Path)), " ")), " ")
	}
	if v.Name == "" {
		v.Name = a.ID
	}
	if !generation.Dated(v.CreatedAt) {
		v.CreatedAt = time.Unix(0, a.Modified).UnixMilli()
	}
	if !generation.Dated(v.CreatedAt) {
		v.CreatedAt = 0
	}
	if v.Origin = originOf(t); v.Origin != nil {
		return v
	}
	for _, field := range slices.Sorted(maps.Keys(v.Pictures)) {
		if v.Origin == nil || field == "image" {
			v.Origin = &generation.Origin{Kind: generation.OfPicture, Picture: v.Pictures[field]}
		}
	}
	return v
}

// originOf is what a film says that it came from; older ones say nothing, and others may say anything.
func originOf(t container.Tags) *generation.Origin {
	if t.Origin == nil {
		return nil
	}
	o := generation.Origin{Kind: generation.OriginKind(t.Origin.Kind), Video: t.Origin.Video}
	switch o.Kind {
	case generation.Variation, generation.LastFrame, generation.Trim:
		if scan.IsID(o.Video) && o.Video != t.VideoID {
			return &o
		}
	case generation.OfPicture:
		if t.Origin.Picture != "" {
			return &generation.Origin{Kind: o.Kind, Picture: t.Origin.Picture}
		}
	}
	return nil
}

// SetHash writes down a film's media hash, unless its file changed since it was known so.
func (l *Library) SetHash(ctx context.Context, k scan.Known, hash string) error {
	return l.write(ctx, func(tx *writing, _ int64) error {
		_, err := tx.ExecContext(ctx, "UPDATE files SET hash = ? WHERE n = (SELECT n FROM videos WHERE id = ?) AND path = ? AND size = ?", hash, k.ID, k.Path, k.Size)
		return err
	})
}
