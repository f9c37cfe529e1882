package main

import (
	"context"
	"log/slog"
	"maps"
	"os"
	goruntime "runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"conch/backend/activity"
	"conch/backend/desktop"
	"conch/backend/engine"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/media"
	"conch/backend/pace"
	"conch/backend/paths"
	"conch/backend/settings"
	"conch/backend/share"
	"conch/backend/studio"
	"conch/backend/toolkit"
	"conch/backend/vault"
)

// App is what the page can call: use-cases only, each a few lines on a backend
// service. frontend/src/api/host.ts is the same list seen from the page.
type App struct {
	places   paths.Places
	env      func(string) string // see vault.Withdraw
	settings *settings.Store
	log      *slog.Logger
	activity *activity.Log
	ctx      context.Context // the window's; ends with it
	end      context.CancelFunc
	files    *media.Server
	desk     share.Desk // exports under way

	drops    atomic.Int64  // how many there were
	askedFor opening       // what this start was asked to show; its files by mu
	begins   toolkit.Place // where the window is first shown
	asDemo   atomic.Bool   // this start is to show the demonstration, whatever the settings say
	seen     chan struct{} // closed when the window is shown for the first time
	shown    sync.Once     // closes it
	falls    falls         // of the page's process
	dialog   atomic.Bool   // one of the system's is open
	fell     atomic.Bool   // and the page was not told of the last one yet

	troubles   troubles     // of the page
	announcing sync.Mutex   // one session after the other
	told       atomic.Int64 // sessions so far

	asking sync.Mutex                   // one question to the vault after the other: the last answer is the newest
	key    atomic.Pointer[vault.Status] // what the vault said last
	looked chan struct{}                // closed when it was asked for the first time

	given  []string           // files that are dragged out, sorted; by mu
	films  []string           // that a person brought, until they are taken in or left alone; by mu
	taking context.CancelFunc // ends the taking in; by mu

	notices chan desktop.Notice // to be shown by the system
	asked   questions           // of the gallery

	opening sync.Mutex // one face after the other, none after the end

	mu     sync.Mutex
	faces  map[bool]*face // by demo; the real one keeps running behind a demonstration, since its runs are paid
	fault  error          // why the active face could not be opened
	opened chan struct{}  // closed when startup is over: calls wait for it

	recovered map[bool]studio.Recovered // by demo: what a crash before this start left
	repaired  error                     // how the library was made anew at this start
}

// face is one engine at work with what feeds the page from it.
type face struct {
	*engine.Engine
	end  context.CancelFunc
	done sync.WaitGroup
}

func newApp(places paths.Places, store *settings.Store, log *activity.Log, env func(string) string) *App {
	return &App{places: places, desk: share.Desk{Notes: places.Drafts()}, env: env, settings: store, activity: log, log: slog.New(log.Beside(os.Stderr, slog.LevelWarn)), faces: map[bool]*face{}, recovered: map[bool]studio.Recovered{}, notices: make(chan desktop.Notice, 8), opened: make(chan struct{}), looked: make(chan struct{}), seen: make(chan struct{})}
}

func (a *App) startup(ctx context.Context) {
	a.ctx, a.end = context.WithCancel(ctx)
	defer close(a.opened)
	go a.notify()
	files, err := media.Serve(a.ctx, a.locate, mediaOrigins())
	if err != nil {
		a.fault = err
		return
	}
	a.files = files
	a.open(false)
	go a.lookForKey()
	if a.demonstrates() {
		a.open(true)
	}
	a.follow(ctx)
}

func (a *App) shutdown(context.Context) {
	<-a.opened
	a.end()
	a.opening.Lock()
	defer a.opening.Unlock()
	a.mu.Lock()
	faces := slices.Collect(maps.Values(a.faces))
	a.mu.Unlock()
	for _, f := range faces { // they may still have something to tell, which needs mu
		f.close(a.log)
	}
	if a.files != nil {
		_ = a.files.Close()
	}
}

// open starts the engine of the real service or of the demonstration, unless it is there.
func (a *App) open(demo bool) {
	a.opening.Lock()
	defer a.opening.Unlock()
	if a.face(demo) != nil {
		return
	}
	ctx, end := context.WithCancel(a.ctx)
	e, err := engine.Open(ctx, engine.Options{
		Places: a.places, Settings: a.settings, Demo: demo, Version: version, Env: a.env, Log: a.log, Hide: a.activity.Hide, Keychain: vault.OSKeychain(),
		TakesOver: true, Lingers: true, Settles: 2 * time.Second, // the first screen has the processor until then
		OnStage:      func(s generation.Stage) { a.emit(demo, "stage", s) },
		OnConnection: func(s pace.State) { a.emit(demo, "connection", connectionOf(s)) },
		OnRecovered:  func(r studio.Recovered) { a.recover(demo, r) },
		OnForgotten:  func(ids []string) { runtime.EventsEmit(a.ctx, "forgotten", ids) }, // both faces show one library
		OnLeftOut:    func(err error) { runtime.EventsEmit(a.ctx, "fault", fault.ToWire(err)) },
		OnTrouble:    func(err error) { a.emit(demo, "fault", fault.ToWire(err)) },
	})
	a.mu.Lock()
	defer a.mu.Unlock()
	if err != nil {
		end()
		a.fault = err
		return
	}
	if !demo {
		go func() { _, _ = e.Vault.Key(ctx) }() // so that the keychain answers while the page loads
	}
	if e.Repaired != nil {
		a.repaired = e.Repaired.Fault()
	}
	f := &face{Engine: e, end: end}
	a.faces[demo], a.fault = f, nil
	f.done.Go(func() {
		if err := e.Studio.Run(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("the studio stopped", "error", err)
		}
	})
	f.done.Go(func() {
		e.Library.Watch(ctx, func(c library.Changes) {
			a.changed(demo, c)
			e.KeepMarks()
			if slices.ContainsFunc(c.Generations, func(g generation.Generation) bool { return !g.State.Ended() }) {
				e.Studio.Look()
			}
		})
	})
}

func (a *App) face(demo bool) *face {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.faces[demo]
}

func (f *face) close(log *slog.Logger) {
	f.end()
	f.done.Wait()
	if err := f.Close(); err != nil {
		log.Warn("closing the library", "error", err)
	}
}

// active is the engine the page works with; it waits for the start to be over.
func (a *App) active() (*engine.Engine, error) {
	<-a.opened
	a.mu.Lock()
	defer a.mu.Unlock()
	if f := a.faces[a.demonstrates()]; f != nil {
		return f.Engine, nil
	}
	if a.fault == nil {
		return nil, fault.New("internal", nil)
	}
	return nil, a.fault
}

// demonstrates says whether the window shows the demonstration: as it was left, or because this start was asked to.
func (a *App) demonstrates() bool { return a.asDemo.Load() || a.settings.Get().Demo }

// with runs one use-case on the active engine.
func with[T any](a *App, do func(context.Context, *engine.Engine) (T, error)) (T, error) {
	e, err := a.active()
	if err != nil {
		var none T
		return none, err
	}
	result, err := do(a.ctx, e)
	if fault.Is(err, fault.Balance) {
		go a.refreshAccount() // the figure on the screen was another
	}
	return result, err
}

// changed feeds the page with what anybody, this process or another, wrote to
// the library. Both faces share one library, so only the active one reports.
func (a *App) changed(demo bool, c library.Changes) {
	for _, g := range c.Generations {
		a.emit(demo, "generation", g)
		if g.State == generation.Done || g.State == generation.Failed {
			go a.refreshAccount()
		}
	}
	for _, v := range c.Videos {
		a.emit(demo, "video", v)
	}
	if c.Many > 0 {
		a.emit(demo, "videos", c.Many)
	}
	if c.Collections {
		a.emit(demo, "collections", true)
	}
}

func (a *App) recover(demo bool, r studio.Recovered) {
	a.mu.Lock()
	sum := a.recovered[demo]
	sum.Resumed += r.Resumed
	sum.Uncertain += r.Uncertain
	a.recovered[demo] = sum
	a.mu.Unlock()
	a.emit(demo, "recovered", sum)
}

func (a *App) emit(demo bool, name string, value any) {
	if demo == a.demonstrates() {
		runtime.EventsEmit(a.ctx, name, value)
	}
}

func (a *App) locate(kind, id string) (path, contentType string, err error) {
	e, err := a.active()
	if err != nil {
		return "", "", err
	}
	return e.Locate(a.ctx, kind, id)
}

// mediaOrigins are the page's origins: macOS and Linux, Windows, and the development server.
func mediaOrigins() []string {
	return append([]string{"wails://wails", "wails://wails.localhost", "http://wails.localhost"}, devOrigins...)
}

// Session tells the page where it stands.
type Session struct {
	Serial        int64             `json:"serial"` // a later one is newer
	Version       string            `json:"version"`
	Platform      string            `json:"platform"`
	Demo          bool              `json:"demo"`
	Service       string            `json:"service"`
	Ready         bool              `json:"ready"`
	Key           vault.Status      `json:"key"`
	Settings      settings.Settings `json:"settings"`
	DefaultFolder string            `json:"defaultFolder"`
	Media         string            `json:"media"`
	Languages     []string          `json:"languages"`
	Connection    Connection        `json:"connection"`
	Recovered     studio.Recovered  `json:"recovered"`          // since the start, after a crash
	Repaired      *fault.Wire       `json:"repaired,omitempty"` // the library was damaged or gone and was made anew at this start
	Fault         *fault.Wire       `json:"fault,omitempty"`
}

// Connection says how the service could be reached at the last attempt.
type Connection struct {
	Online bool   `json:"online"`
	Kind   string `json:"kind"`            // online, offline, down, limited
	Until  int64  `json:"until,omitempty"` // when it is tried again, epoch milliseconds
}

func connectionOf(s pace.State) Connection {
	c := Connection{Online: s.Kind != pace.Offline && s.Kind != pace.Down, Kind: string(s.Kind)}
	if c.Kind == "" {
		c.Kind = string(pace.Online) // nothing was asked yet
	}
	if !s.Until.IsZero() {
		c.Until = s.Until.UnixMilli()
	}
	return c
}

// Session gives the state the page begins with.
func (a *App) Session() Session {
	e, err := a.active()
	s := Session{
		Serial: a.told.Add(1), Version: version, Platform: goruntime.GOOS, Settings: a.settings.Get(), Demo: a.demonstrates(),
		DefaultFolder: a.places.Videos, Languages: desktop.Languages(), Fault: fault.ToWire(err),
	}
	if a.files != nil {
		s.Media = a.files.Base()
	}
	if err == nil {
		s.Service, s.Connection = e.Service, connectionOf(e.Connection())
		a.mu.Lock()
		s.Recovered, s.Repaired = a.recovered[s.Demo], fault.ToWire(a.repaired)
		a.mu.Unlock()
		s.Key = a.keyStatus()
		s.Ready = s.Demo || s.Key.Source != "none"
	}
	return s
}
