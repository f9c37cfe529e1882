package library

import (
	"context"
	"errors"
	"os"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/scan"
	"conch/backend/sidecar"
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
		listing, err := scan.List(ctx, folder)
		if err != nil || len(listing.Unread) > 0 {
			all = false
		}
		some, err := l.salvage(ctx, listing)
		if err == nil {
			err = l.adopt(ctx, sidecar.Read(folder))
		}
		if found += some; err != nil {
			return found, err
		}
	}
	if all {
		err = os.Remove(unlooked(path))
	}
	return found, err
}

// salvage records the videos under a folder that the library lacks and that carry our recipe, and where those that it
// knows are now. Films of other origin are left to the next look through the folders: each would be read whole.
func (l *Library) salvage(ctx context.Context, listing scan.Folder) (found int, err error) {
	known, err := l.Known(ctx)
	if err != nil {
		return 0, err
	}
	err = scan.Compare(ctx, known, []scan.Folder{listing}, ours{}, nil, func(p scan.Part) error {
		found += len(p.Added)
		return l.takeOver(ctx, scan.Part{Updates: p.Updates, Added: p.Added}, sidecar.All{}, true)
	})
	return found, err
}

// ours reads no media data, so that only a recipe tells who a film is.
type ours struct{ scan.Disk }

var errNotOurs = errors.New("no recipe")

func (ours) Hash(context.Context, string) (string, error) { return "", errNotOurs }

// takeIn records a found video, and its run where neither the copy nor the journal has it: the ledger then knows
// of it, though not its price.
func takeIn(ctx context.Context, tx *writing, version int64, v generation.Video) error {
	v.Version = version
	if v.GenerationID == "" {
		return putVideo(ctx, tx, v)
	}
	g, err := one(tx.QueryRowContext(ctx, "SELECT record FROM generations WHERE id = ? OR service = ? AND prediction_id = ? AND prediction_id != ''",
		v.GenerationID, v.Service, v.PredictionID), "not_found_generation", v.GenerationID)
	switch {
	case fault.Is(err, fault.NotFound):
		g = generation.Generation{
			ID: v.GenerationID, Service: v.Service, State: generation.Done, PredictionID: v.PredictionID, Attempt: 1,
			Request: generation.Request{Model: v.Model, Params: v.Params, Pictures: v.Pictures, Origin: v.Origin}, CreatedAt: v.CreatedAt, SubmittedAt: v.CreatedAt, EndedAt: v.CreatedAt,
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
