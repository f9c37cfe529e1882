package engine

import (
	"bytes"
	"context"
	"errors"
	"image/jpeg"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/Bios-Marcel/wastebasket/v2"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/poster"
	"conch/backend/scan"
)

// Locate finds the file of a "video", "poster", "thumb" (a small poster) or "picture". What a library names that is no
// plain video file is not given away, be it to the page or to the system's player. A gallery asks for hundreds of posters
// in a second: those are looked for without the library. Faults: not_found_video, video_file_missing, picture_gone.
func (e *Engine) Locate(ctx context.Context, kind, id string) (path, contentType string, err error) {
	switch kind {
	case "picture":
		return e.Shelf.Path(id)
	case "poster":
		path, err = e.posters.Path(id, poster.Large)
		return path, "image/jpeg", err
	case "thumb":
		path, err = e.posters.Path(id, poster.Small)
		return path, "image/jpeg", err
	}
	v, err := e.Library.Video(ctx, id)
	if err != nil {
		return "", "", err
	}
	if err := inPlace(v); err != nil {
		return "", "", err
	}
	if strings.EqualFold(filepath.Ext(v.Path), ".mov") {
		return v.Path, "video/quicktime", nil
	}
	return v.Path, "video/mp4", nil
}

// inPlace refuses a video whose file is no plain video file where it should be.
func inPlace(v generation.Video) error {
	info, err := os.Lstat(v.Path)
	if err != nil || !info.Mode().IsRegular() || !filepath.IsAbs(v.Path) || !scan.IsVideo(v.Path) {
		return fault.Wrap(err, "video_file_missing", fault.Args{"path": v.Path})
	}
	return nil
}

// Films finds videos with their files, as Locate finds one. Faults: not_found_video, video_file_missing.
func (e *Engine) Films(ctx context.Context, ids []string) ([]generation.Video, error) {
	videos, err := e.Library.ByID(ctx, ids)
	for _, v := range videos {
		if err == nil {
			err = inPlace(v)
		}
	}
	return videos, err
}

const (
	mostPoster  = 2 << 20 // posters are small; a page that sends more than this is not sending a poster
	postersRoom = 2 << 30 // bytes; about 25,000 large posters beside all the small ones of 100,000
)

// SavePoster keeps a poster frame that the page drew. Faults: picture_broken, library_unwritable, not_found_video.
func (e *Engine) SavePoster(ctx context.Context, id string, data []byte) (generation.Video, error) {
	if _, err := jpeg.DecodeConfig(bytes.NewReader(data)); err != nil || len(data) > mostPoster {
		return generation.Video{}, fault.Wrap(err, "picture_broken", fault.Args{"name": "poster"})
	}
	v, err := e.Library.Video(ctx, id)
	if err != nil {
		return v, err
	}
	if err := e.posters.Save(v.ID, data); err != nil {
		return v, fault.Wrap(err, "library_unwritable", fault.Args{"folder": e.Places.Posters()})
	}
	return e.Library.ChangeVideo(ctx, id, func(v *generation.Video) error { v.HasPoster = true; return nil })
}

// Trash moves videos to the system's trash; the records stay for an undo. What is not moved, because one before it
// could not be, stays in the gallery. Faults: trash_failed, not_found_video.
func (e *Engine) Trash(ctx context.Context, ids []string) ([]generation.Video, error) {
	here := []string{}
	err := e.each(ctx, ids, func(v generation.Video) error {
		if v.TrashedAt == 0 {
			here = append(here, v.ID)
		}
		return nil
	})
	if err == nil && len(here) > 0 {
		_, err = e.Library.SetTrashed(ctx, here, true)
	}
	if err != nil {
		return []generation.Video{}, err
	}
	return e.moveToTrash(ctx, here)
}

// moveToTrash moves the files of videos that are recorded as trashed: a crash on the way leaves files where they were,
// and a restore finds them there.
func (e *Engine) moveToTrash(ctx context.Context, ids []string) ([]generation.Video, error) {
	moved := 0
	err := e.each(ctx, ids, func(v generation.Video) error {
		err := e.keepForUndo(v)
		if err == nil {
			err = wastebasket.Trash(v.Path)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault.Wrap(err, "trash_failed", nil)
		}
		moved++
		return nil
	})
	if err != nil {
		_, again := e.Library.SetTrashed(ctx, ids[moved:], false)
		err = errors.Join(err, again)
	}
	return e.videos(ctx, ids[:moved], err)
}

// Restore takes videos back from the trash to where they were.
func (e *Engine) Restore(ctx context.Context, ids []string) ([]generation.Video, error) {
	back := []string{}
	err := e.each(ctx, ids, func(v generation.Video) error {
		if err := e.takeOut(v); err != nil {
			return err
		}
		back = append(back, v.ID)
		return nil
	})
	if len(back) > 0 {
		_, marked := e.Library.SetTrashed(ctx, back, false)
		err = errors.Join(err, marked)
	}
	return e.videos(ctx, back, err)
}

func (e *Engine) takeOut(v generation.Video) error {
	if v.TrashedAt == 0 {
		return nil
	}
	if err := e.takeBack(v); err != nil {
		return fault.Wrap(err, "video_file_missing", fault.Args{"path": v.Path})
	}
	return nil
}

// Undo takes a person's edit back, or makes it again, with the files that go to the trash or come from it.
// Faults: edit_gone, video_file_missing, trash_failed.
func (e *Engine) Undo(ctx context.Context, id int64) (library.Edit, error) {
	out, in, err := e.Library.Trashing(ctx, id)
	if err == nil {
		err = e.each(ctx, out, e.takeOut)
	}
	if err != nil {
		return library.Edit{}, err
	}
	edit, err := e.Library.Undo(ctx, id)
	if err == nil && len(in) > 0 {
		_, err = e.moveToTrash(ctx, in)
	}
	return edit, err
}

func (e *Engine) each(ctx context.Context, ids []string, do func(generation.Video) error) error {
	for _, id := range ids {
		v, err := e.Library.Video(ctx, id)
		if err == nil {
			err = do(v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// videos gives records as they are now, beside an error that came before.
func (e *Engine) videos(ctx context.Context, ids []string, err error) ([]generation.Video, error) {
	all := []generation.Video{}
	looked := e.each(ctx, ids, func(v generation.Video) error { all = append(all, v); return nil })
	return all, errors.Join(err, looked)
}

// undoFolder holds second names (hard links) of trashed videos, beside them: macOS has no way to take a file
// back out of its trash, so the undo there goes through this.
func undoLink(v generation.Video) string {
	return filepath.Join(filepath.Dir(v.Path), ".conch-undo", filepath.Base(v.ID)+filepath.Ext(v.Path))
}

func (e *Engine) keepForUndo(v generation.Video) error {
	if canRestore {
		return nil
	}
	link := undoLink(v)
	if err := os.MkdirAll(filepath.Dir(link), 0o700); err != nil {
		return err
	}
	if err := os.Link(v.Path, link); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// takeBack restores the newest file that was trashed from this place.
func (e *Engine) takeBack(v generation.Video) error {
	if _, err := os.Stat(v.Path); err == nil {
		return nil
	}
	if !canRestore {
		return os.Rename(undoLink(v), v.Path)
	}
	if err := os.MkdirAll(filepath.Dir(v.Path), 0o755); err != nil {
		return err
	}
	return takeOut(v.Path)
}
