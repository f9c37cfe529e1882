package generation

import "conch/backend/fault"

// Outcome says what became of one submit.
type Outcome string

// The outcomes. Sending, Accepted, Uncertain, Completed, GivenUp and Taken count as spent; the others cost nothing.
const (
	Sending   Outcome = "sending"   // on its way, or its process died before it knew
	Unsent    Outcome = "not_sent"  // nothing reached the service, or it did not take it
	Refused   Outcome = "refused"   // the service refused it
	Unsure    Outcome = "uncertain" // the answer was lost: it may have been billed
	Accepted  Outcome = "accepted"  // the service runs it, or its video is still to be kept
	Completed Outcome = "done"      // its video is kept
	RanFailed Outcome = "failed"    // the run failed: the service does not charge it
	GivenUp   Outcome = "given_up"  // a person stopped waiting for it; billed all the same
	Taken     Outcome = "adopted"   // made elsewhere and taken in by its prediction id
)

// Entry is one row of the ledger: one submit, what it was expected to cost, what became of it.
type Entry struct {
	GenerationID string  `json:"generationId"`
	Attempt      int     `json:"attempt"` // 1 for the first submit of its generation; 0 for an adopted run
	At           int64   `json:"at"`      // when it was sent
	Service      string  `json:"service"`
	Model        string  `json:"model"`
	Price        *Price  `json:"price,omitempty"` // known when it was sent
	Outcome      Outcome `json:"outcome"`
	PredictionID string  `json:"predictionId,omitempty"`
	Charged      *Money  `json:"charged,omitempty"` // what the service says it charged
	Prompt       string  `json:"prompt"`
}

// Spending sums the ledger from a moment on.
type Spending struct {
	Since    int64 `json:"since"`
	Runs     int   `json:"runs"`     // submits that count as spent
	Amount   Money `json:"amount"`   // charged where that is known, else the price when it was sent
	Reserved Money `json:"reserved"` // of runs that wait to be sent
	Unpriced int   `json:"unpriced"` // submits whose price nobody knows: the sum is too low by them
	Unsure   Money `json:"unsure"`   // the part of Amount whose answer was lost
}

// OutcomeOf is what a generation says of its latest submit.
func (g Generation) OutcomeOf() Outcome {
	switch g.State {
	case Waiting, Uploading:
		return Unsent
	case Submitting:
		return Sending
	case Uncertain:
		return Unsure
	case Done:
		return Completed
	case Failed:
		return g.failure()
	case Canceled:
		if g.PredictionID != "" {
			return GivenUp
		}
		return Unsent
	}
	if g.Adopted {
		return Taken
	}
	return Accepted
}

func (g Generation) failure() Outcome {
	switch {
	case g.PredictionID == "":
		return Refused
	case g.Fault != nil && g.Fault.Code == fault.RunFailed && g.Fault.Rule != "run_vanished": // that one may be billed
		return RanFailed
	}
	return Accepted
}
