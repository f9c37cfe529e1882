package engine

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/paths"
	"conch/backend/presence"
	"conch/backend/vault"
)

// TestNothingStaysBesideAKeptVideo: a process died after the video had its name and before it could tidy up.
func TestNothingStaysBesideAKeptVideo(t *testing.T) {
	sim, base := simulated(t)
	p := newPerson(t, sim, base)
	g, err := p.Studio.Wait(context.Background(), p.press(1).ID)
	if err != nil || g.State != generation.Done {
		t.Fatal(err, g.State, g.Fault)
	}
	v, err := p.Library.Video(context.Background(), g.Videos[0])
	if err != nil {
		t.Fatal(err)
	}
	part := filepath.Join(filepath.Dir(v.Path), "."+filepath.Base(v.Path)+partial)
	for _, left := range []string{part, part + ".etag", part + ".tagged"} {
		if err := os.WriteFile(left, []byte("left by a crash"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if again, err := (keeper{p.Engine}).Keep(context.Background(), g, 0, nil); err != nil || again.Video.ID != v.ID {
		t.Fatal(err, again)
	}
	p.left(map[string]bool{v.Path: true})
}

// TestWhatKilledImportsAndExportsLeftGoes: at the next start, wherever it lies.
func TestWhatKilledImportsAndExportsLeftGoes(t *testing.T) {
	home := t.TempDir()
	at := places(home)
	left, note := filepath.Join(at.Videos, "2026-11", ".conch-x.part"), filepath.Join(at.Drafts(), "x")
	film(t, filepath.Join(filepath.Dir(left), "kept.mp4"), "kept")
	if err := errors.Join(os.WriteFile(left, []byte("half a film"), 0o600), os.MkdirAll(at.Drafts(), 0o700), os.WriteFile(note, []byte(left), 0o600)); err != nil {
		t.Fatal(err)
	}
	openUntilTheEnd(t, home, false)
	for _, path := range []string{left, note} {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(left), "kept.mp4")); err != nil {
		t.Error(err)
	}
}

// TestLocksOfTheDeadStayUntilTheirWorkIsTaken: then they go, also those of processes that had none.
func TestLocksOfTheDeadStayUntilTheirWorkIsTaken(t *testing.T) {
	sim, base := simulated(t)
	p := newPerson(t, sim, base, func(o *Options) { o.TakesOver = false })
	ctx := context.Background()
	if _, err := p.Library.Create(ctx, generation.Generation{
		ID: "left", Service: DemoService, State: generation.Waiting, Request: generation.Request{Model: "m", Params: map[string]any{}},
	}, "busy", p.budget()); err != nil {
		t.Fatal(err)
	}
	here := presence.Folder(p.Places.Owners())
	for _, owner := range []string{"busy", "idle"} {
		if err := os.WriteFile(filepath.Join(string(here), owner+".lock"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if alive, known := living(here)("busy"); alive || !known {
		t.Fatal("its lock is free: it is dead", alive, known)
	}
	p.sweep()
	if here.Of("busy") != presence.Dead || here.Of("idle") != presence.Unknown {
		t.Fatal("busy, whose work others must still learn of: ", here.Of("busy"), "; idle: ", here.Of("idle"))
	}
	if _, err := p.Library.Take(ctx, DemoService, "other", nil); err != nil {
		t.Fatal(err)
	}
	if err := p.Library.Release(ctx, "busy"); err != nil {
		t.Fatal(err)
	}
	p.sweep()
	if here.Of("busy") != presence.Unknown {
		t.Fatal("its work is others'")
	}
}

// TestHalfWrittenFilesGo: who comes alone after a killed process removes what that had begun, and nothing else.
func TestHalfWrittenFilesGo(t *testing.T) {
	places := paths.Places{Data: filepath.Join(t.TempDir(), "data"), Config: filepath.Join(t.TempDir(), "config"), Cache: t.TempDir(), Videos: t.TempDir()}
	backups := filepath.Join(places.Data, "backups")
	begun := []string{
		filepath.Join(places.Config, ".settings.json.1234"), filepath.Join(places.Catalog(), ".models.json.5678"),
		filepath.Join(backups, ".copy.db"), filepath.Join(backups, ".copy.db-journal"),
	}
	kept := []string{filepath.Join(places.Config, "settings.json.bak"), filepath.Join(backups, "library-20250101T000000Z.db")}
	for _, path := range slices.Concat(begun, kept) {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("half"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	// A library is there, so that the copy is not needed.
	l, err := library.Open(t.Context(), places.Database())
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	here := presence.Folder(places.Owners())
	absent, err := here.Hold("somebody")
	if err != nil {
		t.Fatal(err)
	}
	for _, alone := range []bool{false, true} {
		if alone {
			if err := absent(); err != nil {
				t.Fatal(err)
			}
		}
		e, err := Open(t.Context(), Options{Places: places, Demo: true, Keychain: vault.Memory()})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		for _, path := range begun {
			if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) != alone {
				t.Errorf("alone %v: %s: %v", alone, path, err)
			}
		}
	}
	for _, path := range kept {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}
