package vault

import (
	"context"
	"errors"
	"strings"
	"sync"
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

type osKeychain struct{}

// OSKeychain is the Keychain on macOS, the Credential Manager on Windows, the Secret Service on Linux.
func OSKeychain() Keychain { return osKeychain{} }

func (osKeychain) Get(ctx context.Context) (string, error) {
	return patiently(ctx, func() (string, error) { return keyring.Get(service, account) })
}

func (osKeychain) Set(ctx context.Context, key string) error {
	_, err := patiently(ctx, func() (string, error) { return "", keyring.Set(service, account, key) })
	return err
}

func (osKeychain) Remove(ctx context.Context) error {
	_, err := patiently(ctx, func() (string, error) { return "", keyring.Delete(service, account) })
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// patiently runs a call that can't be interrupted; a late answer is dropped.
func patiently(ctx context.Context, call func() (string, error)) (string, error) {
	type answer struct {
		value string
		err   error
	}
	answered := make(chan answer, 1)
	go func() {
		value, err := call()
		answered <- answer{value, err}
	}()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case a := <-answered:
		return a.value, told(a.err)
	case <-timer.C:
		return "", fault.New("vault_slow", nil)
	case <-ctx.Done():
		return "", ctx.Err()
	}
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
