package engine

import (
	"time"

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

// living tells the studio who is alive; what the dead left is removed.
func living(here presence.Folder) studio.Presence {
	return func(owner string) (alive, known bool) {
		life := here.Of(owner)
		if life == presence.Dead {
			_ = here.Forget(owner) // its generations are taken over in the same breath; an empty lock harms nobody
		}
		return life == presence.Alive, life != presence.Unknown
	}
}

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
