// Package archive moves whole libraries of videos: it looks through folders and takes over what became of their
// files, proves that every file is what it was, and takes films in from elsewhere.
package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
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

// Look takes over what became of the files: new ones come in, moved ones are found again, and those that are gone are
// marked, with all that was said of them. A folder that is away, or goes on the way, marks nothing. A library that
// knows no video is made anew: with their runs, as far as the files tell, and the collections.
func (k Looking) Look(ctx context.Context) (f Found, err error) {
	known, err := k.Library.Known(ctx)
	if err != nil {
		return f, err
	}
	k.Passed.begin()
	var folders []scan.Folder
	var unread scan.Part
	for _, root := range k.Roots {
		if err := k.Reachable(ctx, root); err != nil {
			f.Away = append(f.Away, away(err, root))
			continue
		}
		listing, err := scan.List(ctx, root)
		switch {
		case ctx.Err() != nil:
			return f, ctx.Err()
		case errors.Is(err, fs.ErrNotExist): // nothing was kept there yet
		case err != nil:
			f.Away = append(f.Away, away(err, root))
		default:
			folders = append(folders, listing)
			for _, path := range listing.Unread {
				unread.Problems = append(unread.Problems, scan.Problem{File: scan.File{Path: path}, Err: unreadable(path)})
			}
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
	told := func(p scan.Part) {
		k.Passed.keep(p)
		f.count(p)
		if k.Tell != nil {
			k.Tell(p)
		}
	}
	told(unread)
	err = scan.Compare(ctx, known, folders, scan.Disk{}, k.Passed.Has, func(p scan.Part) error {
		if len(p.Gone) > 0 && !k.stillThere(ctx, folders) {
			f.Away = append(f.Away, away(nil, k.Roots[0]))
			p.Gone = nil
		}
		beside := sidecar.All{}
		if len(p.Added) > 0 {
			beside = said()
		}
		if err := takeOver(ctx, p, beside); err != nil {
			return err
		}
		told(p)
		return nil
	})
	if err != nil {
		return f, fmt.Errorf("look through the videos folders: %w", err)
	}
	return f, nil
}

// away is why a videos folder can't be looked through.
func away(err error, root string) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return unreadable(root)
	case fault.Is(err, fault.Library):
		return err
	}
	return fault.Wrap(err, "folder_away", fault.Args{"folder": root})
}

func unreadable(path string) error {
	return fault.New("film_unreadable", fault.Args{"name": filepath.Base(path)})
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
