// Package settings keeps a person's preferences in one JSON file.
package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"conch/backend/atomicfile"
	"conch/backend/fault"
)

// Window is where the window was when it was last closed, in logical pixels.
type Window struct {
	X         int  `json:"x"`
	Y         int  `json:"y"`
	Width     int  `json:"width"`
	Height    int  `json:"height"`
	Maximised bool `json:"maximised"`

	// How much wider and higher title bar and borders make it, as far as that is known.
	FrameWidth  int `json:"frameWidth,omitempty"`
	FrameHeight int `json:"frameHeight,omitempty"`
}

// Settings are the preferences; the zero value of each means its default.
type Settings struct {
	VideosFolder string `json:"videosFolder"` // "": the system's Videos folder
	Parallel     int    `json:"parallel"`     // runs at once, 1 to 10
	Theme        string `json:"theme"`        // system, light, dark
	Locale       string `json:"locale"`       // "": the system's; en, zh-Hant, zh-Hans
	Demo         bool   `json:"demo"`
	Budget       int64  `json:"budget"`    // most to spend in a calendar month, in millionths of a dollar; 0 is no limit
	TrashDays    int    `json:"trashDays"` // that a video stays in the trash: 7, 30 or 90; 0 is 30, KeepTrash for ever
	Window       Window `json:"window"`
}

// Patch is a change of preferences: nil leaves one as it is.
type Patch struct {
	VideosFolder *string `json:"videosFolder,omitempty"`
	Parallel     *int    `json:"parallel,omitempty"`
	Theme        *string `json:"theme,omitempty"`
	Locale       *string `json:"locale,omitempty"`
	Budget       *int64  `json:"budget,omitempty"`
	TrashDays    *int    `json:"trashDays,omitempty"`
}

// Change carries out a patch.
func (s *Settings) Change(p Patch) {
	set(&s.VideosFolder, p.VideosFolder)
	set(&s.Parallel, p.Parallel)
	set(&s.Theme, p.Theme)
	set(&s.Locale, p.Locale)
	set(&s.Budget, p.Budget)
	set(&s.TrashDays, p.TrashDays)
}

func set[T any](field, wanted *T) {
	if wanted != nil {
		*field = *wanted
	}
}

// DefaultTrashDays and KeepTrash are values of TrashDays.
const (
	DefaultTrashDays = 30
	KeepTrash        = -1
)

// Limits of Parallel.
const (
	LeastParallel, DefaultParallel, MostParallel = 1, 3, 10
)

// normal replaces what can't be meant by the default.
func (s Settings) normal() Settings {
	if s.Parallel == 0 {
		s.Parallel = DefaultParallel
	}
	s.Parallel = min(max(s.Parallel, LeastParallel), MostParallel)
	s.Budget = max(s.Budget, 0)
	if !slices.Contains([]int{KeepTrash, 7, DefaultTrashDays, 90}, s.TrashDays) {
		s.TrashDays = DefaultTrashDays
	}
	if !slices.Contains([]string{"system", "light", "dark"}, s.Theme) {
		s.Theme = "system"
	}
	if !slices.Contains([]string{"", "en", "zh-Hant", "zh-Hans"}, s.Locale) {
		s.Locale = ""
	}
	if s.VideosFolder != "" && !filepath.IsAbs(s.VideosFolder) {
		s.VideosFolder = ""
	}
	return s
}

// Store is the file and its current contents. It is safe for concurrent use.
type Store struct {
	path string

	mu       sync.Mutex
	current  Settings
	others   map[string]json.RawMessage // fields of a newer Conch, kept as they are
	SetAside string                     // where a damaged file was moved, "" if none was
}

// Open reads the file; a missing one means defaults. A damaged one is set aside, never overwritten.
func Open(path string) (*Store, error) {
	s := &Store{path: path, current: Settings{}.normal()}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	current, others, err := decode(data)
	if err != nil {
		file := atomicfile.Target(path) // a link stays
		s.SetAside = atomicfile.Aside(file, "damaged", time.Now())
		if err := os.Rename(file, s.SetAside); err != nil {
			return nil, fmt.Errorf("set damaged settings aside: %w", err)
		}
		return s, nil
	}
	s.current, s.others = current, others
	return s, nil
}

func decode(data []byte) (Settings, map[string]json.RawMessage, error) {
	var s Settings
	var others map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(data, &others), json.Unmarshal(data, &s)); err != nil {
		return Settings{}, nil, err
	}
	for _, known := range []string{"videosFolder", "parallel", "theme", "locale", "demo", "budget", "trashDays", "window"} {
		delete(others, known)
	}
	return s.normal(), others, nil
}

// Get gives the settings as they are now.
func (s *Store) Get() Settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

// Update changes and saves; on an error nothing is changed. Fault: settings_unwritable.
func (s *Store) Update(change func(*Settings)) (Settings, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.current
	change(&next)
	next = next.normal()
	data, err := s.encode(next)
	if err != nil {
		return s.current, err
	}
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return s.current, s.unwritable(err)
	}
	if err := atomicfile.Write(s.path, data, 0o600); err != nil {
		return s.current, s.unwritable(err)
	}
	s.current = next
	return next, nil
}

func (s *Store) unwritable(err error) error {
	return fault.Wrap(err, "settings_unwritable", fault.Args{"folder": filepath.Dir(s.path)})
}

func (s *Store) encode(next Settings) ([]byte, error) {
	known, err := json.Marshal(next)
	if err != nil {
		return nil, fmt.Errorf("encode settings: %w", err)
	}
	whole := maps.Clone(s.others)
	if whole == nil {
		whole = map[string]json.RawMessage{}
	}
	if err := json.Unmarshal(known, &whole); err != nil {
		return nil, fmt.Errorf("encode settings: %w", err)
	}
	return json.MarshalIndent(whole, "", "  ")
}
