package main

import (
	"context"
	"path/filepath"
	"testing"

	"conch/backend/activity"
	"conch/backend/engine"
	"conch/backend/paths"
	"conch/backend/settings"
	"conch/backend/studio"
	"conch/backend/vault"
)

// TestTheEndWaitsForNobodyWhoWaitsForIt: a takeover that is told of while the window closes. It hangs where it fails.
func TestTheEndWaitsForNobodyWhoWaitsForIt(t *testing.T) {
	dir := t.TempDir()
	at := paths.Places{Data: filepath.Join(dir, "data"), Config: filepath.Join(dir, "config"), Cache: filepath.Join(dir, "cache"), Videos: filepath.Join(dir, "videos")}
	store, err := settings.Open(at.Settings())
	if err != nil {
		t.Fatal(err)
	}
	none := func(string) string { return "" }
	a := newApp(at, store, activity.Open("", none), none)
	a.ctx, a.end = context.WithCancel(t.Context())
	close(a.opened)
	e, err := engine.Open(a.ctx, engine.Options{Places: at, Settings: store, Demo: true, Env: none, Keychain: vault.Memory()})
	if err != nil {
		t.Fatal(err)
	}
	f := &face{Engine: e, end: func() {}}
	f.done.Go(func() {
		<-a.ctx.Done()
		a.recover(true, studio.Recovered{Resumed: 1})
	})
	a.faces[true] = f
	a.shutdown(t.Context())
	if a.recovered[true].Resumed != 1 {
		t.Fatal(a.recovered)
	}
}
