package vault

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zalando/go-keyring"

	"conch/backend/fault"
)

// The name the key has in the system's keychain.
const (
	service = "conch"
	account = "atlas-cloud"
)

// patience bounds a call: a locked keychain may wait for a person at a prompt that nobody sees.
const patience = 20 * time.Second

// osKeychain asks one thing at a time: a second question to a keychain that waits for a person would be a second prompt.
type osKeychain struct {
	patience time.Duration
	ask      asker

	mu      sync.Mutex
	pending *pending
}

// asker is what the keychain's library can do.
type asker struct {
	get    func() (string, error)
	set    func(key string) error
	remove func() error
}

// pending is a question that a person may be about to answer at a prompt.
type pending struct {
	what    string
	done    chan struct{}
	overdue atomic.Bool // somebody lost patience with it: nobody waits for it so long again
	value   string
	err     error
}

// OSKeychain is the Keychain on macOS, the Credential Manager on Windows, the Secret Service on Linux.
func OSKeychain() Keychain {
	return &osKeychain{patience: patience, ask: asker{
		get:    func() (string, error) { return keyring.Get(service, account) },
		set:    func(key string) error { return keyring.Set(service, account, key) },
		remove: func() error { return keyring.Delete(service, account) },
	}}
}

func (k *osKeychain) Get(ctx context.Context) (string, error) {
	return k.patiently(ctx, "get", k.ask.get)
}

func (k *osKeychain) Set(ctx context.Context, key string) error {
	_, err := k.patiently(ctx, "set "+key, func() (string, error) { return "", k.ask.set(key) })
	return err
}

func (k *osKeychain) Remove(ctx context.Context) error {
	_, err := k.patiently(ctx, "remove", func() (string, error) { return "", k.ask.remove() })
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// Settled waits until no question is open: what a person answered late counts from then on.
func (k *osKeychain) Settled(ctx context.Context) error {
	for {
		k.mu.Lock()
		open := k.pending
		k.mu.Unlock()
		if open == nil {
			return nil
		}
		select {
		case <-open.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// patiently asks what can't be interrupted, or joins the same question if it is still open. Another question waits for
// that one to be over, within the same patience.
func (k *osKeychain) patiently(ctx context.Context, what string, ask func() (string, error)) (string, error) {
	timer := time.NewTimer(k.patience)
	defer timer.Stop()
	for {
		open := k.begin(what, ask)
		if open.overdue.Load() {
			timer.Reset(0)
		}
		select {
		case <-open.done:
			if open.what == what {
				return open.value, told(open.err)
			}
		case <-timer.C:
			open.overdue.Store(true)
			return "", fault.New("vault_slow", nil)
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

// begin gives the open question, which is this one if there was none.
func (k *osKeychain) begin(what string, ask func() (string, error)) *pending {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.pending != nil {
		return k.pending
	}
	open := &pending{what: what, done: make(chan struct{})}
	k.pending = open
	go func() {
		open.value, open.err = ask()
		k.mu.Lock()
		k.pending = nil
		k.mu.Unlock()
		close(open.done)
	}()
	return open
}

// told names the keychain's trouble. The library gives words only, so they are what there is to go by.
func told(err error) error {
	if err == nil {
		return nil
	}
	words := strings.ToLower(err.Error())
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return ErrNotFound
	case errors.Is(err, keyring.ErrUnsupportedPlatform),
		strings.Contains(words, "serviceunknown"), strings.Contains(words, "was not provided by any"),
		strings.Contains(words, "dbus-launch"), strings.Contains(words, "executable file not found"),
		strings.Contains(words, "no such file or directory"), strings.Contains(words, "connection refused"),
		strings.Contains(words, "autolaunch"), strings.Contains(words, "spawn"):
		return fault.Wrap(err, "vault_missing", nil)
	case without():
		return fault.Wrap(err, "vault_empty", nil)
	}
	return fault.Wrap(err, "vault_locked", nil)
}

type memory struct {
	mu  sync.Mutex
	key string
}

// Memory is a keychain that forgets when the process ends.
func Memory() Keychain { return &memory{} }

func (m *memory) Get(context.Context) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.key == "" {
		return "", ErrNotFound
	}
	return m.key, nil
}

func (m *memory) Set(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.key = key
	return nil
}

func (m *memory) Remove(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.key = ""
	return nil
}
