package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/Bios-Marcel/wastebasket/v2"

	"conch/backend/atomicfile"
	"conch/backend/fault"
	"conch/backend/generation"
)

// Locate finds the file of a "video", "poster" or "picture". What a library names that is no plain video file is not
// given away, be it to the page or to the system's player. Faults: not_found_video, video_file_missing, picture_gone.
func (e *Engine) Locate(ctx context.Context, kind, id string) (path, contentType string, err error) {
	if kind == "picture" {
		return e.Shelf.Path(id)
	}
	v, err := e.Library.Video(ctx, id)
	if err != nil {
		return "", "", err
	}
	path, contentType = v.Path, "video/mp4"
	if kind == "poster" {
		path, contentType = e.poster(v.ID), "image/jpeg"
	}
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || kind == "video" && !(filepath.IsAbs(path) && strings.EqualFold(filepath.Ext(path), ".mp4")) {
		return "", "", fault.Wrap(err, "video_file_missing", fault.Args{"path": path})
	}
	return path, contentType, nil
}

func (e *Engine) poster(id string) string {
	return filepath.Join(e.Places.Posters(), filepath.Base(id)+".jpg")
}

// Posters are small; a page that sends more than this is not sending a poster.
const mostPoster = 2 << 20

// SavePoster keeps a poster frame that the page drew.
func (e *Engine) SavePoster(ctx context.Context, id string, data []byte) (generation.Video, error) {
	if _, err := jpeg.DecodeConfig(bytes.NewReader(data)); err != nil || len(data) > mostPoster {
		return generation.Video{}, fault.Wrap(err, "picture_broken", fault.Args{"name": "poster"})
	}
	return e.Library.ChangeVideo(ctx, id, func(v *generation.Video) error {
		if err := errors.Join(os.MkdirAll(e.Places.Posters(), 0o700), atomicfile.Write(e.poster(v.ID), data, 0o600)); err != nil {
			return fmt.Errorf("keep poster: %w", err)
		}
		v.HasPoster = true
		return nil
	})
}

// Trash moves videos to the system's trash; the records stay for an undo. Faults: trash_failed, not_found_video.
func (e *Engine) Trash(ctx context.Context, ids []string) ([]generation.Video, error) {
	return e.each(ids, func(id string) (generation.Video, error) {
		v, err := e.Library.Video(ctx, id)
		if err != nil || v.TrashedAt > 0 {
			return v, err
		}
		if err := e.keepForUndo(v); err != nil {
			return v, fault.Wrap(err, "trash_failed", nil)
		}
		if err := wastebasket.Trash(v.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return v, fault.Wrap(err, "trash_failed", nil)
		}
		return e.Library.ChangeVideo(ctx, id, func(v *generation.Video) error { v.TrashedAt = time.Now().UnixMilli(); return nil })
	})
}

// Restore takes videos back from the trash to where they were.
func (e *Engine) Restore(ctx context.Context, ids []string) ([]generation.Video, error) {
	return e.each(ids, func(id string) (generation.Video, error) {
		v, err := e.Library.Video(ctx, id)
		if err != nil || v.TrashedAt == 0 {
			return v, err
		}
		if err := e.takeBack(v); err != nil {
			return v, fault.Wrap(err, "video_file_missing", fault.Args{"path": v.Path})
		}
		return e.Library.ChangeVideo(ctx, id, func(v *generation.Video) error { v.TrashedAt = 0; return nil })
	})
}

func (e *Engine) each(ids []string, do func(id string) (generation.Video, error)) ([]generation.Video, error) {
	done := []generation.Video{}
	for _, id := range ids {
		v, err := do(id)
		if err != nil {
			return done, err
		}
		done = append(done, v)
	}
	return done, nil
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
