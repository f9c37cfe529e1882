package engine

import (
	"time"

	"conch/backend/archive"
	"conch/backend/fault"
	"conch/backend/scan"
)

// mostNamed is how many files that can't be taken in are named, by the settings and at once in the log.
const mostNamed = 50

// leftOut is what a person is to know of files that can't be taken in.
type leftOut struct {
	away []error              // folders that the last look could not look through
	told map[string]scan.File // nil before the first look
}

// LeftOut are the files of the videos folders that can't be taken in and the folders that can't be looked through, each
// with why, as of the last look.
func (e *Engine) LeftOut() archive.Films {
	problems := e.passed.Problems()
	e.leaving.Lock()
	away := e.left.away
	e.leaving.Unlock()
	all := archive.Films{Count: len(away) + len(problems), Films: []archive.Film{}}
	for _, err := range away {
		all.Films = append(all.Films, archive.Film{Fault: fault.ToWire(err)})
	}
	for _, p := range problems[:min(len(problems), mostNamed)] {
		name := p.Path
		if inside, is := scan.Inside(e.VideosFolder(), p.Path); is {
			name = inside
		}
		all.Films = append(all.Films, archive.Film{Name: name, Bytes: p.Size, Fault: fault.ToWire(p.Err)})
	}
	return all
}

// noteLeftOut notes what a look could not take in, and tells of what is new since the first one. A file that was
// written a moment ago may not be whole yet: it is told of later, if at all.
func (e *Engine) noteLeftOut(f archive.Found) {
	problems := e.passed.Problems()
	e.leaving.Lock()
	defer e.leaving.Unlock()
	first, told := e.left.told == nil, map[string]scan.File{}
	var fresh []scan.Problem
	for _, p := range problems {
		if before, knew := e.left.told[p.Path]; !knew || before != p.File {
			if !first && time.Since(time.Unix(0, p.Modified)) < settled {
				continue
			}
			fresh = append(fresh, p)
		}
		told[p.Path] = p.File
	}
	e.left = leftOut{f.Away, told}
	for _, p := range fresh[:min(len(fresh), mostNamed)] {
		e.log.Info("a file can't be taken in", "path", p.Path, "why", fault.Of(p.Err).Rule)
	}
	switch {
	case first || len(fresh) == 0 || e.onLeftOut == nil:
	case len(fresh) == 1:
		e.onLeftOut(fresh[0].Err)
	default:
		e.onLeftOut(fault.New("films_left_out", fault.Args{"count": len(fresh)}))
	}
}
