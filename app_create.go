package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"conch/backend/archive"
	"conch/backend/catalog"
	"conch/backend/engine"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/picture"
	"conch/backend/scan"
)

// Models lists the catalogue: what ships with Conch, refreshed when there was a network. A page that asks listens.
func (a *App) Models() ([]catalog.Model, error) {
	a.listens()
	return with(a, func(_ context.Context, e *engine.Engine) ([]catalog.Model, error) { return e.Catalog.Models(), nil })
}

// RefreshModels asks the service's catalogue.
func (a *App) RefreshModels() ([]catalog.Model, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) ([]catalog.Model, error) {
		if err := e.RefreshCatalog(ctx); err != nil {
			return nil, err
		}
		return e.Catalog.Models(), nil
	})
}

// Quote tells what this run would cost; nil when nobody knows.
func (a *App) Quote(request generation.Request) (*generation.Price, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (*generation.Price, error) {
		price, known, err := e.Quote(ctx, request)
		if err != nil || !known {
			return nil, err
		}
		return &price, nil
	})
}

// picturePatterns are the names of what can be opened; GTK tells capitals apart.
const picturePatterns = "*.jpg;*.jpeg;*.jfif;*.png;*.apng;*.webp;*.gif;*.bmp;*.tif;*.tiff;*.heic;*.heif;*.avif;*.jxl;*.JPG;*.JPEG;*.PNG;*.WEBP;*.GIF;*.BMP;*.TIF;*.TIFF;*.HEIC;*.HEIF;*.AVIF"

// ChoosePicture opens the file dialog; nil when dismissed.
func (a *App) ChoosePicture() (*picture.Picture, error) {
	words := a.dialogs()
	options := runtime.OpenDialogOptions{
		Title: words.picture,
		Filters: []runtime.FileFilter{{
			DisplayName: words.pictures,
			Pattern:     picturePatterns,
		}},
	}
	path, err := asking(a, func() (string, error) { return runtime.OpenFileDialog(a.ctx, options) })
	if err != nil || path == "" {
		return nil, err
	}
	return with(a, func(ctx context.Context, e *engine.Engine) (*picture.Picture, error) {
		p, err := e.Shelf.AddFile(ctx, path)
		return &p, err
	})
}

// AddPicture takes a picture from the clipboard or from a video's frame, in base64.
func (a *App) AddPicture(name, data string) (picture.Picture, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (picture.Picture, error) {
		raw, err := drawn(name, data)
		if err != nil {
			return picture.Picture{}, err
		}
		return e.Shelf.Add(ctx, name, bytes.NewReader(raw))
	})
}

// AddPictureFromUrl fetches a picture; the name keeps the spelling of the page's boundary.
func (a *App) AddPictureFromUrl(url string) (picture.Picture, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (picture.Picture, error) {
		return e.PictureFromURL(ctx, url)
	})
}

// Picture gives a picture of the shelf, to be used.
func (a *App) Picture(id string) (picture.Picture, error) {
	return with(a, func(_ context.Context, e *engine.Engine) (picture.Picture, error) { return e.Shelf.Take(id) })
}

// FixPicture converts, scales or crops; the result is a new picture.
func (a *App) FixPicture(id string, fix picture.Fix) (picture.Picture, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (picture.Picture, error) {
		return e.Shelf.Fix(ctx, id, fix)
	})
}

// Generate records a run and lets the studio begin it.
func (a *App) Generate(request generation.Request) (generation.Generation, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (generation.Generation, error) {
		return e.Generate(ctx, request)
	})
}

// GenerateMany records the same run several times, all or none as far as balance and budget are concerned.
func (a *App) GenerateMany(request generation.Request, count int) ([]generation.Generation, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) ([]generation.Generation, error) {
		return e.GenerateMany(ctx, request, count)
	})
}

// drop takes what was dropped on the window: one picture, or films and folders with films, else a sentence.
func (a *App) drop(paths []string) {
	if len(paths) == 0 || a.own(paths) {
		return
	}
	if films := filmsIn(a.ctx, paths); len(films) > 0 {
		a.dropFilms(films)
		return
	}
	a.dropPicture(func(ctx context.Context, e *engine.Engine) (picture.Picture, error) {
		return onePicture(ctx, e, paths, "picture_many")
	})
}

// filmsIn are the films among these files and in this folder; what stands in place of films says why it can't be read.
func filmsIn(ctx context.Context, paths []string) []string {
	films := archive.Files(ctx, paths)
	if slices.ContainsFunc(films, scan.IsVideo) || len(paths) == 1 && isFolder(paths[0]) {
		return films
	}
	return nil
}

// onePicture takes in the one picture that these files are to be; many is the fault for several.
// Faults: many, films_none_in, and the shelf's.
func onePicture(ctx context.Context, e *engine.Engine, paths []string, many string) (picture.Picture, error) {
	switch {
	case len(paths) != 1:
		return picture.Picture{}, fault.New(many, fault.Args{"count": len(paths)})
	case isFolder(paths[0]):
		return picture.Picture{}, fault.New("films_none_in", fault.Args{"name": filepath.Base(paths[0])})
	}
	return e.Shelf.AddFile(ctx, filepath.Clean(paths[0]))
}

// dropPicture has a picture that was dropped taken in, and tells the page of it.
func (a *App) dropPicture(take func(context.Context, *engine.Engine) (picture.Picture, error)) {
	number := a.drops.Add(1)
	runtime.EventsEmit(a.ctx, "dropping", Dropping{Drop: number})
	p, err := with(a, take)
	if err != nil {
		runtime.EventsEmit(a.ctx, "fault", fault.ToWire(err))
		runtime.EventsEmit(a.ctx, "dropping", Dropping{Drop: number, Over: true})
		return
	}
	runtime.EventsEmit(a.ctx, "picture", Dropped{Picture: p, Drop: number})
}

// Dropping tells the page that something was dropped and is being read: until that is told of or over, nothing is
// begun with the picture from before.
type Dropping struct {
	Drop int64 `json:"drop"`
	Over bool  `json:"over"`
}

// Dropped is a picture with the number of its drop, so that of several the last wins.
type Dropped struct {
	picture.Picture
	Drop int64 `json:"drop"`
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
