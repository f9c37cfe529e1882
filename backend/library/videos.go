package library

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"conch/backend/fault"
	"conch/backend/generation"
)

// record is a video as its JSON tells it: the facts of run and file, without what has a column of its own.
type record struct {
	generation.Video
	Version   *int64   `json:"version,omitempty"`
	Name      *string  `json:"name,omitempty"`
	Path      *string  `json:"path,omitempty"`
	Bytes     *int64   `json:"bytes,omitempty"`
	Favourite *bool    `json:"favourite,omitempty"`
	Rating    *int     `json:"rating,omitempty"`
	Label     *string  `json:"label,omitempty"`
	Notes     *string  `json:"notes,omitempty"`
	Tags      []string `json:"tags,omitempty"`
	Stack     *int     `json:"stack,omitempty"`
	Front     *bool    `json:"front,omitempty"`
	Missing   *bool    `json:"missing,omitempty"`
	TrashedAt *int64   `json:"trashedAt,omitempty"`
}

// A video is read with videoColumns from videoTables, by scanVideos.
const (
	videoColumns = `v.id, v.version, v.trashed_at, v.favourite, v.rating, v.label, v.front, r.name, r.notes, f.path, f.size, f.missing_at > 0,
		(SELECT json_group_array(t.name) FROM video_tags vt JOIN tags t ON t.id = vt.tag_id WHERE vt.n = v.n), r.record`
	videoTables = "videos v" + beside
	videosOf    = "videos v ON v.n = p.n" + beside // of the numbers that p gives
	beside      = " CROSS JOIN records r ON r.n = v.n CROSS JOIN files f ON f.n = v.n"
)

// scanVideos reads videos. Of one whose facts can't be read there is what the columns tell: it costs the
// others nothing, and the next start repairs it.
func (l *Library) scanVideos(rows *sql.Rows, err error, more ...func(*generation.Video) any) ([]generation.Video, error) {
	all, damage, err := scanClosely(rows, err, more...)
	l.notice(&damage)
	return all, err
}

// scanClosely also says whether a record is none.
func scanClosely(rows *sql.Rows, err error, more ...func(*generation.Video) any) (all []generation.Video, damage, failed error) {
	if err != nil {
		return nil, nil, fmt.Errorf("read videos: %w", err)
	}
	defer func() { _ = rows.Close() }()
	all = []generation.Video{}
	for rows.Next() {
		var v, column generation.Video
		var tags, facts sql.RawBytes
		into := []any{&column.ID, &column.Version, &column.TrashedAt, &column.Favourite, &column.Rating, &column.Label, &column.Front, &column.Name, &column.Notes, &column.Path, &column.Bytes, &column.Missing, &tags, &facts}
		for _, place := range more {
			into = append(into, place(&column))
		}
		if err := rows.Scan(into...); err != nil {
			return nil, nil, fmt.Errorf("read videos: %w", err)
		}
		if err := errors.Join(tolerant(facts, &v), decode(tags, &v.Tags)); err != nil {
			damage = fmt.Errorf("%w: decode video: %w", errDamaged, err)
		}
		v.ID = column.ID
		if !generation.Dated(v.CreatedAt) { // an older Conch believed any recipe
			v.CreatedAt = 0
		}
		slices.SortFunc(v.Tags, func(a, b string) int { return strings.Compare(folded(a), folded(b)) })
		v.Version, v.TrashedAt, v.Favourite, v.Rating, v.Label, v.Front = column.Version, column.TrashedAt, column.Favourite, column.Rating, column.Label, column.Front
		v.Name, v.Notes, v.Path, v.Bytes, v.Missing, v.Stack = column.Name, column.Notes, column.Path, column.Bytes, column.Missing, column.Stack
		all = append(all, v)
	}
	return all, damage, rows.Err()
}

// tolerant decodes an object without those of its fields that are nonsense.
func tolerant[T any](data []byte, into *T) error {
	if decode(data, into) == nil {
		return nil
	}
	var fields map[string]jsontext.Value
	var whole T
	*into = whole
	if err := decode(data, &fields); err != nil {
		return err
	}
	for name, value := range fields {
		var alone T
		one, err := jsonv2.Marshal(map[string]jsontext.Value{name: value}, jsontext.AllowInvalidUTF8(true))
		if err != nil || decode(one, &alone) != nil {
			delete(fields, name)
		}
	}
	sound, err := jsonv2.Marshal(fields, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return err
	}
	return decode(sound, into)
}

// decode is json.Unmarshal for what was encoded here, in a third of the time.
func decode(data []byte, into any) error {
	return jsonv2.Unmarshal(data, into, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func videoByID(ctx context.Context, q querier, id string) (generation.Video, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+videoColumns+" FROM "+videoTables+" WHERE v.id = ?", id)
	all, damage, err := scanClosely(rows, err)
	if err = errors.Join(err, damage); err == nil && len(all) == 0 {
		err = fault.New("not_found_video", fault.Args{"id": id})
	}
	if err != nil {
		return generation.Video{}, err
	}
	return all[0], nil
}

// spread is how many videos fit into a millisecond of time order.
const spread = 4096

// number gives a new video its place in time order.
func number(ctx context.Context, tx *writing, createdAt int64) (int64, error) {
	for n := min(max(createdAt, 0), 1<<50-1) * spread; ; n += spread {
		var next int64
		err := tx.QueryRowContext(ctx, "SELECT coalesce(max(n) + 1, ?) FROM videos WHERE n >= ? AND n < ?", n, n, n+spread).Scan(&next)
		if err != nil || next < n+spread {
			return next, err
		}
	}
}

// putVideo records a video's facts. What a person said of it is taken over from a new one only: a run that is kept
// a second time takes nothing of that back.
func putVideo(ctx context.Context, tx *writing, v generation.Video) error {
	facts, err := json.Marshal(record{Video: v})
	if err != nil {
		return fmt.Errorf("encode video: %w", err)
	}
	var model, n int64
	if err := tx.QueryRowContext(ctx, "INSERT INTO models (name) VALUES (?) ON CONFLICT DO UPDATE SET name = name RETURNING id", v.Model).Scan(&model); err != nil {
		return fmt.Errorf("put video: %w", err)
	}
	err = tx.QueryRowContext(ctx, "SELECT n FROM videos WHERE id = ?", v.ID).Scan(&n)
	fresh := errors.Is(err, sql.ErrNoRows)
	if fresh {
		n, err = number(ctx, tx, v.CreatedAt)
	}
	if err != nil {
		return fmt.Errorf("put video: %w", err)
	}
	run := func(query string, args ...any) {
		if err == nil {
			_, err = tx.ExecContext(ctx, query, args...)
		}
	}
	run(`INSERT INTO videos (n, id, version, trashed_at, favourite, rating, label, front, noted, pictured, demo, model, duration, cost, stack) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (n) DO UPDATE SET version = excluded.version, pictured = excluded.pictured, demo = excluded.demo, model = excluded.model,
			duration = excluded.duration, cost = excluded.cost, stack = excluded.stack`,
		n, v.ID, v.Version, v.TrashedAt, v.Favourite, v.Rating, v.Label, v.Front, v.Notes != "", len(v.Pictures) > 0, v.Service == "demo", model, v.Duration, costOf(v), stackOf(v))
	run("INSERT INTO records (n, name, notes, record) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET record = excluded.record", n, v.Name, v.Notes, string(facts))
	run(`INSERT INTO files (n, path, size, mtime, hash) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET path = excluded.path, size = excluded.size,
		mtime = CASE WHEN excluded.mtime != 0 THEN excluded.mtime WHEN path = excluded.path AND size = excluded.size THEN mtime ELSE 0 END,
		hash = CASE WHEN excluded.hash != '' THEN excluded.hash ELSE hash END, missing_at = CASE WHEN path = excluded.path AND excluded.mtime = 0 THEN missing_at ELSE 0 END`,
		n, v.Path, v.Bytes, v.Modified, v.Hash)
	if v.Origin != nil {
		run("INSERT OR REPLACE INTO origins (n, kind, parent) VALUES (?, ?, ?)", n, v.Origin.Kind, v.Origin.Video+v.Origin.Picture)
	}
	if err != nil {
		return fmt.Errorf("put video: %w", err)
	}
	if fresh {
		for _, tag := range v.Tags {
			if err := addTag(ctx, tx, tag, n); err != nil {
				return err
			}
		}
	}
	return index(ctx, tx, n)
}

// costOf is what a video is taken to have cost: what was charged, else the price when it was sent.
func costOf(v generation.Video) (cost generation.Money) {
	switch {
	case v.Cost != nil:
		cost = *v.Cost
	case v.Price != nil:
		cost = v.Price.Amount
	}
	return cost
}

// AddVideo records a video that no generation here made.
func (l *Library) AddVideo(ctx context.Context, v generation.Video) error {
	return l.write(ctx, func(tx *writing, version int64) error {
		v.Version = version
		return putVideo(ctx, tx, v)
	})
}

// Video finds one. Fault: not_found_video.
func (l *Library) Video(ctx context.Context, id string) (_ generation.Video, err error) {
	defer l.notice(&err)
	return videoByID(ctx, l.db, id)
}

// ChangeVideo applies a change to the facts of one video and gives it as it is then.
func (l *Library) ChangeVideo(ctx context.Context, id string, change func(*generation.Video) error) (v generation.Video, err error) {
	err = l.write(ctx, func(tx *writing, version int64) error {
		if v, err = videoByID(ctx, tx, id); err != nil {
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

// HasVideosIn says whether a video was kept under a folder and not trashed since.
func (l *Library) HasVideosIn(ctx context.Context, folder string) (has bool, err error) {
	defer l.notice(&err)
	err = l.db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM files f JOIN videos v ON v.n = f.n WHERE v.trashed_at = 0 AND f.path > ? AND f.path < ?)", beneath(folder)...).Scan(&has)
	return has, err
}

// PicturesInUse are the shelf pictures that a generation or a video still names.
func (l *Library) PicturesInUse(ctx context.Context) (_ map[string]bool, err error) {
	defer l.notice(&err)
	rows, err := l.db.QueryContext(ctx, `SELECT j.value FROM generations, json_each(generations.record, '$.request.pictures') j
		UNION SELECT j.value FROM videos v JOIN records r ON r.n = v.n, json_each(r.record, '$.pictures') j WHERE v.pictured = 1
		UNION SELECT parent FROM origins WHERE kind = 'picture'`)
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
