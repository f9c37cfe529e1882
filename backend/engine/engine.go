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
	"time"

	"github.com/google/uuid"

	"conch/backend/atlas"
	"conch/backend/catalog"
	"conch/backend/fault"
	"conch/backend/fetch"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/paths"
	"conch/backend/picture"
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
	Only         bool                   // run only what is accepted here: the command line
	Version      string                 // for the User-Agent and the videos' tags
	Env          func(string) string    // nil: os.Getenv
	Keychain     vault.Keychain         // nil: the system's
	OnStage      func(generation.Stage) // may be nil
	OnConnection func(online bool)      // told at each change; may be nil
	Log          *slog.Logger           // may be nil
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
	Service  string // the API's origin, or DemoService
	Demo     bool

	version string
	log     *slog.Logger
	quotes  quotes
	sim     *simulator.Server

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
	e := &Engine{Places: o.Places, Settings: o.Settings, Demo: o.Demo, version: o.Version, log: o.Log, expected: 40 * time.Second, Vault: vault.New(o.Env, o.Keychain)}
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
	if e.Library, err = library.Open(ctx, o.Places.Database()); err != nil {
		return e, err
	}
	if e.Shelf, err = picture.OpenShelf(o.Places.Pictures()); err != nil {
		return e, err
	}
	if e.Catalog, err = catalog.Open(o.Places.Catalog()); err != nil {
		return e, err
	}
	e.Studio = studio.New(studio.Options{
		Store: e.Library, API: service{e}, Keeper: keeper{e}, Service: e.Service, Owner: uuid.NewString(),
		Parallel: func() int { return e.Settings.Get().Parallel }, Expected: e.expected, Only: o.Only, OnStage: o.OnStage, Log: o.Log,
	})
	return e, nil
}

// connect makes the client of the service, or of a simulator started for it.
func (e *Engine) connect(o Options) error {
	agent := "Conch/" + o.Version
	base, key := o.Env(BaseURLName), e.Vault.Key
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
	client, err := atlas.New(atlas.Options{BaseURL: base, Key: key, UserAgent: agent, Around: around(o.OnConnection)})
	if err != nil {
		return err
	}
	e.Client, e.Fetcher = client, fetch.New(fetch.Options{UserAgent: agent})
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
	if e.Library != nil {
		err = e.Library.Close()
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
	if err := e.Client.CheckKey(ctx, key); err != nil {
		return err
	}
	return e.Vault.Set(ctx, key, memoryOnly)
}

// RefreshCatalog asks the service for its models.
func (e *Engine) RefreshCatalog(ctx context.Context) error { return e.Catalog.Refresh(ctx, e.Client) }

// PictureFromURL fetches a picture and puts it on the shelf.
func (e *Engine) PictureFromURL(ctx context.Context, address string) (picture.Picture, error) {
	name, data, err := e.Fetcher.Picture(ctx, address, picture.SourceLimit)
	if err != nil {
		return picture.Picture{}, err
	}
	return e.Shelf.AddBytes(ctx, name, data)
}

// Account is what can be spent.
type Account struct {
	Known    bool             `json:"known"`
	Amount   generation.Money `json:"amount"`
	Currency string           `json:"currency"`
}

// Account asks for the balance; a service that doesn't tell it is no error.
func (e *Engine) Account(ctx context.Context) (Account, error) {
	balance, err := e.Client.Balance(ctx)
	if code := fault.CodeOf(err); code == fault.Key || code == fault.Vault {
		return Account{}, err
	}
	if err != nil {
		return Account{}, nil
	}
	return Account{Known: true, Amount: generation.Money(balance.Available), Currency: balance.Currency}, nil
}

// accountPatience bounds the question for the balance before a run: it is a courtesy, not a condition.
const accountPatience = 5 * time.Second

// Generate checks everything that can be checked here, then accepts the run. Faults: see catalog.Validate and
// picture; key_missing, vault_*, balance.
func (e *Engine) Generate(ctx context.Context, request generation.Request) (generation.Generation, error) {
	if err := e.Catalog.Validate(request); err != nil {
		return generation.Generation{}, err
	}
	for _, id := range request.Pictures {
		p, err := e.Shelf.Get(id)
		if err != nil {
			return generation.Generation{}, err
		}
		if !picture.Ready(p) {
			return generation.Generation{}, p.Problems[0].Fault()
		}
	}
	if !e.Demo {
		if _, err := e.Vault.Key(ctx); err != nil {
			return generation.Generation{}, err
		}
	}
	short, cancel := context.WithTimeout(ctx, accountPatience)
	defer cancel()
	var price *generation.Price
	if p, known, err := e.Quote(short, request); err == nil && known {
		price = &p
	}
	account, err := e.Account(short)
	switch {
	case fault.Is(err, fault.Key):
		return generation.Generation{}, err
	case err == nil && account.Known && price != nil && price.Source == generation.FromQuote && account.Amount < price.Amount:
		return generation.Generation{}, fault.New("balance", nil)
	}
	return e.Studio.Accept(ctx, request, price)
}
