package engine

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"conch/backend/fault"
	"conch/backend/fetch"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/scan"
	"conch/backend/trash"
)

// Trash moves videos to the system's trash, those that are not in it yet; the records stay. What can't be moved stays
// in the gallery, and the edit says why; when nothing can be, that is the fault.
// Faults: trash_failed, trash_full, trash_none, not_found_video.
func (e *Engine) Trash(ctx context.Context, ids []string) (library.Edit, error) {
	e.filing.Lock()
	defer e.filing.Unlock()
	all, err := e.named(ctx, ids)
	here := slices.DeleteFunc(all, func(v generation.Video) bool { return v.TrashedAt > 0 })
	if err != nil || len(here) == 0 {
		return library.Edit{}, err
	}
	edit, err := e.Library.SetTrashed(ctx, idsOf(here), true) // first: a crash on the way leaves files where a restore finds them
	if err != nil {
		return library.Edit{}, err
	}
	return e.putAway(ctx, edit, here)
}

// putAway moves the files of videos that an edit recorded as trashed.
func (e *Engine) putAway(ctx context.Context, edit library.Edit, all []generation.Video) (library.Edit, error) {
	ctx = context.WithoutCancel(ctx) // what was moved is recorded
	var lost []string
	var left leftOver
	plain := slices.DeleteFunc(slices.Clone(all), func(v generation.Video) bool {
		info, err := os.Lstat(v.Path)
		odd := !filepath.IsAbs(v.Path) || !scan.IsVideo(v.Path) || err == nil && info.IsDir()
		if odd { // a library that somebody else made names other things
			left.add(v, fs.ErrInvalid)
		}
		return odd
	})
	for i, err := range trash.Put(itemsOf(plain)) {
		switch v := plain[i]; {
		case errors.Is(err, fs.ErrNotExist):
			lost = append(lost, v.ID)
		case err != nil:
			left.add(v, err)
		}
	}
	if len(lost) > 0 {
		if err := e.Library.Lose(ctx, lost); err != nil {
			return edit, err
		}
	}
	if len(left.ids) == 0 {
		return edit, nil
	}
	edit, err := e.Library.TakeFrom(ctx, edit.ID, left.ids)
	why := left.notPut()
	if err != nil || edit.ID == 0 {
		return edit, errors.Join(err, why)
	}
	edit.Fault = fault.ToWire(why)
	return edit, nil
}

// Restore takes videos back from the trash to where they were. What can't be taken back stays in the trash, and the
// edit says why; when nothing can be, that is the fault. Faults: trash_emptied, trash_away, trash_stuck, not_found_video.
func (e *Engine) Restore(ctx context.Context, ids []string) (library.Edit, error) {
	e.filing.Lock()
	defer e.filing.Unlock()
	all, err := e.named(ctx, ids)
	all = slices.DeleteFunc(all, func(v generation.Video) bool { return v.TrashedAt == 0 })
	if err != nil || len(all) == 0 {
		return library.Edit{}, err
	}
	left, why, err := e.takeOut(ctx, all)
	back := slices.DeleteFunc(idsOf(all), func(id string) bool { return slices.Contains(left, id) })
	if err != nil || len(back) == 0 {
		return library.Edit{}, errors.Join(err, why)
	}
	edit, err := e.Library.SetTrashed(context.WithoutCancel(ctx), back, false)
	edit.Fault = fault.ToWire(why)
	return edit, err
}

// Undo takes a person's edit back, or makes it again, with the files that go to the trash or come from it. Videos whose
// files don't follow are left out of it, and it says why. Faults: edit_gone, and those of Trash and Restore.
func (e *Engine) Undo(ctx context.Context, id int64) (library.Edit, error) {
	e.filing.Lock()
	defer e.filing.Unlock()
	outIDs, inIDs, err := e.Library.Trashing(ctx, id)
	if err != nil {
		return library.Edit{}, err
	}
	out, err := e.named(ctx, outIDs)
	if err != nil {
		return library.Edit{}, err
	}
	in, err := e.named(ctx, inIDs)
	if err != nil {
		return library.Edit{}, err
	}
	left, why, err := e.takeOut(ctx, out)
	if err != nil || len(left) > 0 && len(left) == len(out) && len(in) == 0 {
		return library.Edit{}, errors.Join(err, why)
	}
	edit, err := e.Library.Undo(context.WithoutCancel(ctx), id, left...)
	if err == nil && len(in) > 0 {
		edit, err = e.putAway(ctx, edit, in)
	}
	if why != nil && edit.Fault == nil {
		edit.Fault = fault.ToWire(why)
	}
	return edit, err
}

// takeOut brings the files of trashed videos back, and tells of which it could not and why.
func (e *Engine) takeOut(ctx context.Context, all []generation.Video) (left []string, why, err error) {
	if len(all) == 0 {
		return nil, nil, nil
	}
	found, err := trash.Find(itemsOf(all))
	if err != nil {
		return nil, nil, fault.Wrap(err, "trash_stuck", fault.Args{"count": len(all), "folder": filepath.Dir(all[0].Path)})
	}
	var rest leftOver
	for _, v := range all {
		file, there := found[v.Path]
		switch {
		case there && !ownInPlace(v):
			err = file.Restore()
		case there || v.Missing || exists(v.Path): // one that was missing before is missing again
			err = nil
		default:
			err = e.gone(ctx, v)
		}
		if err != nil {
			rest.add(v, err)
		}
	}
	return rest.ids, rest.notTaken(), nil
}

var (
	errEmptied = errors.New("it is in no trash")
	errAway    = errors.New("its folder is away")
)

// gone says why a file is in no trash that can be seen.
func (e *Engine) gone(ctx context.Context, v generation.Video) error {
	for _, root := range videosFolders(e.Places, e.Settings.Get().VideosFolder) {
		if _, inside := scan.Inside(root, v.Path); inside {
			if err := e.reachable(ctx, root); err != nil {
				return errors.Join(errAway, err)
			}
			return errEmptied
		}
	}
	if !exists(filepath.Dir(v.Path)) { // elsewhere: it was taken in where it was
		return errAway
	}
	return errEmptied
}

// ownInPlace says that a video's own file is where it was: it never moved, or somebody put it back.
func ownInPlace(v generation.Video) bool {
	info, err := os.Lstat(v.Path)
	return err == nil && info.Mode().IsRegular() && info.Size() == v.Bytes
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// leftOver are videos whose files could not be moved, with the first reason.
type leftOver struct {
	ids    []string
	reason error
	folder string
}

func (l *leftOver) add(v generation.Video, err error) {
	if len(l.ids) == 0 {
		l.reason, l.folder = err, filepath.Dir(v.Path)
	}
	l.ids = append(l.ids, v.ID)
}

func (l *leftOver) notPut() error {
	count := len(l.ids)
	switch {
	case count == 0:
		return nil
	case fault.Of(fetch.DiskFault(l.reason, l.folder)).Rule == "disk_full":
		return fault.Wrap(l.reason, "trash_full", fault.Args{"count": count, "folder": l.folder})
	case errors.Is(l.reason, trash.ErrNone):
		return fault.Wrap(l.reason, "trash_none", fault.Args{"count": count, "folder": l.folder})
	}
	return fault.Wrap(l.reason, "trash_failed", fault.Args{"count": count, "folder": l.folder})
}

func (l *leftOver) notTaken() error {
	count := len(l.ids)
	switch {
	case count == 0:
		return nil
	case errors.Is(l.reason, errEmptied):
		return fault.Wrap(l.reason, "trash_emptied", fault.Args{"count": count})
	case errors.Is(l.reason, errAway):
		return fault.Wrap(l.reason, "trash_away", fault.Args{"count": count, "folder": l.folder})
	}
	return fault.Wrap(l.reason, "trash_stuck", fault.Args{"count": count, "folder": l.folder})
}

// named are videos by their ids, each once. Fault: not_found_video.
func (e *Engine) named(ctx context.Context, ids []string) ([]generation.Video, error) {
	seen := map[string]bool{}
	return e.Library.ByID(ctx, slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		again := seen[id]
		seen[id] = true
		return again
	}))
}

func idsOf(all []generation.Video) []string {
	ids := make([]string, len(all))
	for i, v := range all {
		ids[i] = v.ID
	}
	return ids
}

func itemsOf(all []generation.Video) []trash.Item {
	items := make([]trash.Item, len(all))
	for i, v := range all {
		items[i] = trash.Item{Path: v.Path, ID: v.ID}
	}
	return items
}
