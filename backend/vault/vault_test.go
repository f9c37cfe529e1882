package vault

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"conch/backend/fault"
)

const secret = "sk-test-0123456789abcdef"

func noEnv(string) string { return "" }

// The same suite runs on the memory keychain and, where one is unlocked for it, on the system's.
func TestKeychains(t *testing.T) {
	chains := map[string]Keychain{"memory": Memory()}
	if os.Getenv("CONCH_TEST_KEYCHAIN") != "" {
		chains["system"] = OSKeychain()
	}
	for name, k := range chains {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			t.Cleanup(func() { _ = k.Remove(ctx) })
			if err := k.Remove(ctx); err != nil {
				t.Fatalf("removing nothing: %v", err)
			}
			if _, err := k.Get(ctx); !errors.Is(err, ErrNotFound) {
				t.Fatalf("empty: %v", err)
			}
			for _, key := range []string{secret, "another-key-0000000"} {
				if err := k.Set(ctx, key); err != nil {
					t.Fatal(err)
				}
				if got, err := k.Get(ctx); err != nil || got != key {
					t.Fatalf("got a different key or %v", err)
				}
			}
			if err := k.Remove(ctx); err != nil {
				t.Fatal(err)
			}
			if _, err := k.Get(ctx); !errors.Is(err, ErrNotFound) {
				t.Fatalf("after remove: %v", err)
			}
		})
	}
}

func TestOrder(t *testing.T) {
	ctx := context.Background()
	env := map[string]string{}
	v := New(func(n string) string { return env[n] }, Memory())
	if _, err := v.Key(ctx); fault.CodeOf(err) != fault.Key {
		t.Fatalf("no key: %v", err)
	}
	steps := []struct {
		do     func() error
		source string
	}{
		{func() error { return v.Set(ctx, " "+secret+"\n", false) }, FromKeychain},
		{func() error { return v.Set(ctx, "memory-key-11112222", true) }, FromMemory},
		{func() error { env[EnvironmentName] = "environment-key-3333"; return nil }, FromEnvironment},
		{func() error { delete(env, EnvironmentName); return v.Remove(ctx) }, FromNowhere},
	}
	for _, s := range steps {
		if err := s.do(); err != nil {
			t.Fatal(err)
		}
		if got := v.Status(ctx).Source; got != s.source {
			t.Fatalf("source %q, want %q", got, s.source)
		}
	}
	env[EnvironmentName] = "x"
	if err := v.Set(ctx, secret, false); fault.Of(err).Rule != "key_from_environment" {
		t.Fatalf("set over the environment: %v", err)
	}
}

func TestClean(t *testing.T) {
	for key, ok := range map[string]bool{secret: true, "  " + secret + "\r\n": true, "": false, " \n": false, "two words": false, "line\nbreak": false, "nul\x00": false, "钥匙": false} {
		if _, err := Clean(key); (err == nil) != ok {
			t.Errorf("Clean(%q): %v", key, err)
		}
	}
}

type lockedChain struct{}

func (lockedChain) Get(context.Context) (string, error) { return "", fault.New("vault_locked", nil) }
func (lockedChain) Set(context.Context, string) error   { return fault.New("vault_locked", nil) }
func (lockedChain) Remove(context.Context) error        { return fault.New("vault_locked", nil) }

func TestLockedKeychainOffersMemory(t *testing.T) {
	ctx := context.Background()
	v := New(noEnv, lockedChain{})
	if err := v.Set(ctx, secret, false); fault.CodeOf(err) != fault.Vault {
		t.Fatalf("%v", err)
	}
	if s := v.Status(ctx); s.Fault == nil || s.Source != FromNowhere {
		t.Fatalf("%+v", s)
	}
	if err := v.Set(ctx, secret, true); err != nil {
		t.Fatal(err)
	}
	if key, err := v.Key(ctx); err != nil || key != secret {
		t.Fatal("memory did not serve")
	}
	if err := v.Remove(ctx); err != nil {
		t.Fatal(err)
	}
}

// prompting counts how often a person is asked.
type prompting struct {
	lockedChain
	asked int
}

func (p *prompting) Get(ctx context.Context) (string, error) {
	p.asked++
	return p.lockedChain.Get(ctx)
}

func TestDismissedPromptStaysAwayForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chain := &prompting{}
		v := New(noEnv, chain)
		for range 3 {
			if _, err := v.Key(t.Context()); fault.Of(err).Rule != "vault_locked" {
				t.Fatal(err)
			}
		}
		if chain.asked != 1 {
			t.Fatalf("asked %d times", chain.asked)
		}
		time.Sleep(sulk)
		if _, err := v.Key(t.Context()); fault.Of(err).Rule != "vault_locked" || chain.asked != 2 {
			t.Fatal(err, chain.asked)
		}
	})
}

// TestLateAnswerCounts: a person who answers the keychain's prompt after Conch lost patience is not asked again.
func TestLateAnswerCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer, asked := make(chan string), 0
		chain := &osKeychain{patience: patience, ask: asker{get: func() (string, error) { asked++; return <-answer, nil }}}
		v := New(noEnv, chain)
		for i := range 3 {
			begun := time.Now()
			if _, err := v.Key(t.Context()); fault.Of(err).Rule != "vault_slow" {
				t.Fatal(err)
			}
			if waited := time.Since(begun); i > 0 && waited > 0 {
				t.Errorf("waited %v for a prompt that is known to be open", waited)
			}
		}
		settled := make(chan error, 1)
		go func() { settled <- v.Settled(t.Context()) }()
		synctest.Wait()
		select {
		case <-settled:
			t.Fatal("settled while the prompt is open")
		default:
		}
		go func() { answer <- secret }() // of the one question that was asked
		if err := <-settled; err != nil {
			t.Fatal(err)
		}
		go func() { answer <- secret }()
		if key, err := v.Key(t.Context()); err != nil || key != secret || asked > 2 {
			t.Fatal(err, asked)
		}
	})
}

// TestLateStoreCounts: a key that the keychain took late is the one that is used from then on.
func TestLateStoreCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		prompt, stored := make(chan struct{}), "old-key-0123456789"
		chain := &osKeychain{patience: patience, ask: asker{
			get: func() (string, error) { return stored, nil },
			set: func(key string) error { <-prompt; stored = key; return nil },
		}}
		v := New(noEnv, chain)
		if key, err := v.Key(t.Context()); err != nil || key != stored {
			t.Fatal(err)
		}
		if err := v.Set(t.Context(), secret, false); fault.Of(err).Rule != "vault_slow" {
			t.Fatal(err)
		}
		close(prompt)
		if err := v.Settled(t.Context()); err != nil {
			t.Fatal(err)
		}
		if key, err := v.Key(t.Context()); err != nil || key != secret {
			t.Fatal(err)
		}
	})
}

func TestKeyIsNeverPrinted(t *testing.T) {
	ctx := context.Background()
	v := New(noEnv, Memory())
	if err := v.Set(ctx, secret, false); err != nil {
		t.Fatal(err)
	}
	status, err := json.Marshal(v.Status(ctx))
	if err != nil {
		t.Fatal(err)
	}
	said := fmt.Sprintf("%v %+v %#v %s", v, v, v, status)
	if strings.Contains(said, secret[:12]) {
		t.Fatal("the key was printed")
	}
	if !strings.Contains(said, "cdef") {
		t.Fatal("its last four are missing")
	}
}

// A program that is started from here inherits nothing, not even through the C library's own copy.
func TestWithdrawnKeyIsNotInherited(t *testing.T) {
	t.Setenv(EnvironmentName, secret)
	env := Withdraw()
	if out, err := exec.Command("env").Output(); err != nil || strings.Contains(string(out), secret) {
		t.Fatal("a child has the key", err)
	}
	t.Setenv("CONCH_OTHER", "x")
	if env("CONCH_OTHER") != "x" || env(EnvironmentName) != secret {
		t.Fatal("the environment lost something")
	}
	v := New(env, Memory())
	if s := v.Status(t.Context()); s.Source != FromEnvironment {
		t.Fatalf("%+v", s)
	}
	if err := v.Set(t.Context(), "another-key-0000000", false); fault.Of(err).Rule != "key_from_environment" {
		t.Fatal(err)
	}
}
