package main

import (
	"context"
	"time"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"conch/backend/engine"
	"conch/backend/fault"
	"conch/backend/settings"
	"conch/backend/vault"
)

// real is the engine of the paid service.
func (a *App) real() (*engine.Engine, error) {
	if _, err := a.active(); err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if f := a.faces[false]; f != nil {
		return f.Engine, nil
	}
	return nil, a.fault
}

// glance is how long a page waits for the vault: a locked keychain may be asking the person first.
const glance = time.Second

// lookForKey asks the vault at the start and tells a page that went on without its answer.
func (a *App) lookForKey() {
	a.askVault()
	close(a.looked)
	if a.ctx.Err() == nil {
		_, _ = a.announce()
	}
}

// askVault asks anew; between changes of the key nobody does, since a locked keychain asks the person each time.
func (a *App) askVault() {
	if e, err := a.real(); err == nil {
		a.asking.Lock()
		defer a.asking.Unlock()
		s := e.Vault.Status(a.ctx)
		a.key.Store(&s)
		if s.Fault != nil && s.Fault.Rule == "vault_slow" {
			go a.askVaultLate(e)
		}
	}
}

// askVaultLate asks again when a person has answered the keychain's prompt, however long that took.
func (a *App) askVaultLate(e *engine.Engine) {
	if e.Vault.Settled(a.ctx) == nil {
		a.askVault()
		_, _ = a.announce()
	}
}

func (a *App) keyStatus() vault.Status {
	wait := time.NewTimer(glance)
	defer wait.Stop()
	select {
	case <-a.looked:
	case <-wait.C:
	}
	if s := a.key.Load(); s != nil {
		return *s
	}
	return vault.Status{Source: vault.FromNowhere}
}

// SetKey checks a key with the service and keeps it in the keychain, or in memory until the app quits.
func (a *App) SetKey(key string, memoryOnly bool) (Session, error) {
	e, err := a.real()
	if err != nil {
		return Session{}, err
	}
	if err := e.SetKey(a.ctx, key, memoryOnly); err != nil {
		if fault.Of(err).Rule == "vault_slow" {
			go a.askVaultLate(e)
		}
		return Session{}, err
	}
	a.askVault()
	return a.announce()
}

// RemoveKey forgets the key here and in the keychain.
func (a *App) RemoveKey() (Session, error) {
	e, err := a.real()
	if err != nil {
		return Session{}, err
	}
	if err := e.Vault.Remove(a.ctx); err != nil {
		return Session{}, err
	}
	a.askVault()
	return a.announce()
}

// SetDemo turns the demonstration on or off; the paid runs go on behind it.
func (a *App) SetDemo(on bool) (Session, error) {
	<-a.opened
	if _, err := a.settings.Update(func(s *settings.Settings) { s.Demo = on }); err != nil {
		return Session{}, err
	}
	a.asDemo.Store(false)
	if on {
		a.open(true)
	}
	go a.refreshAccount()
	return a.announce()
}

// SaveSettings changes the preferences that the patch names; the others stay as they are.
func (a *App) SaveSettings(patch settings.Patch) (Session, error) {
	before := a.videosFolder()
	if _, err := a.settings.Update(func(s *settings.Settings) { s.Change(patch) }); err != nil {
		return Session{}, err
	}
	if e, err := a.real(); err == nil && a.videosFolder() != before {
		e.Folders()
	}
	if e, err := a.real(); err == nil {
		e.Studio.Nudge() // a run that the budget held may have room now
	}
	a.dressFrame()
	return a.announce()
}

// ChooseFolder asks for a videos folder; "" when dismissed.
func (a *App) ChooseFolder() (string, error) {
	return asking(a, func() (string, error) {
		return runtime.OpenDirectoryDialog(a.ctx, runtime.OpenDialogOptions{
			Title: a.dialogs().folder, DefaultDirectory: a.videosFolder(), CanCreateDirectories: true,
		})
	})
}

func (a *App) videosFolder() string {
	if chosen := a.settings.Get().VideosFolder; chosen != "" {
		return chosen
	}
	return a.places.Videos
}

// Account gives the balance, as far as the service tells it.
func (a *App) Account() (engine.Account, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (engine.Account, error) { return e.Account(ctx) })
}

func (a *App) refreshAccount() {
	demo := a.demonstrates() // a balance that comes after a change of it is the other one's
	if account, err := a.Account(); err == nil {
		a.emit(demo, "account", account)
	}
}

// announce sends the new session to the page and returns it; one after the other, so that the last one is the newest.
func (a *App) announce() (Session, error) {
	a.announcing.Lock()
	defer a.announcing.Unlock()
	s := a.Session()
	runtime.EventsEmit(a.ctx, "session", s)
	return s, nil
}

// CopyText puts text on the clipboard.
func (a *App) CopyText(text string) error { return runtime.ClipboardSetText(a.ctx, text) }

// NoteTrouble writes what went wrong in the page to the activity log, which leaves out keys and personal paths. What is
// long is cut, and of many at once the first are enough.
func (a *App) NoteTrouble(text string) { a.troubles.note(a.log, text, time.Now()) }

// ActivityLog gives what Conch did, for a support question: without keys and personal paths.
func (a *App) ActivityLog() (string, error) { return a.activity.Text(version) }
