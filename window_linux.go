//go:build !bindings

package main

import (
	"context"
	"time"

	"github.com/wailsapp/wails/v2/pkg/menu"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"conch/backend/desktop"
	"conch/backend/fault"
	"conch/backend/settings"
	"conch/backend/toolkit"
)

// What Wails does wrongly on Linux is done by package toolkit: its menu forgets what each item does once it is set
// anew; its window is placed relative to a screen and doesn't know where that stands; its drop takes a web address for
// the current folder; its second start opens the library before it knows that it is one, and ends as a failure.

const dropsByWails = false

func lockByWails(*App) *options.SingleInstanceLock { return nil }

// claim says whether this is the only window of the person's session, and readies the toolkit for it; else the other is
// told what was asked for. Fault: no_display.
func claim(asked opening, later func(opening)) (first bool, err error) {
	if !desktop.First(desktop.Start(asked), func(s desktop.Start) { later(opening(s)) }) {
		return false, nil
	}
	if err := toolkit.Start(); err != nil {
		return false, fault.Wrap(err, "no_display", nil)
	}
	return true, nil
}

func startState(toolkit.Place) options.WindowStartState { return options.Normal } // put maximises, on the right screen

// follow listens to the window's own signals.
func (a *App) follow(context.Context) {
	if err := toolkit.Follow(toolkit.Handlers{
		Ended:   func(why string) { go a.ended(why) },
		Dropped: func(d toolkit.Drop) { go a.dropped(d) },
	}); err != nil {
		a.log.Error("the window can't be followed", "error", err)
	}
	toolkit.Dress(a.settings.Get().Theme)
}

// put gives the window its place before it is shown.
func (a *App) put(context.Context) string {
	toolkit.Put(a.begins, min(leastWidth, a.begins.Width), min(leastHeight, a.begins.Height))
	return ""
}

// stands is where the window is now.
func (a *App) stands(context.Context, settings.Window) settings.Window {
	p := toolkit.Where()
	return settings.Window{X: p.X, Y: p.Y, Width: p.Width, Height: p.Height, FrameWidth: p.Frame.Width, FrameHeight: p.Frame.Height, Maximised: p.Maximised}
}

// dressFrame gives menu and frame the chosen language and theme.
func (a *App) dressFrame() {
	if err := toolkit.Relabel(labelsOf(a.menu())); err != nil {
		a.log.Error("the menu keeps its language", "error", err)
	}
	toolkit.Dress(a.settings.Get().Theme)
}

// labelsOf are a menu's labels, each menu's before those of its items.
func labelsOf(m *menu.Menu) (all []string) {
	for _, item := range m.Items {
		if item.Type == menu.SeparatorType {
			continue
		}
		all = append(all, item.Label)
		if item.SubMenu != nil {
			all = append(all, labelsOf(item.SubMenu)...)
		}
	}
	return all
}

func (a *App) toggleFullscreen() { toolkit.ToggleFullScreen() }

// ended brings the page back after its process crashed or was killed: as it was, then at the form, and then only when
// the person says so.
func (a *App) ended(why string) {
	<-a.opened
	a.log.Error("the page's process ended", "why", why)
	a.desk.StopReels()
	a.fell.Store(true)
	switch a.falls.count(time.Now()) {
	case 1:
		toolkit.Load("")
	case 2:
		toolkit.Load(afresh)
	default:
		w := endedWords[a.locale()]
		if !toolkit.Ask(w.title, w.text, w.again, w.quit) {
			runtime.Quit(a.ctx)
			return
		}
		toolkit.Load(afresh)
	}
}
