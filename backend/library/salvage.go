package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"conch/backend/container"
	"conch/backend/fault"
	"conch/backend/generation"
)

// unlooked is the file that says that a rebuilt library has not looked through every videos folder yet: one may be on
// a drive that is not there.
func unlooked(path string) string { return path + ".unlooked" }

// LookThrough takes in the videos in these folders, if a rebuild could not reach them all. It gives how many came back.
func (l *Library) LookThrough(ctx context.Context, folders []string) (found int, err error) {
	defer l.notice(&err)
	if !exists(unlooked(l.path)) {
		return 0, nil
	}
	return l.lookThrough(ctx, l.path, folders)
}

func (l *Library) lookThrough(ctx context.Context, path string, folders []string) (found int, err error) {
	all := true
	for _, folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil || len(entries) == 0 { // not there, or an empty mount point
			all = false
			continue
		}
		some, err := l.salvage(ctx, folder)
		if err != nil {
			return found, err
		}
		found += some
	}
	if all {
		err = os.Remove(unlooked(path))
	}
	return found, err
}

// salvage records the videos under a folder that the library lacks and that carry our tags. Others are left alone.
func (l *Library) salvage(ctx context.Context, folder string) (found int, err error) {
	known, err := l.files(ctx)
	if err != nil {
		return 0, err
	}
	err = filepath.WalkDir(folder+string(filepath.Separator), func(path string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		hidden := err == nil && strings.HasPrefix(d.Name(), ".")
		if err != nil || d.IsDir() {
			if hidden && d.IsDir() {
				return fs.SkipDir
			}
			return nil // what can't be read is left for another time
		}
		if hidden || !strings.EqualFold(filepath.Ext(path), ".mp4") || known[path] {
			return nil
		}
		v, tagged := fromFile(path)
		if !tagged || known[v.ID] {
			return nil
		}
		known[v.ID], found = true, found+1
		return l.write(ctx, func(tx *sql.Tx, version int64) error { return takeIn(ctx, tx, version, v) })
	})
	return found, err
}

// files are the paths and ids of all videos.
func (l *Library) files(ctx context.Context) (map[string]bool, error) {
	rows, err := l.db.QueryContext(ctx, "SELECT v.id, f.path FROM videos v JOIN files f ON f.n = v.n")
	if err != nil {
		return nil, fmt.Errorf("list files: %w", err)
	}
	defer func() { _ = rows.Close() }()
	known := map[string]bool{}
	for rows.Next() {
		var id, path string
		if err := rows.Scan(&id, &path); err != nil {
			return nil, fmt.Errorf("list files: %w", err)
		}
		known[id], known[path] = true, true
	}
	return known, rows.Err()
}

// plainID is what ids are made of here: a film from elsewhere may carry a path, and ids are parts of file names.
var plainID = regexp.MustCompile(`^[0-9A-Za-z-]{1,64}$`)

// fromFile makes a video of a whole file and its tags; false for any other.
func fromFile(path string) (generation.Video, bool) {
	tags, tagged, err := container.ReadTags(path)
	if err != nil || !tagged || !plainID.MatchString(tags.VideoID) {
		return generation.Video{}, false
	}
	facts, err := container.Check(path)
	if err != nil {
		return generation.Video{}, false
	}
	return generation.Video{
		ID: tags.VideoID, GenerationID: tags.GenerationID, PredictionID: tags.PredictionID, Service: tags.Service, Name: tags.Title, Path: path,
		Prompt: tags.Prompt, Model: tags.Model, Params: tags.Params, Pictures: tags.Pictures, CreatedAt: tags.CreatedAt,
		Width: facts.Width, Height: facts.Height, Duration: facts.Duration, FrameRate: facts.FrameRate, Bytes: size(path),
	}, true
}

// takeIn records a found video, and its run where neither the copy nor the journal has it: the ledger then knows
// of it, though not its price.
func takeIn(ctx context.Context, tx *sql.Tx, version int64, v generation.Video) error {
	v.Version = version
	if v.GenerationID == "" {
		return putVideo(ctx, tx, v)
	}
	g, err := one[generation.Generation](tx.QueryRowContext(ctx, "SELECT record FROM generations WHERE id = ? OR service = ? AND prediction_id = ? AND prediction_id != ''",
		v.GenerationID, v.Service, v.PredictionID), "not_found_generation", v.GenerationID)
	switch {
	case fault.Is(err, fault.NotFound):
		g = generation.Generation{
			ID: v.GenerationID, Service: v.Service, State: generation.Done, PredictionID: v.PredictionID, Attempt: 1,
			Request: generation.Request{Model: v.Model, Params: v.Params, Pictures: v.Pictures}, CreatedAt: v.CreatedAt, SubmittedAt: v.CreatedAt, EndedAt: v.CreatedAt,
		}
		if err := insertGeneration(ctx, tx, version, g, ""); err != nil {
			return err
		}
	case err != nil:
		return err
	case g.PredictionID == "" && v.PredictionID != "": // the file has the answer that was lost: the rest is asked for
		g.State, g.PredictionID, g.Fault, g.EndedAt = generation.Processing, v.PredictionID, nil, 0
	}
	v.Cost, v.Price = g.Charged, g.Price
	if g.State == generation.Done && !contains(g.Videos, v.ID) {
		g.Videos = append(g.Videos, v.ID)
	}
	if err := putGeneration(ctx, tx, version, &g); err != nil {
		var f *fault.Error
		if !errors.As(err, &f) {
			return err
		}
	}
	return putVideo(ctx, tx, v)
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}
