// Package sidecar keeps what a person said of videos beside them, for what their tags can't hold: a small JSON file in
// a hidden folder of each folder with videos. The database has it all too; a lost database comes back from these.
package sidecar

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"conch/backend/atomicfile"
	"conch/backend/generation"
)

// Marks are what is kept of one video.
type Marks struct {
	ID          string             `json:"id"`
	File        string             `json:"file"` // its name in the folder
	Hash        string             `json:"hash,omitempty"`
	Name        string             `json:"name,omitempty"`
	Favourite   bool               `json:"favourite,omitempty"`
	Rating      int                `json:"rating,omitempty"`
	Label       string             `json:"label,omitempty"`
	Front       bool               `json:"front,omitempty"` // it stands for its stack
	Notes       string             `json:"notes,omitempty"`
	Tags        []string           `json:"tags,omitempty"`
	Origin      *generation.Origin `json:"origin,omitempty"`
	Collections []Place            `json:"collections,omitempty"`
}

// Place is a video's in a manual collection.
type Place struct {
	ID       string  `json:"id"`
	Position float64 `json:"position"`
}

// Collection is one of the library's; what is in a manual one stands with its videos.
type Collection struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Smart     bool   `json:"smart,omitempty"`
	Query     string `json:"query,omitempty"`
	CreatedAt int64  `json:"createdAt"`
}

const (
	hidden          = ".conch"
	marksFile       = "marks.json"
	collectionsFile = "collections.json"
	form            = 1
)

type marksForm struct {
	Form   int     `json:"conch"`
	Videos []Marks `json:"videos"`
}

type collectionsForm struct {
	Form        int          `json:"conch"`
	Collections []Collection `json:"collections"`
}

// Write keeps the marks of the videos in a folder. What the file has of videos that are not known stays in it: it may
// be all there is. Nothing is written when nothing changed, and no folder of videos is made. What a killed process left
// half written goes.
func Write(folder string, all []Marks, known func(id string) bool) error {
	if err := atomicfile.TidyOld(filepath.Join(folder, hidden)); err != nil {
		return fmt.Errorf("keep marks: %w", err)
	}
	were, err := read(folder)
	if errors.Is(err, errDamaged) { // set aside, never overwritten
		path := filepath.Join(folder, hidden, marksFile)
		err = os.Rename(path, atomicfile.Aside(path, "damaged", time.Now()))
	}
	if err != nil {
		return fmt.Errorf("keep marks: %w", err)
	}
	kept, here := slices.Clone(all), map[string]bool{}
	for _, m := range all {
		here[m.ID] = true
	}
	for _, m := range were {
		if !here[m.ID] && !known(m.ID) {
			kept = append(kept, m)
		}
	}
	slices.SortFunc(kept, func(a, b Marks) int { return strings.Compare(a.ID, b.ID) })
	return write(folder, marksFile, marksForm{form, kept}, len(kept) == 0)
}

// Drop removes the marks of some videos from a folder.
func Drop(folder string, ids []string) error {
	all, err := read(folder)
	if err != nil {
		return fmt.Errorf("drop marks: %w", err)
	}
	kept := slices.DeleteFunc(slices.Clone(all), func(m Marks) bool { return slices.Contains(ids, m.ID) })
	if len(kept) == len(all) {
		return nil
	}
	return write(folder, marksFile, marksForm{form, kept}, false)
}

// WriteCollections keeps the collections, in a videos folder.
func WriteCollections(root string, all []Collection) error {
	return write(root, collectionsFile, collectionsForm{form, all}, len(all) == 0)
}

func write(folder, name string, value any, nothing bool) error {
	var data bytes.Buffer
	encode := json.NewEncoder(&data)
	encode.SetEscapeHTML(false)
	encode.SetIndent("", " ")
	if err := encode.Encode(value); err != nil {
		return fmt.Errorf("keep marks: %w", err)
	}
	path := filepath.Join(folder, hidden, name)
	there, err := os.ReadFile(path)
	if err == nil && bytes.Equal(there, data.Bytes()) || errors.Is(err, fs.ErrNotExist) && nothing {
		return nil
	}
	if err := os.Mkdir(filepath.Join(folder, hidden), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("keep marks: %w", err)
	}
	if err := atomicfile.Write(path, data.Bytes(), 0o644); err != nil {
		return fmt.Errorf("keep marks: %w", err)
	}
	return nil
}

var errDamaged = errors.New("a damaged marks file")

// read gives none where there is no file.
func read(folder string) ([]Marks, error) {
	var f marksForm
	err := readForm(filepath.Join(folder, hidden, marksFile), &f)
	return f.Videos, err
}

func readForm(path string, into any) error {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read marks: %w", err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%w: %s: %w", errDamaged, path, err)
	}
	return nil
}

// All are the marks under some videos folders.
type All struct {
	Collections []Collection
	in          map[string]map[string]Marks // by folder, then by id
	by          map[string]Marks            // by id
}

// Read reads every marks file under these folders; links are not followed, and what can't be read is left out.
func Read(roots ...string) All {
	all := All{in: map[string]map[string]Marks{}, by: map[string]Marks{}}
	for _, root := range roots {
		all.read(filepath.Clean(root))
		var c collectionsForm
		if readForm(filepath.Join(root, hidden, collectionsFile), &c) == nil {
			all.Collections = append(all.Collections, c.Collections...)
		}
	}
	return all
}

func (a *All) read(folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, e := range entries {
		switch {
		case !e.IsDir():
		case e.Name() == hidden:
			marks, err := read(folder)
			if err != nil {
				continue
			}
			here := map[string]Marks{}
			for _, m := range marks {
				here[m.ID], a.by[m.ID] = m, m
			}
			a.in[folder] = here
		case !strings.HasPrefix(e.Name(), "."):
			a.read(filepath.Join(folder, e.Name()))
		}
	}
}

// Of gives the marks of a video: those of the folder that it is in before others.
func (a All) Of(v generation.Video) (Marks, bool) {
	m, found := a.in[filepath.Dir(v.Path)][v.ID]
	if !found {
		m, found = a.by[v.ID]
	}
	return m, found
}

// Videos are the ids of all that something was said of.
func (a All) Videos() []string {
	ids := make([]string, 0, len(a.by))
	for id := range a.by {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
