package main

import (
	"context"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"conch/backend/archive"
	"conch/backend/engine"
	"conch/backend/fault"
)

// ChooseFilms opens the file dialog for films to take in; the page is told of them as of dropped ones.
func (a *App) ChooseFilms() error {
	paths, err := asking(a, func() ([]string, error) {
		return openFiles(a.ctx, runtime.OpenDialogOptions{
			Title:   a.dialogs().videos,
			Filters: []runtime.FileFilter{{DisplayName: "MP4, MOV", Pattern: "*.mp4;*.mov;*.MP4;*.MOV"}},
		})
	})
	if err != nil || len(paths) == 0 {
		return err
	}
	films, err := a.holdFilms(paths)
	if err == nil {
		runtime.EventsEmit(a.ctx, "films", films)
	}
	return err
}

// dropFilms asks the page what becomes of films that were dropped.
func (a *App) dropFilms(paths []string) {
	films, err := a.holdFilms(paths)
	if err != nil {
		runtime.EventsEmit(a.ctx, "fault", fault.ToWire(err))
		return
	}
	runtime.EventsEmit(a.ctx, "films", films)
}

// holdFilms looks at films and keeps their paths, which the page never says: only whether they are copied or referenced.
func (a *App) holdFilms(paths []string) (archive.Films, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (archive.Films, error) {
		films := archive.Inspect(ctx, e.Library, paths)
		a.mu.Lock()
		a.films = paths
		a.mu.Unlock()
		return films, nil
	})
}

// TakeFilms takes the films that were brought last into the library, as copies or where they are. When it is ended
// early, what was taken in stays.
func (a *App) TakeFilms(reference bool) (archive.Taken, error) {
	return with(a, func(window context.Context, e *engine.Engine) (archive.Taken, error) {
		ctx, stop := context.WithCancel(window)
		defer stop()
		a.mu.Lock()
		paths := a.films
		a.films, a.taking = nil, stop
		a.mu.Unlock()
		taken, err := e.TakeFilms(ctx, paths, reference, func(t archive.Taking) { runtime.EventsEmit(a.ctx, "taking", t) })
		a.mu.Lock()
		a.taking = nil
		a.mu.Unlock()
		if ctx.Err() != nil && window.Err() == nil {
			err = nil
		}
		return taken, err
	})
}

// LeaveFilms ends a taking in early; without one it leaves alone what was brought.
func (a *App) LeaveFilms() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.taking != nil {
		a.taking()
	} else {
		a.films = nil
	}
	return nil
}

// LeftOut are the files in the videos folder that can't be taken in, each with why. The paid engine follows the folder,
// also behind a demonstration.
func (a *App) LeftOut() (archive.Films, error) {
	e, err := a.real()
	if err != nil {
		return archive.Films{}, err
	}
	return e.LeftOut(), nil
}
