package engine

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/google/uuid"

	"conch/backend/generation"
)

// newOwner names this engine among all that work on the library, in a form that tells a person which process it is.
func newOwner(window bool) string {
	return fmt.Sprintf("%s-%d-%s", face(window), os.Getpid(), uuid.NewString())
}

func face(window bool) string {
	if window {
		return "window"
	}
	return "command"
}

// Elsewhere is a run that another living process works on.
type Elsewhere struct {
	Generation generation.Generation
	Window     bool // it is the window; else a command, or not known
	Process    int  // its number in the system; 0 is not known
}

// Elsewhere lists the unfinished runs of this service that other processes have, oldest first. Those of a dead one are
// among them until somebody takes them over.
func (e *Engine) Elsewhere(ctx context.Context) ([]Elsewhere, error) {
	owned, err := e.Library.Owned(ctx, e.Service)
	if err != nil {
		return nil, err
	}
	var all []Elsewhere
	for _, o := range owned {
		if o.Owner == e.owner {
			continue
		}
		other := Elsewhere{Generation: o.Generation, Window: strings.HasPrefix(o.Owner, face(true)+"-")}
		_, _ = fmt.Sscanf(strings.TrimPrefix(strings.TrimPrefix(o.Owner, face(true)), face(false)), "-%d-", &other.Process)
		all = append(all, other)
	}
	return all, nil
}
