package engine

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"conch/backend/atomicfile"
	"conch/backend/draft"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/journal"
	"conch/backend/presence"
	"conch/backend/studio"
)

// unwritable gives the journal's failures the words for a person: without its line nothing is sent.
type unwritable struct {
	*journal.Journal
	folder string
}

func (u unwritable) Append(g generation.Generation) error {
	if err := u.Journal.Append(g); err != nil {
		return fault.Wrap(err, "journal_unwritable", fault.Args{"folder": u.folder})
	}
	return nil
}

// living tells the studio who is alive.
func living(here presence.Folder) studio.Presence {
	return func(owner string) (alive, known bool) {
		life := here.Of(owner)
		return life == presence.Alive, life != presence.Unknown
	}
}

// sweep removes the locks of the dead whose work was taken over. The others must stay to be seen: a process may die
// between learning of a death and taking over.
func (e *Engine) sweep() {
	ctx, cancel := context.WithTimeout(context.Background(), sweepPatience)
	defer cancel()
	owners, err := e.Library.Owners(ctx, "")
	if err == nil {
		var needed []string
		for _, o := range owners {
			needed = append(needed, o.ID)
		}
		err = presence.Folder(e.Places.Owners()).Sweep(needed)
	}
	if err != nil {
		e.log.Warn("locks of dead processes left", "error", err)
	}
}

// tidy removes what killed processes left half written. This one is alone; the posters' folder, which is large, tidies itself.
func (e *Engine) tidy() {
	err := errors.Join(e.Shelf.Tidy(), e.Library.Tidy(), atomicfile.Tidy(filepath.Dir(e.Places.Settings())), atomicfile.Tidy(e.Places.Catalog()), draft.Notes(e.Places.Drafts()).Tidy())
	if err != nil {
		e.log.Warn("half written files left", "error", err)
	}
}

// sweepPatience bounds what only tidies up.
const sweepPatience = 2 * time.Second

// monthOf is the beginning of a moment's calendar month, where the person is.
func monthOf(now time.Time) time.Time {
	return time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location())
}

// budget is what may be spent this month. Demonstrations spend nothing.
func (e *Engine) budget() studio.Budget {
	if e.Demo {
		return studio.Budget{}
	}
	return studio.Budget{Since: monthOf(time.Now()).UnixMilli(), Limit: generation.Money(e.Settings.Get().Budget)}
}
