package engine

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"conch/backend/archive"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/scan"
	"conch/backend/settings"
	"conch/backend/trash"
)

// Forgotten tells what became of videos that were to go for good.
type Forgotten struct {
	Count int         `json:"count"`           // that are gone
	Back  int         `json:"back"`            // whose files were in their places again: they are in the gallery
	Fault *fault.Wire `json:"fault,omitempty"` // why others stay in the trash
}

// Forget removes videos in the trash for good: their files from the system's trash, then all that is known of them.
// A file that is in its place again is not touched, and its video is back in the gallery; nor is one in the trash that
// isn't of the size that the video had. Faults told of: trash_kept, trash_away; not_found_video.
func (e *Engine) Forget(ctx context.Context, ids []string) (Forgotten, error) {
	var f Forgotten
	e.filing.Lock()
	defer e.filing.Unlock()
	all, err := e.named(ctx, ids)
	all = slices.DeleteFunc(all, func(v generation.Video) bool { return v.TrashedAt == 0 })
	if err != nil || len(all) == 0 {
		return f, err
	}
	found, err := trash.Find(itemsOf(all))
	if err != nil {
		return f, fault.Wrap(err, "trash_kept", fault.Args{"count": len(all), "folder": filepath.Dir(all[0].Path)})
	}
	ctx = context.WithoutCancel(ctx) // a file that is removed is recorded
	var back, gone []generation.Video
	var left leftOver
	for _, v := range all {
		file, there := found[v.Path]
		here, err := e.returned(ctx, v)
		switch {
		case err != nil:
		case here:
			back = append(back, v)
			continue
		case there && (file.Size == v.Bytes || file.Size < 0):
			err = file.Remove()
		case !there && !v.Missing:
			if err = e.gone(ctx, v); errors.Is(err, errEmptied) { // as it should be
				err = nil
			}
		}
		if err != nil {
			left.add(v, err)
			continue
		}
		gone = append(gone, v)
	}
	f.Back, f.Count, err = len(back), len(gone), e.part(ctx, back, gone)
	f.Fault = fault.ToWire(left.notRemoved())
	if dropped := archive.DropMarks(gone); dropped != nil {
		e.log.Warn("marks of videos that are gone stay beside them", "error", dropped)
	}
	return f, err
}

// returned says that a trashed video's file is its own again, and in its place.
func (e *Engine) returned(ctx context.Context, v generation.Video) (bool, error) {
	if !ownInPlace(v) {
		return false, nil
	}
	claimed, err := e.Library.Claims(ctx, v.Path)
	return !claimed, err
}

// takeBack has videos in the gallery again whose files somebody put back, from the system's trash, into a folder. It
// gives what is known of the folder then.
func (e *Engine) takeBack(ctx context.Context, folder string) ([]scan.Known, error) {
	e.filing.Lock()
	defer e.filing.Unlock()
	known, err := e.Library.KnownIn(ctx, folder)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, k := range known {
		if k.Trashed && exists(k.Path) {
			ids = append(ids, k.ID)
		}
	}
	all, err := e.named(ctx, ids)
	if err != nil {
		return nil, err
	}
	var back []generation.Video
	for _, v := range all {
		here, err := e.returned(ctx, v)
		if err != nil {
			return nil, err
		}
		if here {
			back = append(back, v)
		}
	}
	if len(back) == 0 {
		return known, nil
	}
	if err := e.part(ctx, back, nil); err != nil {
		return nil, err
	}
	return e.Library.KnownIn(ctx, folder)
}

// part records that videos are back, and forgets others.
func (e *Engine) part(ctx context.Context, back, gone []generation.Video) error {
	if len(back) > 0 {
		if err := e.Library.Return(ctx, idsOf(back)); err != nil {
			return err
		}
	}
	if len(gone) == 0 {
		return nil
	}
	ids, err := e.Library.Forget(ctx, idsOf(gone))
	for _, id := range ids {
		if err := e.posters.Remove(id); err != nil {
			e.log.Warn("a poster is left", "error", err)
		}
	}
	if len(ids) > 0 && e.onForgotten != nil {
		e.onForgotten(ids)
	}
	return err
}

func (l *leftOver) notRemoved() error {
	switch {
	case len(l.ids) == 0:
		return nil
	case errors.Is(l.reason, errAway):
		return l.notTaken()
	}
	return fault.Wrap(l.reason, "trash_kept", fault.Args{"count": len(l.ids), "folder": l.folder})
}

const (
	sweepEvery = 24 * time.Hour
	underWay   = time.Hour // a file that went to the trash later than so long ago may be about to move
)

// keepTrash sweeps the trash now and every day.
func (e *Engine) keepTrash(ctx context.Context) {
	for {
		if err := e.sweepTrash(ctx); err != nil && ctx.Err() == nil {
			e.log.Warn("the trash was not swept", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(sweepEvery):
		}
	}
}

// sweepTrash forgets what is in the trash for longer than the person wants it kept. No file is removed for it but what
// Conch itself kept for an undo: those in the system's trash are the system's to keep. A video whose file is in its
// place again, put back by hand or never moved, is back in the gallery.
func (e *Engine) sweepTrash(ctx context.Context) error {
	e.filing.Lock()
	defer e.filing.Unlock()
	now := time.Now()
	all, err := e.Library.Trashed(ctx, now.Add(-underWay).UnixMilli())
	if err != nil {
		return err
	}
	days := e.Settings.Get().TrashDays
	until := now.AddDate(0, 0, -days).UnixMilli()
	var back, gone []generation.Video
	for _, v := range all {
		here, err := e.returned(ctx, v)
		switch {
		case err != nil:
			return err
		case here:
			back = append(back, v)
		case days != settings.KeepTrash && v.TrashedAt < until:
			gone = append(gone, v)
		}
	}
	if len(back)+len(gone) == 0 {
		return nil
	}
	e.log.Info("swept the trash", "back", len(back), "forgotten", len(gone))
	return errors.Join(e.part(ctx, back, gone), trash.Release(itemsOf(gone)))
}
