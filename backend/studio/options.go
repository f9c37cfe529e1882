package studio

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"conch/backend/generation"
)

// ErrLost says that another process owns the generation now: stop, and touch nothing.
var ErrLost = errors.New("another process owns this generation")

// ErrCanceled says that a person ended it: before it was submitted, or by giving it up.
var ErrCanceled = errors.New("ended by the person")

// ErrUnknown says that the service does not know a prediction (404).
var ErrUnknown = errors.New("the service does not know this prediction")

// Owner is a process that has unfinished generations; "" are those that were given up. Beat grows while it lives.
type Owner struct {
	ID   string
	Beat int64
}

// Budget bounds what may be spent since a moment (epoch milliseconds); a Limit of 0 is none.
type Budget struct {
	Since int64
	Limit generation.Money
}

// Estimate is how long the latest runs of a model took: the quickest, the median, the slowest. Zero when there are none.
type Estimate struct{ Low, Typical, High time.Duration }

// Store is where generations are recorded. Each call is one transaction, which keeps the ledger in step. Save and
// Finish give ErrLost when the owner is another, ErrCanceled when a person ended the generation meanwhile.
type Store interface {
	CreateAll(ctx context.Context, all []generation.Generation, owner string, budget Budget) ([]generation.Generation, error)
	Save(ctx context.Context, owner string, g generation.Generation) (generation.Generation, error)
	Finish(ctx context.Context, owner string, g generation.Generation, videos []generation.Video) (generation.Generation, error)
	Receive(ctx context.Context, owner string, answered generation.Generation) (generation.Generation, error)
	Decide(ctx context.Context, id, owner string, decide func(*generation.Generation) error) (generation.Generation, error)
	Generation(ctx context.Context, id string) (generation.Generation, error)
	Prediction(ctx context.Context, service, id string) (generation.Generation, error)
	Owners(ctx context.Context, service string) ([]Owner, error)
	Take(ctx context.Context, service, owner string, from []Owner) ([]generation.Generation, error)
	Beat(ctx context.Context, owner string) error
	Release(ctx context.Context, owner string) error
	Affordable(ctx context.Context, g generation.Generation, budget Budget) error
	Charge(ctx context.Context, id string, amount generation.Money) error
	Uncharged(ctx context.Context, service string, since int64) ([]generation.Generation, error)
	Estimate(ctx context.Context, service, model, duration string) (Estimate, error)
}

// Journal is the second book beside the Store: a generation is written to it before its submit, after the answer, and
// at its end. It outlives a damaged Store, and an answer that could not be stored.
type Journal interface {
	Append(g generation.Generation) error
	Last(id string) (last generation.Generation, found bool, err error)
}

// Presence tells whether another owner is alive on this machine; known is false when only its heart can tell.
type Presence func(owner string) (alive, known bool)

// Receipt is the service's acceptance of a submit.
type Receipt struct {
	PredictionID, Status, Answer string
}

// Prediction is a run as the service tells it. Settled false means still running, whatever the word.
type Prediction struct {
	Status      string
	Settled     bool
	Succeeded   bool
	Canceled    bool
	Outputs     []string
	Reason      string // the service's words for a failure
	Moderated   bool
	PredictTime float64
	Took        time.Duration // from submit to verdict by the service's own clock; 0 when it doesn't tell
	Charged     *generation.Money
	Answer      string
	Model       string         // "" when the service doesn't tell
	Input       map[string]any // nil when the service doesn't tell
	CreatedAt   int64          // epoch milliseconds; 0 when the service doesn't tell
}

// API is the service. Errors are faults; Prediction gives ErrUnknown for a 404. Turn waits until a request may go
// out, not before due, and through an outage; Ask is for a person's question, which is tried at once, also then. Every
// request here is preceded by one of them.
type API interface {
	Ask(ctx context.Context) error
	Turn(ctx context.Context, due time.Time) error
	Upload(ctx context.Context, picture string, progress func(sent, total int64)) (address string, err error)
	Price(ctx context.Context, request generation.Request) (generation.Price, bool) // the service's own quote; false when it doesn't tell
	Submit(ctx context.Context, model string, params map[string]any) (Receipt, error)
	Prediction(ctx context.Context, id string) (Prediction, error)
	RetryAfter(err error) (time.Duration, bool)
}

// Kept is an output on the disk: a video, or a file of another kind.
type Kept struct {
	Video *generation.Video
	File  *generation.File
}

// Keeper brings one output into the library's folder: downloaded, checked, tagged where it is a video, synced, under its
// final name. Called again for the same output it takes up what is there.
type Keeper interface {
	Keep(ctx context.Context, g generation.Generation, output int, progress func(done, total int64)) (Kept, error)
}

// Recovered says what was taken over from processes that ended without saying so.
type Recovered struct {
	Resumed   int `json:"resumed"`   // generations that go on
	Uncertain int `json:"uncertain"` // generations whose answer was lost: they need a person
}

// Options configure a Studio.
type Options struct {
	Store       Store
	API         API
	Keeper      Keeper
	Journal     Journal
	Presence    Presence               // nil: only hearts tell
	Service     string                 // generations of another service are left alone
	Owner       string                 // unique to this process and engine
	Parallel    func() int             // how many run at once
	Budget      func() Budget          // what may be spent by now; nil: anything
	TakesOver   bool                   // also runs what dead owners left
	Lingers     bool                   // keeps what can't go on now and tries again; else it is left for others, with the reason
	Expected    time.Duration          // how long a run takes while no past one tells; 0 is 40 s
	OnStage     func(generation.Stage) // may be nil
	OnRecovered func(Recovered)        // may be nil
	OnTrouble   func(error)            // why nothing can be recorded, once until it passes; may be nil
	Log         *slog.Logger
}

func (o *Options) fill() {
	if o.OnStage == nil {
		o.OnStage = func(generation.Stage) {}
	}
	if o.OnRecovered == nil {
		o.OnRecovered = func(Recovered) {}
	}
	if o.OnTrouble == nil {
		o.OnTrouble = func(error) {}
	}
	if o.Presence == nil {
		o.Presence = func(string) (alive, known bool) { return false, false }
	}
	if o.Budget == nil {
		o.Budget = func() Budget { return Budget{} }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Expected == 0 {
		o.Expected = 40 * time.Second
	}
}
