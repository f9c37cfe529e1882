// Package engine puts the backend together for both faces, the window and the
// command line: the adapters between the parts, and the use-cases that need several of them.
package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strconv"
	"sync"
	"time"

	"conch/backend/archive"
	"conch/backend/atlas"
	"conch/backend/catalog"
	"conch/backend/fetch"
	"conch/backend/generation"
	"conch/backend/journal"
	"conch/backend/library"
	"conch/backend/pace"
	"conch/backend/paths"
	"conch/backend/picture"
	"conch/backend/poster"
	"conch/backend/presence"
	"conch/backend/proxies"
	"conch/backend/settings"
	"conch/backend/simulator"
	"conch/backend/studio"
	"conch/backend/vault"
)

// DemoService is the service of demonstrations in generations and videos.
const DemoService = "demo"

// demoKey opens the simulator inside the app; it never meets the vault or the network.
const demoKey = "demo-key-of-the-built-in-simulator"

// BaseURLName is the variable that names another service address.
const BaseURLName = "ATLASCLOUD_BASE_URL"

// Options say which engine to open.
type Options struct {
	Places       paths.Places
	Settings     *settings.Store        // nil: opened from Places
	Demo         bool                   // the built-in simulator instead of the service
	TakesOver    bool                   // also run what dead processes left
	Lingers      bool                   // stay with what can't go on now: the window
	Settles      time.Duration          // before the work that nobody waits for: looking through folders, backups
	PerSecond    int                    // requests to the service per second; 0 is pace.PerSecond
	Version      string                 // for the User-Agent and the videos' tags
	Env          func(string) string    // nil: os.Getenv
	Keychain     vault.Keychain         // nil: the system's
	OnStage      func(generation.Stage) // may be nil
	OnConnection func(pace.State)       // told at each change; may be nil
	OnRecovered  func(studio.Recovered) // may be nil
	OnForgotten  func(ids []string)     // videos that are gone for good; may be nil
	OnLeftOut    func(error)            // why files that came into the videos folders can't be taken in; may be nil
	OnTrouble    func(error)            // why nothing can be recorded, once until it passes; may be nil
	Log          *slog.Logger           // may be nil
	Hide         func(secret string)    // told each key before it is used, to keep it out of logs; may be nil
}

// Engine is everything at work for one service. Studio.Run makes it move.
type Engine struct {
	Places   paths.Places
	Settings *settings.Store
	Library  *library.Library
	Catalog  *catalog.Catalog
	Shelf    *picture.Shelf
	Vault    *vault.Vault
	Client   *atlas.Client
	Fetcher  *fetch.Fetcher
	Studio   *studio.Studio
	Journal  *journal.Journal
	Repaired *library.Repaired // how the library was made anew at this start; nil when it was not
	Service  string            // the API's origin, or DemoService
	Demo     bool

	version string
	log     *slog.Logger
	quotes  quotes
	posters *poster.Cache
	sim     *simulator.Server
	pace    *pace.Pacer
	owner   string       // this process and engine among all that work on the library
	absent  func() error // ends this owner's presence
	end     func()       // ends what goes on behind
	behind  sync.WaitGroup
	hide    func(secret string)

	onForgotten func(ids []string)
	onLeftOut   func(error)

	leaving sync.Mutex
	left    leftOut // by leaving

	rescanning sync.Mutex
	filing     sync.Mutex // held while files go to the trash or come from it and that is recorded
	passed     archive.Passed
	folders    chan struct{} // others may be the videos folders
	marked     chan struct{} // somebody else changed marks

	expected time.Duration // of a run, before any past one tells
}

// Open opens the library and everything on it. Faults: library_*, base_url_*.
func Open(ctx context.Context, o Options) (_ *Engine, err error) {
	if o.Env == nil {
		o.Env = os.Getenv
	}
	if o.Keychain == nil {
		o.Keychain = vault.OSKeychain()
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Hide == nil {
		o.Hide = func(string) {}
	}
	e := &Engine{Places: o.Places, Settings: o.Settings, Demo: o.Demo, version: o.Version, log: o.Log, folders: make(chan struct{}, 1), marked: make(chan struct{}, 1), onForgotten: o.OnForgotten, onLeftOut: o.OnLeftOut, expected: 40 * time.Second, Vault: vault.New(o.Env, o.Keychain)}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.Close())
		}
	}()
	if e.Settings == nil {
		if e.Settings, err = settings.Open(o.Places.Settings()); err != nil {
			return e, err
		}
	}
	if err := e.connect(o); err != nil {
		return e, err
	}
	if e.Library, e.Repaired, err = OpenLibrary(ctx, o.Places, e.Settings.Get().VideosFolder); err != nil {
		return e, err
	}
	if e.Shelf, err = picture.OpenShelf(o.Places.Pictures()); err != nil {
		return e, err
	}
	e.posters = poster.Open(o.Places.Posters(), postersRoom)
	if e.Catalog, err = catalog.Open(o.Places.Catalog()); err != nil {
		return e, err
	}
	e.log.Info("opened", "version", o.Version, "service", e.Service, "lingers", o.Lingers)
	e.Journal = journal.Open(o.Places.Journal())
	owner, here := newOwner(o.Lingers), presence.Folder(o.Places.Owners())
	e.owner = owner
	if e.absent, err = here.Hold(owner); err != nil {
		e.log.Warn("others can only tell by the heartbeat that this process is alive", "error", err)
	} else if here.Alone(owner) {
		e.tidy()
	}
	e.Studio = studio.New(studio.Options{
		Store: e.Library, API: service{e}, Keeper: keeper{e}, Journal: unwritable{e.Journal, o.Places.Data}, Presence: living(here), Service: e.Service, Owner: owner,
		Parallel: func() int { return e.Settings.Get().Parallel }, Budget: e.budget, Expected: e.expected, TakesOver: o.TakesOver, Lingers: o.Lingers,
		OnStage: o.OnStage, OnRecovered: o.OnRecovered, OnTrouble: o.OnTrouble, Log: o.Log,
	})
	whole, end := context.WithCancel(ctx)
	e.end = end
	later := func(keep func(context.Context)) {
		e.behind.Go(func() {
			select {
			case <-whole.Done():
			case <-time.After(o.Settles):
			}
			keep(whole) // also when it is over: there may be something to be written at the end
		})
	}
	later(e.upkeep)
	later(e.keepIndexed)
	if o.Lingers && !o.Demo { // one of the faces, of the process that stays
		later(e.keepFolders)
		later(e.keepMarked)
		later(e.keepTrash)
	}
	return e, nil
}

// connect makes the client of the service, or of a simulator started for it.
func (e *Engine) connect(o Options) error {
	agent := "Conch/" + o.Version
	base, key := o.Env(BaseURLName), func(ctx context.Context) (string, error) {
		key, err := e.Vault.Key(ctx)
		o.Hide(key)
		return key, err
	}
	speed := demoSpeed(o.Env("CONCH_DEMO_SPEED"))
	if at, err := url.Parse(base); o.Demo || err == nil && atlas.Loopback(at.Hostname()) { // only a simulator runs on this machine
		e.expected = time.Duration(float64(e.expected) / speed)
	}
	if o.Demo {
		e.sim = simulator.New(simulator.Options{Key: demoKey, Speed: speed, Dir: o.Places.Demo()})
		address, err := e.sim.Start("127.0.0.1:0")
		if err != nil {
			return fmt.Errorf("start the demonstration: %w", err)
		}
		base, key = address, func(context.Context) (string, error) { return demoKey, nil }
	}
	e.hide = o.Hide
	e.pace = pace.New(pace.Options{PerSecond: o.PerSecond, Breaker: o.Lingers, OnState: func(s pace.State) {
		e.log.Info("service", "state", s.Kind, "until", s.Until)
		if o.OnConnection != nil {
			o.OnConnection(s)
		}
	}})
	proxy := proxies.Of(o.Env)
	client, err := atlas.New(atlas.Options{
		BaseURL: base, Key: key, UserAgent: agent, Proxy: proxy,
		Wait: func(ctx context.Context, d time.Duration) error {
			return errors.Join(atlas.Wait(ctx, d), e.pace.Ask(ctx))
		},
		Limited: e.pace.Limited,
	})
	if err != nil {
		return err
	}
	e.Client, e.Fetcher = client, fetch.New(fetch.Options{UserAgent: agent, Proxy: proxy})
	e.Service = client.Origin()
	if o.Demo {
		e.Service = DemoService
	}
	return nil
}

// demoSpeed makes demonstrations quicker than the service by default; tests go faster still.
func demoSpeed(value string) float64 {
	if speed, err := strconv.ParseFloat(value, 64); err == nil && speed > 0 {
		return speed
	}
	return 4
}

// Close ends the library and the simulator. Studio.Run must have returned.
func (e *Engine) Close() error {
	var err error
	if e.end != nil {
		e.end()
		e.behind.Wait()
	}
	if e.Library != nil {
		e.sweep()
		err = e.Library.Close()
	}
	if e.absent != nil {
		err = errors.Join(err, e.absent())
	}
	if e.sim != nil {
		err = errors.Join(err, e.sim.Close())
	}
	return err
}

// SetKey checks a key with the service, then keeps it. Faults: key_malformed, key_refused, unreachable, vault_*.
func (e *Engine) SetKey(ctx context.Context, key string, memoryOnly bool) error {
	key, err := vault.Clean(key)
	if err != nil {
		return err
	}
	e.hide(key)
	if err := e.ask(ctx, func() error { return e.Client.CheckKey(ctx, key) }); err != nil {
		return err
	}
	if err := e.Vault.Set(ctx, key, memoryOnly); err != nil {
		return err
	}
	e.Studio.Nudge() // what was held for want of a key goes on
	return nil
}

// ask puts a question of the person at the screen to the service.
func (e *Engine) ask(ctx context.Context, question func() error) error {
	if err := e.pace.Ask(ctx); err != nil {
		return err
	}
	return e.told(question())
}

// Connection is how the service can be reached, as far as the last request showed.
func (e *Engine) Connection() pace.State { return e.pace.State() }

// Reconnect tries at once what waits for the network or the service: something outside changed.
func (e *Engine) Reconnect() {
	e.pace.Retry()
	e.Studio.Nudge()
}

// RefreshCatalog asks the service for its models.
func (e *Engine) RefreshCatalog(ctx context.Context) error {
	return e.ask(ctx, func() error { return e.Catalog.Refresh(ctx, e.Client) })
}

// PictureFromURL fetches a picture and puts it on the shelf.
func (e *Engine) PictureFromURL(ctx context.Context, address string) (picture.Picture, error) {
	name, data, err := e.Fetcher.Picture(ctx, address, picture.SourceLimit)
	if err != nil {
		return picture.Picture{}, err
	}
	return e.Shelf.AddBytes(ctx, name, data)
}
