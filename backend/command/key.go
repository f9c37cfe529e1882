package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"conch/backend/engine"
	"conch/backend/fault"
	"conch/backend/vault"
)

type keyCmd struct {
	Set    keySetCmd    `cmd:"" help:"Read a key from standard input, verify it with Atlas Cloud, and save it in the system keychain."`
	Status keyStatusCmd `cmd:"" help:"Show where the key comes from and its last four characters."`
	Remove keyRemoveCmd `cmd:"" help:"Remove the key from the system keychain."`
}

type keySetCmd struct {
	Words []string `arg:"" optional:"" hidden:"" sep:"none"` // so that a key given here is not repeated in a complaint
}

// longestKey bounds what is read: a file given by mistake is not a key.
const longestKey = 4096

// Run keeps a key. It is never an argument: process lists and histories would keep it too.
func (c *keySetCmd) Run(r *run) error {
	if len(c.Words) > 0 {
		_, _ = fmt.Fprintln(r.Stderr, "conch: Enter the key on standard input, not as an argument, where other programs and your shell history can see it. Nothing was saved. If that was your key, consider replacing it.")
		return &exit{exitInvalid}
	}
	raw, err := readKey(r)
	if err != nil {
		return err
	}
	key, err := vault.Clean(raw)
	if err != nil {
		_, _ = fmt.Fprintln(r.Stderr, "conch: That isn’t an API key: it is empty or contains spaces or line breaks. Nothing was saved.")
		return &exit{exitInvalid}
	}
	e, err := engine.Open(r.ctx, engine.Options{Places: r.Places, Demo: r.demo, Version: r.Version, Env: r.Getenv, Keychain: r.Keychain})
	if err != nil {
		return err
	}
	r.sayRepaired(e.Repaired)
	if err := errors.Join(e.SetKey(r.ctx, key, false), e.Close()); err != nil {
		return err
	}
	return (&keyStatusCmd{}).Run(r)
}

func readKey(r *run) (string, error) {
	if file, ok := r.Stdin.(*os.File); ok && isTerminal(file) {
		_, _ = fmt.Fprint(r.Stderr, "API key (hidden): ")
		raw, err := term.ReadPassword(int(file.Fd()))
		_, _ = fmt.Fprintln(r.Stderr)
		return string(raw), err
	}
	raw, err := io.ReadAll(io.LimitReader(bufio.NewReader(r.Stdin), longestKey))
	return string(raw), err
}

type keyStatusCmd struct {
	JSON bool `name:"json" help:"Print one JSON object."`
}

// Run tells about the key without telling it.
func (c *keyStatusCmd) Run(r *run) error {
	s := vault.New(r.Getenv, r.Keychain).Status(r.ctx)
	if c.JSON {
		if err := writeLine(r.Stdout, s); err != nil {
			return err
		}
	} else {
		said := map[string]string{
			vault.FromEnvironment: "The key comes from " + vault.EnvironmentName + ", which overrides the keychain",
			vault.FromKeychain:    "The key is in the system keychain",
			vault.FromNowhere:     "No key is set",
		}[s.Source]
		if s.LastFour != "" {
			said += ". It ends in " + s.LastFour
		}
		if s.Fault != nil {
			said = sentence(fault.FromWire(s.Fault))
		} else {
			said += "."
		}
		if _, err := fmt.Fprintln(r.Stdout, said); err != nil {
			return err
		}
	}
	if s.Source == vault.FromNowhere || s.Fault != nil {
		return &exit{exitKey}
	}
	return nil
}

type keyRemoveCmd struct{}

// Run forgets the key.
func (keyRemoveCmd) Run(r *run) error {
	if err := vault.New(r.Getenv, r.Keychain).Remove(r.ctx); err != nil {
		return err
	}
	_, err := fmt.Fprintln(r.Stdout, "Key removed.")
	return err
}

// keychainSilence is how long the keychain may take before a person is told what is waited for.
const keychainSilence = time.Second

// spoken is a keychain that says so, once, when it makes the command wait: it may ask the person at a prompt.
type spoken struct {
	vault.Keychain
	say func()
}

func speaking(k vault.Keychain, out io.Writer) spoken {
	return spoken{k, sync.OnceFunc(func() {
		_, _ = fmt.Fprintln(out, "Waiting for your keychain. Look for its prompt, perhaps behind other windows…")
	})}
}

func (s spoken) Get(ctx context.Context) (string, error) {
	defer time.AfterFunc(keychainSilence, s.say).Stop()
	return s.Keychain.Get(ctx)
}

func (s spoken) Set(ctx context.Context, key string) error {
	defer time.AfterFunc(keychainSilence, s.say).Stop()
	return s.Keychain.Set(ctx, key)
}

func (s spoken) Remove(ctx context.Context) error {
	defer time.AfterFunc(keychainSilence, s.say).Stop()
	return s.Keychain.Remove(ctx)
}

// withoutWindow are the sentences that speak of what only the window offers, as a command says them.
var withoutWindow = map[string]string{
	"vault_locked":  "Your keychain is locked. Unlock it and try again, or set " + vault.EnvironmentName + ".",
	"vault_missing": "This computer has no keychain that Conch can use. Set " + vault.EnvironmentName + " instead.",
	"vault_empty":   "Your system has no keyring yet. Create one in its password app and try again, or set " + vault.EnvironmentName + ".",
	"vault_slow":    "Your keychain didn’t respond. Look for its prompt and try again, or set " + vault.EnvironmentName + ".",
}

// sentence is what a command says of an error.
func sentence(err error) string {
	f := fault.Of(err)
	if said, other := withoutWindow[f.Rule]; other {
		return said
	}
	return f.Sentence()
}
