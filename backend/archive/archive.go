// Package archive moves whole libraries of videos: it looks through folders and takes over what became of their
// files, proves that every file is what it was, and takes films in from elsewhere.
package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"conch/backend/fault"
	"conch/backend/library"
	"conch/backend/scan"
	"conch/backend/sidecar"
)

// Looking is a look through the videos folders.
type Looking struct {
	Library   *library.Library
	Roots     []string
	Reachable func(ctx context.Context, root string) error // refuses a folder that is away
	Passed    *Passed                                      // may be nil
	Tell      func(scan.Part)                              // each part once it is recorded; may be nil
}

// Found says what a look through the videos folders found.
type Found struct {
	Same, Added, Moved, Changed, Returned, Gone, Copies int

	Problems []scan.Problem
	Away     []error // folders that can't be looked through now: nothing of them was marked
}

// News says whether anything is other than before.
func (f Found) News() bool { return f.Added+f.Moved+f.Changed+f.Returned+f.Gone > 0 }

// Passed are files that were looked into and are no videos of the library: read once, not at every look. It is safe
// for concurrent use.
type Passed struct {
	mu  sync.Mutex
	all map[string]scan.File
}

// Has says whether this very file was looked into.
func (p *Passed) Has(f scan.File) bool {
	if p == nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.all[f.Path] == f
}

func (p *Passed) keep(part scan.Part) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == nil {
		p.all = map[string]scan.File{}
	}
	for _, c := range part.Copies {
		p.all[c.Path] = c.File
	}
	for _, b := range part.Problems {
		if fault.Of(b.Err).Rule != "film_unreadable" { // rights that are mended change neither size nor time
			p.all[b.Path] = b.File
		}
	}
}

// Look takes over what became of the files: new ones come in, moved ones are found again, and those that are gone are
// marked, with all that was said of them. A folder that is away, or goes on the way, marks nothing. A library that
// knows no video is made anew: with their runs, as far as the files tell, and the collections.
func (k Looking) Look(ctx context.Context) (f Found, err error) {
	known, err := k.Library.Known(ctx)
	if err != nil {
		return f, err
	}
	var folders []scan.Folder
	for _, root := range k.Roots {
		if err := k.Reachable(ctx, root); err != nil {
			f.Away = append(f.Away, err)
			continue
		}
		listing, err := scan.List(ctx, root)
		switch {
		case ctx.Err() != nil:
			return f, ctx.Err()
		case errors.Is(err, fs.ErrNotExist): // nothing was kept there yet
		case err != nil:
			f.Away = append(f.Away, fault.Wrap(err, "folder_gone", fault.Args{"folder": root}))
		default:
			folders = append(folders, listing)
		}
	}
	said := sync.OnceValue(func() sidecar.All { return sidecar.Read(k.Roots...) })
	takeOver := k.Library.TakeOver
	if len(known) == 0 && len(folders) > 0 {
		if err := k.Library.AdoptCollections(ctx, said()); err != nil {
			return f, err
		}
		takeOver = k.Library.TakeBack
	}
	err = scan.Compare(ctx, known, folders, scan.Disk{}, k.Passed.Has, func(p scan.Part) error {
		if len(p.Gone) > 0 && !k.stillThere(ctx, folders) {
			f.Away = append(f.Away, fault.New("folder_gone", fault.Args{"folder": k.Roots[0]}))
			p.Gone = nil
		}
		beside := sidecar.All{}
		if len(p.Added) > 0 {
			beside = said()
		}
		if err := takeOver(ctx, p, beside); err != nil {
			return err
		}
		k.Passed.keep(p)
		f.count(p)
		if k.Tell != nil {
			k.Tell(p)
		}
		return nil
	})
	if err != nil {
		return f, fmt.Errorf("look through the videos folders: %w", err)
	}
	return f, nil
}

// stillThere says that no folder went since it was listed.
func (k Looking) stillThere(ctx context.Context, folders []scan.Folder) bool {
	return !slices.ContainsFunc(folders, func(f scan.Folder) bool { return k.Reachable(ctx, f.Root) != nil })
}

func (f *Found) count(p scan.Part) {
	f.Same += p.Same
	f.Added += len(p.Added)
	f.Gone += len(p.Gone)
	f.Copies += len(p.Copies)
	f.Problems = append(f.Problems, p.Problems...)
	for _, u := range p.Updates {
		switch u.Kind {
		case scan.Moved:
			f.Moved++
		case scan.Changed:
			f.Changed++
		case scan.Returned:
			f.Returned++
		default:
			f.Same++
		}
	}
}
