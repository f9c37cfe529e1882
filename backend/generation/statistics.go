package generation

// Statistics is what the ledger says of a span of days, by period and model. Days are local: "2026-10-26".
type Statistics struct {
	Unit    string  `json:"unit"`    // how long a period is: "day", "week" (from Monday) or "month"
	First   string  `json:"first"`   // the first day of the first period
	Last    string  `json:"last"`    // the first day of the last period, which is not over
	Tallies []Tally `json:"tallies"` // oldest period first, then by model; what had no runs is not among them
	All     Tempo   `json:"all"`     // of all models
	Tempos  []Tempo `json:"tempos"`  // most runs first
	Step    int64   `json:"step"`    // how wide a bin of the tempos is, milliseconds
}

// Tally sums the submits of a model in a period. One that never left, or that the service did not take, is not among them.
type Tally struct {
	Period    string `json:"period"` // its first day
	Model     string `json:"model"`
	Done      int    `json:"done"`
	Failed    int    `json:"failed"`  // ran and failed: not charged
	Refused   int    `json:"refused"` // the service refused it: not charged
	GivenUp   int    `json:"givenUp"`
	Uncertain int    `json:"uncertain"` // the answer was lost
	Open      int    `json:"open"`      // accepted: under way, or its video is still to be kept
	Spent     Money  `json:"spent"`     // charged where that is known, else the price when it was sent
	About     Money  `json:"about"`     // the part of Spent that the service has not said it charged
	Unsure    Money  `json:"unsure"`    // the part of Spent whose answer was lost
	Unpriced  int    `json:"unpriced"`  // submits whose price nobody knows: Spent is too low by them
}

// Runs counts all of them.
func (t Tally) Runs() int {
	return t.Done + t.Failed + t.Refused + t.GivenUp + t.Uncertain + t.Open
}

// Tempo says how long a model's runs took from submit to the service's end, in milliseconds to a tenth of a second.
type Tempo struct {
	Model  string `json:"model"` // "" for all
	Count  int    `json:"count"`
	Median int64  `json:"median"`
	Ninety int64  `json:"ninety"` // nine of ten took no longer
	Bins   []int  `json:"bins"`   // how many took from 0, 1, 2… steps on; the last has all that took longer
}
