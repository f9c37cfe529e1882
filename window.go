package main

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/logger"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/options/mac"
	"github.com/wailsapp/wails/v2/pkg/options/windows"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"conch/backend/activity"
	"conch/backend/fault"
	"conch/backend/paths"
	"conch/backend/settings"
	"conch/backend/toolkit"
)

//go:embed all:frontend/dist
var assets embed.FS

// The picture of build/appicon.png at the size windows show: the full one took 50 ms to open before the page could load.
//
//go:embed build/icon.png
var icon []byte

// The window's size at its first start, and the smallest the views are drawn for.
const (
	firstWidth, firstHeight = 1280, 800
	leastWidth, leastHeight = 760, 520
)

// opening is what a start of the window was asked for.
type opening struct {
	Demo  bool     // the demonstration, whatever was shown last
	Files []string // to be taken as if they were dropped; whole paths
}

// window runs the face a person double-clicks, until it is closed. Where one is open already, that comes forward and is
// told what this one was to show.
func window(env func(string) string, asked opening) error {
	var app *App
	made := make(chan struct{})
	if first, err := claim(asked, func(later opening) { <-made; app.show(later) }); !first {
		return err
	}
	places := paths.Default()
	store, err := settings.Open(places.Settings())
	if err != nil {
		return err
	}
	place := windowPlace(store.Get().Window)
	log := activity.Open(places.Activity(), env)
	defer func() { _ = log.Close() }()
	app = newApp(places, store, log, env)
	app.askedFor, app.begins = asked, place
	app.asDemo.Store(asked.Demo)
	close(made)
	return wails.Run(&options.App{
		Title:              "Conch",
		Width:              place.Width,
		Height:             place.Height,
		MinWidth:           leastWidth,
		MinHeight:          leastHeight,
		WindowStartState:   startState(place),
		StartHidden:        true,
		BackgroundColour:   background(store.Get().Theme),
		AssetServer:        &assetserver.Options{Assets: assets, Middleware: app.dressed},
		Menu:               app.menu(),
		LogLevel:           logger.ERROR,
		LogLevelProduction: logger.ERROR,
		OnStartup:          app.startup,
		OnDomReady:         app.pageReady,
		OnBeforeClose:      app.beforeClose,
		OnShutdown:         app.shutdown,
		Bind:               []any{app},
		ErrorFormatter:     crossing,
		DragAndDrop:        &options.DragAndDrop{EnableFileDrop: dropsByWails},
		SingleInstanceLock: lockByWails(app),
		// Without the GPU, as a bare window: with it WebKitGTK takes 100 MB more, starts later, and stays blank on some drivers.
		Linux: &linux.Options{Icon: icon, ProgramName: "conch", WebviewGpuPolicy: linux.WebviewGpuPolicyNever},
		Mac: &mac.Options{
			About:      &mac.AboutInfo{Title: "Conch " + version, Message: "The desktop studio for AI video", Icon: icon},
			OnFileOpen: func(path string) { app.show(opening{Files: []string{path}}) },
		},
		Windows: &windows.Options{
			Theme: windows.SystemDefault,
		},
	})
}

// crossing is a fault as text: Wails' runtime makes an Error of whatever it is given, and an object would end as
// "[object Object]" in it. toFault in frontend/src/api/wails.ts reads it.
func crossing(err error) any {
	text, marshalErr := json.Marshal(fault.ToWire(err))
	if marshalErr != nil {
		return err.Error()
	}
	return string(text)
}

// background is the ground of the chosen theme, dark for the system's until the page knows it; see show.
func background(theme string) *options.RGBA {
	if theme == "light" {
		return options.NewRGB(0xf6, 0xf6, 0xf8)
	}
	return options.NewRGB(0x0e, 0x11, 0x18)
}

// pageReady shows the window once there is something to see, where it was last time.
func (a *App) pageReady(ctx context.Context) {
	a.shown.Do(func() {
		again := a.put(ctx)
		runtime.WindowExecJS(ctx, fmt.Sprintf(show, again))
		close(a.seen)
	})
}

// show gives the window the page's ground before it is seen: only the page knows what "system" means.
const show = `try {
	const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number)
	runtime.WindowSetBackgroundColour(r, g, b, 255)
} finally {
	runtime.WindowShow()
	%s
}`

// windowPlace is where the window begins, on the screens that are there now.
func windowPlace(saved settings.Window) toolkit.Place {
	p := toolkit.Place{Rect: toolkit.Rect{X: saved.X, Y: saved.Y, Width: saved.Width, Height: saved.Height}, Frame: toolkit.Frame{Width: saved.FrameWidth, Height: saved.FrameHeight}, Maximised: saved.Maximised}
	if p.Width < leastWidth || p.Height < leastHeight {
		p.Width, p.Height = firstWidth, firstHeight
		p.X, p.Y = -2*firstWidth, 0 // nowhere, and so in the middle
	}
	return toolkit.Fit(p, toolkit.Screens())
}

// beforeClose remembers the window's place; quitting is never refused.
func (a *App) beforeClose(ctx context.Context) bool {
	if _, err := a.settings.Update(func(s *settings.Settings) { s.Window = a.stands(ctx, s.Window) }); err != nil {
		a.log.Warn("window place not remembered", "error", err)
	}
	return false
}

// raise brings the window forward, once it has something to show.
func (a *App) raise() {
	<-a.opened
	select {
	case <-a.seen:
	case <-a.ctx.Done():
		return
	}
	runtime.WindowUnminimise(a.ctx)
	runtime.WindowShow(a.ctx)
}

// show answers a later start: the window comes forward, and shows what that was asked for.
func (a *App) show(asked opening) {
	a.raise()
	if a.ctx.Err() != nil {
		return
	}
	if asked.Demo && !a.demonstrates() {
		a.asDemo.Store(true)
		a.open(true)
		go a.refreshAccount()
		_, _ = a.announce()
	}
	a.drop(asked.Files)
}

// listens is told that the page is there and hears events: it gets what came before it.
func (a *App) listens() {
	a.mu.Lock()
	files := a.askedFor.Files
	a.askedFor.Files = nil
	a.mu.Unlock()
	if len(files) > 0 {
		go a.drop(files)
	}
	if a.fell.Swap(false) {
		runtime.EventsEmit(a.ctx, "fault", fault.ToWire(fault.New("page_ended", nil)))
	}
}
