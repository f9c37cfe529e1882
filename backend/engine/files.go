package engine

import (
	"bytes"
	"context"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"

	"conch/backend/fault"
	"conch/backend/generation"
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
