// Package paths knows where Conch keeps things: the XDG places of each system.
package paths

import (
	"path/filepath"

	"github.com/adrg/xdg"
)

// Places are the folders of one installation. None is created here.
type Places struct {
	Data   string // the database and the picture shelf
	Config string // settings.json
	Cache  string // posters, the refreshed catalogue
	State  string // the activity log; "" keeps none
	Videos string // where videos go unless the settings name another folder
}

// Default reads the XDG variables afresh, so that a changed environment is honoured.
func Default() Places {
	xdg.Reload()
	return Places{
		Data:   filepath.Join(xdg.DataHome, "conch"),
		Config: filepath.Join(xdg.ConfigHome, "conch"),
		Cache:  filepath.Join(xdg.CacheHome, "conch"),
		State:  filepath.Join(xdg.StateHome, "conch"),
		Videos: filepath.Join(xdg.UserDirs.Videos, "Conch"),
	}
}

// Database is the library's SQLite file.
func (p Places) Database() string { return filepath.Join(p.Data, "library.db") }

// Journal is the second book of what was paid for, beside the database.
func (p Places) Journal() string { return filepath.Join(p.Data, "journal.jsonl") }

// Owners holds a lock for each process that works on the library.
func (p Places) Owners() string { return filepath.Join(p.Data, "owners") }

// Activity is the log for support questions; "" where none is kept.
func (p Places) Activity() string {
	if p.State == "" {
		return ""
	}
	return filepath.Join(p.State, "activity.log")
}

// Pictures is the shelf of first frames, named by content.
func (p Places) Pictures() string { return filepath.Join(p.Data, "pictures") }

// Drafts notes which files and folders are being written, wherever that is.
func (p Places) Drafts() string { return filepath.Join(p.Data, "drafts") }

// Settings is the preferences file.
func (p Places) Settings() string { return filepath.Join(p.Config, "settings.json") }

// Posters is the cache of poster frames.
func (p Places) Posters() string { return filepath.Join(p.Cache, "posters") }

// Demo is what the demonstration's service keeps, so that its runs outlive a restart as real ones do.
func (p Places) Demo() string { return filepath.Join(p.Data, "demo") }

// Catalog is the cache of the service's catalogue and schemas.
func (p Places) Catalog() string { return filepath.Join(p.Cache, "catalog") }
