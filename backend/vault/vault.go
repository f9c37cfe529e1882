// Package vault keeps the API key: in the environment, in the system's keychain,
// or in memory until the app quits. It is never written anywhere else.
package vault

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"time"
	"unicode"

	"conch/backend/fault"
)

// EnvironmentName is the variable that wins over the keychain.
const EnvironmentName = "ATLASCLOUD_API_KEY"

// ErrNotFound says that a keychain works and holds no key.
var ErrNotFound = errors.New("no key is stored")

// Keychain is a place that keeps one secret. Get gives ErrNotFound when it is empty; Remove of nothing is
// no error. Other errors are faults: vault_locked, vault_missing, vault_empty, and vault_slow, which means that a
// person may still be about to answer.
type Keychain interface {
	Get(ctx context.Context) (string, error)
	Set(ctx context.Context, key string) error
	Remove(ctx context.Context) error
}

// Where a key can come from.
const (
	FromEnvironment = "environment"
	FromMemory      = "memory"
	FromKeychain    = "keychain"
	FromNowhere     = "none"
)

// Status tells about the key without telling it.
type Status struct {
	Source   string      `json:"source"`
	LastFour string      `json:"lastFour"`
	Fault    *fault.Wire `json:"fault,omitempty"` // why the keychain could not be read
}

// Vault answers for the key at each call, so that a new one counts at once. It is safe for concurrent use.
type Vault struct {
	env      func(string) string
	keychain Keychain

	mu     sync.Mutex
	memory string
	cached string // what the keychain held when it was last asked
	asked  bool

	refusal error // why the keychain could not be read, believed until then
	until   time.Time
}

// sulk is how long a refusal is believed: each question to a locked keychain may be a prompt to the person, and one
// that was dismissed should not come back for every part that wants the key.
const sulk = 30 * time.Second

// Withdraw takes the key out of the process's environment, where every program that is started from here would inherit
// it, and gives an environment that still has it. It is called once, before anything is started.
func Withdraw() func(string) string {
	key := os.Getenv(EnvironmentName)
	_ = os.Unsetenv(EnvironmentName) // fails for names that are none
	return func(name string) string {
		if name == EnvironmentName {
			return key
		}
		return os.Getenv(name)
	}
}

// New makes a vault on an environment and a keychain.
func New(env func(string) string, k Keychain) *Vault { return &Vault{env: env, keychain: k} }

// String keeps a vault that is logged by mistake from telling its key.
func (v *Vault) String() string { return "vault" }

// GoString is String for %#v.
func (v *Vault) GoString() string { return "vault" }

// Clean trims a pasted key. Fault: key_malformed for an empty one or one with spaces or control characters inside.
func Clean(key string) (string, error) {
	key = strings.TrimSpace(key)
	if key == "" || strings.ContainsFunc(key, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r > unicode.MaxASCII }) {
		return "", fault.New("key_malformed", nil)
	}
	return key, nil
}

// Key gives the key: environment, then memory, then keychain. Faults: key_missing, key_malformed, vault_*.
func (v *Vault) Key(ctx context.Context) (string, error) {
	key, _, err := v.find(ctx)
	return key, err
}

func (v *Vault) find(ctx context.Context) (key, source string, err error) {
	if key := v.env(EnvironmentName); key != "" {
		key, err := Clean(key)
		return key, FromEnvironment, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.memory != "" {
		return v.memory, FromMemory, nil
	}
	if !v.asked {
		if v.refusal != nil && time.Now().Before(v.until) {
			return "", FromNowhere, v.refusal
		}
		stored, err := v.keychain.Get(ctx)
		if err != nil && !errors.Is(err, ErrNotFound) {
			if ctx.Err() == nil && fault.Of(err).Rule != "vault_slow" { // a late answer counts as soon as it is there
				v.refusal, v.until = err, time.Now().Add(sulk)
			}
			return "", FromNowhere, err
		}
		v.cached, v.asked = stored, true
	}
	if v.cached == "" {
		return "", FromNowhere, fault.New("key_missing", nil)
	}
	return v.cached, FromKeychain, nil
}

// Set keeps a key in the keychain, or in memory only. Faults: key_malformed, key_from_environment, vault_*.
func (v *Vault) Set(ctx context.Context, key string, memoryOnly bool) error {
	key, err := Clean(key)
	if err != nil {
		return err
	}
	if v.env(EnvironmentName) != "" {
		return fault.New("key_from_environment", nil)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if memoryOnly {
		v.memory = key
		return nil
	}
	if err := v.keychain.Set(ctx, key); err != nil {
		v.asked = false // it may be kept all the same, late
		return err
	}
	v.memory, v.cached, v.asked = "", key, true
	return nil
}

// Remove forgets the key in memory and in the keychain. Fault: key_from_environment, vault_*.
func (v *Vault) Remove(ctx context.Context) error {
	if v.env(EnvironmentName) != "" {
		return fault.New("key_from_environment", nil)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	onlyMemory := v.memory != "" && v.cached == ""
	v.memory = ""
	if err := v.keychain.Remove(ctx); err != nil && !onlyMemory {
		return err
	}
	v.cached, v.asked = "", true
	return nil
}

// Settled waits until the keychain has no question open that a person is still to answer at a prompt.
func (v *Vault) Settled(ctx context.Context) error {
	if waits, can := v.keychain.(interface{ Settled(context.Context) error }); can {
		return waits.Settled(ctx)
	}
	return nil
}

// Status tells where the key comes from and how it ends.
func (v *Vault) Status(ctx context.Context) Status {
	key, source, err := v.find(ctx)
	s := Status{Source: source, LastFour: lastFour(key)}
	if err != nil && fault.Of(err).Rule != "key_missing" {
		s.Fault = fault.ToWire(err)
	}
	return s
}

// lastFour shows nothing of a key too short to hide the rest.
func lastFour(key string) string {
	const shown, hidden = 4, 8
	if len(key) < shown+hidden {
		return ""
	}
	return key[len(key)-shown:]
}
