package main

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	goruntime "runtime"

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

// window runs the face a person double-clicks, until it is closed.
func window(env func(string) string) error {
	places := paths.Default()
	store, err := settings.Open(places.Settings())
	if err != nil {
		return err
	}
	saved := store.Get().Window
	if saved.Width < leastWidth || saved.Height < leastHeight {
		saved.Width, saved.Height = firstWidth, firstHeight
	}
	state := options.Normal
	if saved.Maximised {
		state = options.Maximised
	}
	log := activity.Open(places.Activity(), env)
	defer func() { _ = log.Close() }()
	app := newApp(places, store, log, env)
	return wails.Run(&options.App{
		Title:              "Conch",
		Width:              saved.Width,
		Height:             saved.Height,
		MinWidth:           leastWidth,
		MinHeight:          leastHeight,
		WindowStartState:   state,
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
		DragAndDrop:        &options.DragAndDrop{EnableFileDrop: true},
		SingleInstanceLock: &options.SingleInstanceLock{
			UniqueId:               "studio.conch.window",
			OnSecondInstanceLaunch: func(options.SecondInstanceData) { app.raise() },
		},
		// Without the GPU, as a bare window: with it WebKitGTK takes 100 MB more, starts later, and stays blank on some drivers.
		Linux: &linux.Options{Icon: icon, ProgramName: "conch", WebviewGpuPolicy: linux.WebviewGpuPolicyNever},
		Mac:   &mac.Options{About: &mac.AboutInfo{Title: "Conch " + version, Message: "The desktop studio for AI video", Icon: icon}},
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
//
// A drop that follows the last movement within about 0.15 s finds WebKitGTK undecided whether the page takes it, and
// the engine then leaves the app for the dropped file: the app is loaded again and told what was dropped.
func (a *App) pageReady(ctx context.Context) {
	if a.dropped.Swap(false) && goruntime.GOOS == "linux" && !a.lost.Load() {
		a.lost.Store(true)
		runtime.WindowReloadApp(ctx)
		return
	}
	if a.lost.Swap(false) {
		a.back.Store(a.missed.Load() != nil)
		return
	}
	place := ""
	if saved := a.settings.Get().Window; saved.Width > 0 && !saved.Maximised && onScreen(ctx, saved) {
		runtime.WindowSetPosition(ctx, saved.X, saved.Y)
		place = fmt.Sprintf("runtime.WindowSetPosition(%d, %d)", saved.X, saved.Y) // again: GTK forgets it as it shows a hidden window
	}
	runtime.WindowExecJS(ctx, fmt.Sprintf(show, place))
}

// show gives the window the page's ground before it is seen: only the page knows what "system" means.
const show = `try {
	const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number)
	runtime.WindowSetBackgroundColour(r, g, b, 255)
} finally {
	runtime.WindowShow()
	%s
}`

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

// beforeClose remembers the window's place; quitting is never refused.
func (a *App) beforeClose(ctx context.Context) bool {
	w := settings.Window{Maximised: runtime.WindowIsMaximised(ctx)}
	w.X, w.Y = runtime.WindowGetPosition(ctx)
	w.Width, w.Height = runtime.WindowGetSize(ctx)
	if _, err := a.settings.Update(func(s *settings.Settings) {
		if w.Maximised {
			s.Window.Maximised = true // keep the size it goes back to
			return
		}
		s.Window = w
	}); err != nil {
		a.log.Warn("window place not remembered", "error", err)
	}
	return false
}

// raise answers a second start: the first window comes forward.
func (a *App) raise() {
	<-a.opened
	runtime.WindowUnminimise(a.ctx)
	runtime.WindowShow(a.ctx)
}
