package archive

import (
	"cmp"
	"os"
	"slices"
	"sync"

	"conch/backend/fault"
	"conch/backend/scan"
)

// Passed are files that were looked into and are no videos of the library: read once, not at every look. It is safe
// for concurrent use.
type Passed struct {
	mu  sync.Mutex
	all map[string]passed
}

type passed struct {
	scan.File
	err error // why it can't be taken in; nil of a copy
}

// again says that the next look tries it again: rights that are mended change neither size nor time.
func (p passed) again() bool { return p.err != nil && fault.Of(p.err).Rule == "film_unreadable" }

// stays says that it is there, and as it was looked into.
func (p passed) stays() bool {
	info, err := os.Lstat(p.Path)
	return err == nil && (p.again() || info.Size() == p.Size && info.ModTime().UnixNano() == p.Modified)
}

// Has says whether this very file was looked into.
func (p *Passed) Has(f scan.File) bool {
	if p == nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	one, is := p.all[f.Path]
	return is && one.File == f && !one.again()
}

// Problems are the files that can't be taken in, as far as they are still there as they were, by their paths.
func (p *Passed) Problems() (all []scan.Problem) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, one := range p.all {
		if one.err != nil && one.stays() {
			all = append(all, scan.Problem{File: one.File, Err: one.err})
		}
	}
	slices.SortFunc(all, func(a, b scan.Problem) int { return cmp.Compare(a.Path, b.Path) })
	return all
}

// begin forgets what the look that begins tries again.
func (p *Passed) begin() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for path, one := range p.all {
		if one.again() {
			delete(p.all, path)
		}
	}
}

func (p *Passed) keep(part scan.Part) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == nil {
		p.all = map[string]passed{}
	}
	for _, c := range part.Copies {
		p.all[c.Path] = passed{c.File, nil}
	}
	for _, b := range part.Problems {
		p.all[b.Path] = passed{b.File, b.Err}
	}
}
