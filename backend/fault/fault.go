// Package fault is the one error type that reaches a person: a code that
// programs switch on, a rule that names the sentence (so that it can be
// translated), the figures in the sentence, and the wrapped cause.
package fault

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
)

// Code says what kind of trouble it is. The command line maps each to its exit code.
type Code string

// The codes, and what each means for a person's money.
const (
	Internal    Code = "internal"    // a fault of Conch itself
	Invalid     Code = "invalid"     // bad input, found here or refused by the service: nothing billed
	Key         Code = "key"         // no key, or the key was refused: nothing billed
	Balance     Code = "balance"     // not enough balance: nothing billed
	RunFailed   Code = "run_failed"  // the service says the run failed: not charged
	Unreachable Code = "unreachable" // the service can't be reached and nothing was sent
	Uncertain   Code = "uncertain"   // it is not known whether the run was billed
	NotKept     Code = "not_kept"    // the run is done and billed, its video can't be kept yet
	Limited     Code = "limited"     // the service asked to wait: nothing was accepted
	NotFound    Code = "not_found"   // no such generation, video, picture or prediction
	Vault       Code = "vault"       // the OS keychain can't be used
	Canceled    Code = "canceled"    // the person stopped it
	Library     Code = "library"     // the library itself can't be opened or written
)

// Args are the figures of a sentence: strings and numbers only.
type Args map[string]any

// Error is a fault as a person meets it. Make one with New or Wrap.
type Error struct {
	Code    Code
	Rule    string            // key of the sentence in sentences.json and in the front end's messages
	Args    Args              // the sentence's figures
	Details map[string]string // for a support question: request id, HTTP status, the service's own words
	Err     error             // the cause; never shown as the sentence
}

//go:embed sentences.json
var table []byte

type sentence struct {
	Code Code   `json:"code"`
	Text string `json:"text"`
}

var sentences = func() map[string]sentence {
	all := map[string]sentence{}
	if err := json.Unmarshal(table, &all); err != nil {
		panic("fault: sentences.json: " + err.Error())
	}
	return all
}()

// New makes the fault of a rule in sentences.json. An unknown rule becomes "internal".
func New(rule string, args Args) *Error { return Wrap(nil, rule, args) }

// Wrap is New with a cause, reachable through errors.Is and errors.As.
func Wrap(cause error, rule string, args Args) *Error {
	s, known := sentences[rule]
	if !known {
		cause = fmt.Errorf("fault: no sentence for rule %q: %w", rule, errors.Join(cause))
		rule, s = "internal", sentences["internal"]
	}
	return &Error{Code: s.Code, Rule: rule, Args: args, Err: cause}
}

// With returns a copy that carries one more detail; an empty value adds nothing.
func (e *Error) With(name, value string) *Error {
	if value == "" {
		return e
	}
	c := *e
	c.Details = maps.Clone(e.Details)
	if c.Details == nil {
		c.Details = map[string]string{}
	}
	c.Details[name] = value
	return &c
}

// Sentence is what a person reads, in English.
func (e *Error) Sentence() string {
	var pairs []string
	for name, value := range e.Args {
		if n, ok := value.(float64); ok { // as every number is that went through JSON
			value = strconv.FormatFloat(n, 'f', -1, 64)
		}
		pairs = append(pairs, "{"+name+"}", fmt.Sprint(value))
	}
	return strings.NewReplacer(pairs...).Replace(sentences[e.Rule].Text)
}

// Error is the sentence with the cause behind it, for logs.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Sentence()
	}
	return e.Sentence() + " (" + e.Err.Error() + ")"
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Of finds the fault in err's chain; any other error becomes "internal", its text kept as the cause only.
// Of(nil) is nil.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Wrap(err, "internal", nil)
}

// CodeOf is Of(err).Code, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	return Of(err).Code
}

// Is says whether err is a fault of that code.
func Is(err error, code Code) bool { return err != nil && CodeOf(err) == code }

// Wire is a fault as it crosses to the front end, the database and --json output.
type Wire struct {
	Code    Code              `json:"code"`
	Rule    string            `json:"rule"`
	Args    map[string]any    `json:"args,omitempty"`
	Message string            `json:"message"` // English; the front end translates by rule and args
	Details map[string]string `json:"details,omitempty"`
}

// ToWire gives the form that is stored and sent; nil for nil.
func ToWire(err error) *Wire {
	e := Of(err)
	if e == nil {
		return nil
	}
	return &Wire{Code: e.Code, Rule: e.Rule, Args: e.Args, Message: e.Sentence(), Details: e.Details}
}

// FromWire is the way back, for a fault read from the database; nil for nil.
func FromWire(w *Wire) *Error {
	if w == nil {
		return nil
	}
	return &Error{Code: w.Code, Rule: w.Rule, Args: w.Args, Details: w.Details}
}
