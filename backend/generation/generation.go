// Package generation holds the domain types: a generation (one paid run), its
// states, its price, and the video it leaves behind. Times are epoch
// milliseconds, so that they cross to the front end unchanged.
package generation

import (
	"fmt"
	"strings"

	"conch/backend/fault"
)

// State is where a generation is in its life.
type State string

// The states. Done, Failed and Canceled are ends; Uncertain waits for a person.
const (
	Waiting     State = "waiting"     // recorded, nothing sent
	Uploading   State = "uploading"   // its pictures are on their way; nothing billed
	Submitting  State = "submitting"  // the submit may have reached the service
	Uncertain   State = "uncertain"   // the submit's answer was lost: may have been billed
	Processing  State = "processing"  // the service has it, under PredictionID
	Downloading State = "downloading" // the run is done, its video is being kept
	Done        State = "done"
	Failed      State = "failed"
	Canceled    State = "canceled"
)

// Ended says whether nothing more happens by itself.
func (s State) Ended() bool { return s == Done || s == Failed || s == Canceled }

// Money is an amount in millionths of a US dollar.
type Money int64

// String is the amount in dollars with cents, and with more digits only where there are some: "$0.23".
func (m Money) String() string {
	text := strings.TrimRight(fmt.Sprintf("%.6f", float64(m)/1e6), "0")
	if point := strings.IndexByte(text, '.'); len(text)-point < 3 {
		text += "00"[:3-(len(text)-point)]
	}
	return "$" + text
}

// PriceSource says where a price came from: each is shown for what it is.
type PriceSource string

// Where a price can come from.
const (
	FromQuote   PriceSource = "quote"   // the service's answer for exactly this form
	FromCatalog PriceSource = "catalog" // the model's base price: "about"
	FromEarlier PriceSource = "earlier" // the last quote for such a form, else the dearest known of its model: "about"
)

// Price is what a run is expected to cost.
type Price struct {
	Amount Money       `json:"amount"`
	Source PriceSource `json:"source"`
}

// Request is what a person asked for. Params are the model's own flat fields
// without the pictures; Pictures maps a picture field ("image") to the id of a
// picture on the local shelf, whose uploaded address takes that field's place.
type Request struct {
	Model    string            `json:"model"`
	Params   map[string]any    `json:"params"`
	Pictures map[string]string `json:"pictures,omitempty"`
	Origin   *Origin           `json:"origin,omitempty"` // what it began from, when that is a video here
}

// Prompt is the request's prompt, or "".
func (r Request) Prompt() string {
	p, _ := r.Params["prompt"].(string)
	return p
}

// Duration is how long the video shall be as the model counts it, or "".
func (r Request) Duration() string {
	if d, ok := r.Params["duration"]; ok {
		return fmt.Sprint(d)
	}
	return ""
}

// Generation is one paid run, from the press of the button to the video.
type Generation struct {
	ID            string            `json:"id"`      // UUIDv7
	Version       int64             `json:"version"` // grows with every change in the library
	Service       string            `json:"service"` // the API's origin, or "demo": only that service is asked about it
	State         State             `json:"state"`
	Request       Request           `json:"request"`
	Uploaded      map[string]string `json:"uploaded,omitempty"` // picture field -> address at the service
	PredictionID  string            `json:"predictionId,omitempty"`
	ServiceStatus string            `json:"serviceStatus,omitempty"` // the status word as the service sent it
	Outputs       []string          `json:"outputs,omitempty"`       // addresses of the results; they expire
	Price         *Price            `json:"price,omitempty"`         // known when it was submitted
	Charged       *Money            `json:"charged,omitempty"`       // what the service says it charged
	PredictTime   float64           `json:"predictTime,omitempty"`   // seconds, as the service measured it
	Fault         *fault.Wire       `json:"fault,omitempty"`
	Videos        []string          `json:"videos,omitempty"` // ids of the kept videos, in the order of Outputs
	Files         []File            `json:"files,omitempty"`  // what else was kept: outputs that are no video, or none that Conch can read
	Day           string            `json:"day,omitempty"`    // the local day it was accepted on, "2026-12-01": its files keep to it wherever the clock goes
	Answer        string            `json:"answer,omitempty"` // the service's last answer, as text, for the details view
	Dismissed     bool              `json:"dismissed,omitempty"`
	Attempt       int               `json:"attempt,omitempty"` // how often its submit was begun; the ledger has a row for each
	Adopted       bool              `json:"adopted,omitempty"` // made elsewhere, taken in by its prediction id
	CreatedAt     int64             `json:"createdAt"`
	SubmittedAt   int64             `json:"submittedAt,omitempty"`
	CompletedAt   int64             `json:"completedAt,omitempty"` // the service settled it
	EndedAt       int64             `json:"endedAt,omitempty"`     // done, failed or canceled here
}

// File is an output that was kept as it came, because it is no video or none that Conch can read.
type File struct {
	Path  string `json:"path"`
	Kind  string `json:"kind"` // what its bytes say it is: "video/webm"; "application/octet-stream" when nothing
	Bytes int64  `json:"bytes"`
}

// Stage is how far a transfer or a wait is; it is never stored.
type Stage struct {
	ID       string  `json:"id"` // the generation's
	State    State   `json:"state"`
	Sent     int64   `json:"sent"`     // bytes moved so far, up or down
	Total    int64   `json:"total"`    // bytes in all; 0 when unknown
	Rate     float64 `json:"rate"`     // bytes per second, smoothed
	Left     float64 `json:"left"`     // seconds left; 0 when unknown
	Estimate float64 `json:"estimate"` // expected seconds of processing, from this model's past runs; 0 when unknown
}

// Origin says what a video came from. One of Video and Picture is set.
type Origin struct {
	Kind    OriginKind `json:"kind"`
	Video   string     `json:"video,omitempty"`   // the parent video's id
	Picture string     `json:"picture,omitempty"` // a shelf picture's id
}

// OriginKind is a way in which one video comes from another, or from a picture.
type OriginKind string

// The ways.
const (
	Variation OriginKind = "variation"  // the same request again, changed or not
	LastFrame OriginKind = "last_frame" // it begins where its parent ended
	OfPicture OriginKind = "picture"    // its first frame is a picture of the person's
	Trim      OriginKind = "trim"       // a piece of another, cut out
)

// Dated says whether epoch milliseconds are a date that a person's file can have: from 1970 to 2200. A recipe, a clock or
// a service may say anything else, which is as good as nothing and fits into no calendar.
func Dated(ms int64) bool {
	const year2200 = 7258118400000
	return ms > 0 && ms < year2200
}

// deepest is far below the 1,000 levels at which the database refuses JSON, and above what any model takes.
const deepest = 64

// Shallow is what parameters from outside come to: none, if they are nested deeper than any model's.
func Shallow(params map[string]any) map[string]any {
	if tooDeep(params, deepest) {
		return nil
	}
	return params
}

func tooDeep(value any, left int) bool {
	if left == 0 {
		return true
	}
	switch v := value.(type) {
	case map[string]any:
		for _, inside := range v {
			if tooDeep(inside, left-1) {
				return true
			}
		}
	case []any:
		for _, inside := range v {
			if tooDeep(inside, left-1) {
				return true
			}
		}
	}
	return false
}

// Video is one kept file and everything known about it.
type Video struct {
	ID           string            `json:"id"` // UUIDv7
	Version      int64             `json:"version"`
	GenerationID string            `json:"generationId,omitempty"`
	PredictionID string            `json:"predictionId,omitempty"`
	Service      string            `json:"service"` // "demo" for a demonstration
	Name         string            `json:"name"`    // what the person calls it; at first the prompt's beginning
	Path         string            `json:"path"`    // absolute
	Prompt       string            `json:"prompt"`
	Model        string            `json:"model"`
	Params       map[string]any    `json:"params,omitempty"`
	Pictures     map[string]string `json:"pictures,omitempty"`
	Origin       *Origin           `json:"origin,omitempty"`
	Width        int               `json:"width"`
	Height       int               `json:"height"`
	Duration     int64             `json:"duration"` // milliseconds
	FrameRate    float64           `json:"frameRate"`
	Bytes        int64             `json:"bytes"`
	Modified     int64             `json:"-"`              // of the file, nanoseconds since 1970; 0 where it isn't told
	Hash         string            `json:"-"`              // of the media data; "" where it isn't told
	Cost         *Money            `json:"cost,omitempty"` // charged if known, else nil
	Price        *Price            `json:"price,omitempty"`
	Favourite    bool              `json:"favourite"`
	Rating       int               `json:"rating"` // 1 to 5; 0 is none
	Label        string            `json:"label"`  // a colour's name; "" is none
	Notes        string            `json:"notes"`
	Tags         []string          `json:"tags"`
	Stack        int               `json:"stack,omitempty"`   // how many its stack has, where stacks are shown as one
	Front        bool              `json:"front,omitempty"`   // a person lets it stand for its stack
	Missing      bool              `json:"missing,omitempty"` // its file was not where it should be
	HasPoster    bool              `json:"hasPoster"`
	CreatedAt    int64             `json:"createdAt"`
	TrashedAt    int64             `json:"trashedAt,omitempty"` // 0 while it is in the gallery
}
