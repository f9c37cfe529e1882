//go:build !linux || bindings

// This is also for the program that writes the bindings, which has no display.

package main

import (
	"context"
	"fmt"

	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"conch/backend/command"
	"conch/backend/settings"
	"conch/backend/toolkit"
)

const dropsByWails = true

// lockByWails keeps to one window; a second start tells the first what it was asked for.
func lockByWails(app *App) *options.SingleInstanceLock {
	return &options.SingleInstanceLock{
		UniqueId: "studio.conch.window",
		OnSecondInstanceLaunch: func(second options.SecondInstanceData) {
			face := command.FaceOf(second.Args, second.WorkingDirectory)
			app.show(opening{Demo: face.Demo, Files: face.Files})
		},
	}
}

func claim(opening, func(opening)) (bool, error) { return true, nil } // Wails finds out

func startState(p toolkit.Place) options.WindowStartState {
	if p.Maximised {
		return options.Maximised
	}
	return options.Normal
}

// follow listens to what is dropped on the window.
func (a *App) follow(ctx context.Context) {
	runtime.OnFileDrop(ctx, func(_, _ int, paths []string) { a.drop(paths) })
}

// put gives the window its place before it is shown, and says how the page puts it there again.
func (a *App) put(ctx context.Context) string {
	saved := a.settings.Get().Window
	if saved.Width <= 0 || saved.Maximised || !onScreen(ctx, saved) {
		return ""
	}
	runtime.WindowSetPosition(ctx, saved.X, saved.Y)
	return fmt.Sprintf("runtime.WindowSetPosition(%d, %d)", saved.X, saved.Y)
}

// onScreen guards against a screen that was unplugged since.
func onScreen(ctx context.Context, w settings.Window) bool {
	screens, err := runtime.ScreenGetAll(ctx)
	if err != nil {
		return false
	}
	var width, height int
	for _, s := range screens {
		width, height = max(width, s.Size.Width), max(height, s.Size.Height)
	}
	const grip = 80 // enough of the title bar to drag it back
	return w.X > -w.Width+grip && w.Y >= 0 && w.X < width-grip && w.Y < height-grip
}

// stands is where the window is now; maximised or in full screen, what it goes back to stays.
func (a *App) stands(ctx context.Context, was settings.Window) settings.Window {
	if runtime.WindowIsFullscreen(ctx) {
		return was
	}
	if runtime.WindowIsMaximised(ctx) {
		was.Maximised = true
		return was
	}
	var w settings.Window
	w.X, w.Y = runtime.WindowGetPosition(ctx)
	w.Width, w.Height = runtime.WindowGetSize(ctx)
	return w
}

// dressFrame gives the menu the chosen language.
func (a *App) dressFrame() { runtime.MenuSetApplicationMenu(a.ctx, a.menu()) }

func (a *App) toggleFullscreen() {
	if runtime.WindowIsFullscreen(a.ctx) {
		runtime.WindowUnfullscreen(a.ctx)
		return
	}
	runtime.WindowFullscreen(a.ctx)
}
