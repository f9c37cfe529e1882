// Package journal is the second book of what was paid for: a file beside the database to which each generation is
// written, as it then is, before its submit, after the answer and at its end. From it and the videos the library can be made anew.
package journal

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"conch/backend/generation"
)

// Journal appends to one file. Several processes may append to the same one. It is safe for concurrent use.
type Journal struct {
	path string
	mu   sync.Mutex
}

// Open names the file; it is made at the first line.
func Open(path string) *Journal { return &Journal{path: path} }

// Append writes a generation down and syncs: when it returns, the line outlives a power cut. The service's answer
// is left out, since only its id and verdict matter here.
func (j *Journal) Append(g generation.Generation) error {
	g.Answer = ""
	line, err := json.Marshal(g)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	file, err := os.OpenFile(j.path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	if err := errors.Join(write(file, line), file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}

// write puts a line break before the line too: what a crash cut short before it stays a line of its own.
func write(file *os.File, line []byte) error {
	_, err := file.Write(append(append([]byte{'\n'}, line...), '\n'))
	return err
}

// Each calls f with every line in order; what can't be read, such as the last line before a power cut, is passed over.
func (j *Journal) Each(f func(generation.Generation)) error {
	// Opened before the older parts are listed: what is set aside meanwhile is read twice, which does no harm.
	newest, err := os.Open(j.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("journal: %w", err)
	}
	if err == nil {
		defer func() { _ = newest.Close() }()
	}
	for _, part := range j.parts() {
		file, err := os.Open(part.path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("journal: %w", err)
		}
		if err := errors.Join(each(file, f), file.Close()); err != nil {
			return err
		}
	}
	if newest == nil {
		return nil
	}
	return each(newest, f)
}

func each(file io.Reader, f func(generation.Generation)) error {
	for lines := bufio.NewReader(file); ; {
		line, err := lines.ReadBytes('\n')
		var g generation.Generation
		if json.Unmarshal(line, &g) == nil && g.ID != "" {
			f(g)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("journal: %w", err)
		}
	}
}

// Last is how a generation was last written down; false when it never was.
func (j *Journal) Last(id string) (last generation.Generation, found bool, err error) {
	err = j.Each(func(g generation.Generation) {
		if g.ID == id {
			last, found = g, true
		}
	})
	return last, found, err
}

// Attempts are all submits as they were last written down, in the order of their first lines: a generation that was
// sent again comes once for each time.
func (j *Journal) Attempts() ([]generation.Generation, error) {
	type attempt struct {
		id string
		n  int
	}
	var all []generation.Generation
	at := map[attempt]int{}
	err := j.Each(func(g generation.Generation) {
		this := attempt{g.ID, g.Attempt}
		i, known := at[this]
		if !known {
			at[this], all = len(all), append(all, g)
			return
		}
		all[i] = g
	})
	return all, err
}
