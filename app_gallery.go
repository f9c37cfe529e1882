package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"conch/backend/desktop"
	"conch/backend/engine"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
)

// Videos gives a stretch of the gallery, from a position of a local day on.
func (a *App) Videos(query library.GalleryQuery, day string, offset, limit int) ([]generation.Video, error) {
	return latest(a, "videos "+placeOf(query), query.Text, func(ctx context.Context, e *engine.Engine) ([]generation.Video, error) {
		return e.Library.Videos(ctx, query, day, offset, limit)
	})
}

// placeOf is where a query looks: questions of one place, which differ in their text, are one person's typing.
func placeOf(query library.GalleryQuery) string {
	return fmt.Sprint(query.View, " ", query.Collection, " ", query.Stacked, " ", query.Stack)
}

// FindVideos gives the newest that match, one of each stack: for the palette, which is typed into beside the gallery.
func (a *App) FindVideos(text string, limit int) ([]generation.Video, error) {
	return latest(a, "find", text, func(ctx context.Context, e *engine.Engine) ([]generation.Video, error) {
		return e.Library.Videos(ctx, library.GalleryQuery{Text: text, Stacked: true}, "", 0, limit)
	})
}

// Sections counts the gallery by local day.
func (a *App) Sections(query library.GalleryQuery) (library.Sections, error) {
	return latest(a, "sections "+placeOf(query), query.Text, func(ctx context.Context, e *engine.Engine) (library.Sections, error) {
		return e.Library.Sections(ctx, query)
	})
}

// Suggest completes what is being typed into the search box.
func (a *App) Suggest(text string, cursor int) ([]library.Suggestion, error) {
	return latest(a, "suggest", text, func(ctx context.Context, e *engine.Engine) ([]library.Suggestion, error) {
		return e.Library.Suggest(ctx, text, cursor)
	})
}

// VideoIDs gives the ids of a stretch of the gallery, for a selection that reaches past what was loaded.
func (a *App) VideoIDs(query library.GalleryQuery, day string, offset, limit int) ([]string, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) ([]string, error) {
		return e.Library.IDs(ctx, query, day, offset, limit)
	})
}

// Video gives one video with everything known about it.
func (a *App) Video(id string) (generation.Video, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (generation.Video, error) { return e.Library.Video(ctx, id) })
}

// Rename changes what the person calls a video; the file keeps its name.
func (a *App) Rename(id, name string) (generation.Video, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (generation.Video, error) {
		return e.Library.Rename(ctx, id, name)
	})
}

// SetFavourite marks or unmarks a video.
func (a *App) SetFavourite(id string, on bool) (generation.Video, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (generation.Video, error) {
		return e.Library.SetFavourite(ctx, id, on)
	})
}

// Trash moves videos to the system's trash; the edit takes that back.
func (a *App) Trash(ids []string) (library.Edit, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (library.Edit, error) { return e.Trash(ctx, ids) })
}

// Restore takes videos back from the trash.
func (a *App) Restore(ids []string) (library.Edit, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (library.Edit, error) { return e.Restore(ctx, ids) })
}

// Forget removes videos in the trash for good, with their files.
func (a *App) Forget(ids []string) (engine.Forgotten, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (engine.Forgotten, error) { return e.Forget(ctx, ids) })
}

// Reveal shows a video's file in the file manager.
func (a *App) Reveal(id string) error { return a.onFile(id, desktop.Reveal) }

// RevealFile shows an output that was kept and is no video, the n-th of a generation, in the file manager.
func (a *App) RevealFile(generation string, n int) error {
	_, err := with(a, func(ctx context.Context, e *engine.Engine) (struct{}, error) {
		g, err := e.Library.Generation(ctx, generation)
		if err != nil {
			return struct{}{}, err
		}
		if n < 0 || n >= len(g.Files) {
			return struct{}{}, fault.New("not_found_generation", fault.Args{"id": generation})
		}
		return struct{}{}, desktop.Reveal(ctx, g.Files[n].Path)
	})
	return err
}

// OpenExternally plays a video in the system's player.
func (a *App) OpenExternally(id string) error { return a.onFile(id, desktop.Open) }

func (a *App) onFile(id string, do func(context.Context, string) error) error {
	_, err := with(a, func(ctx context.Context, e *engine.Engine) (struct{}, error) {
		path, _, err := e.Locate(ctx, "video", id)
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, do(ctx, path)
	})
	return err
}

// SavePoster keeps a poster frame the page made: JPEG in base64.
func (a *App) SavePoster(id, data string) (generation.Video, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (generation.Video, error) {
		raw, err := drawn("poster", data)
		if err != nil {
			return generation.Video{}, err
		}
		return e.SavePoster(ctx, id, raw)
	})
}

// linkHosts are the only places the page may send a person's browser to.
var linkHosts = []string{"atlascloud.ai", "www.atlascloud.ai", "console.atlascloud.ai", "api.atlascloud.ai"}

// OpenLink opens an https address of the allow-list in the browser, and nothing else.
func (a *App) OpenLink(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || !slices.Contains(linkHosts, u.Host) {
		return fault.Wrap(err, "link_refused", nil)
	}
	runtime.BrowserOpenURL(a.ctx, u.String())
	return nil
}
