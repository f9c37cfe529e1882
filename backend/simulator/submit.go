package simulator

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const bodyLimit = 30 << 20 // room for a picture as a data: URI

// Entry is one accepted run as it was billed.
type Entry struct {
	ID      string         `json:"id"`
	Model   string         `json:"model"`
	Price   float64        `json:"price"` // dollars; given back when the run fails
	At      time.Time      `json:"at"`
	Request map[string]any `json:"request"`
}

// Ledger is every run that was accepted, in order.
func (s *Server) Ledger() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ledger)
}

func (s *Server) showLedger(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, append([]Entry{}, s.Ledger()...))
}

// refusal is an answer that says no.
type refusal struct {
	status int
	reason string
}

func (r *refusal) Error() string { return r.reason }

func invalid(format string, args ...any) error {
	return &refusal{http.StatusUnprocessableEntity, fmt.Sprintf(format, args...)}
}

func refuseWith(w http.ResponseWriter, err error) {
	var r *refusal
	if !errors.As(err, &r) {
		r = &refusal{http.StatusInternalServerError, err.Error()}
	}
	refuse(w, r.status, r.reason)
}

// request reads a body of flat fields beside "model" and holds it against the model's schema.
func (s *Server) request(w http.ResponseWriter, r *http.Request) (model, map[string]any, error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return model{}, nil, &refusal{http.StatusBadRequest, "Content-Type must be application/json"}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	if err != nil {
		return model{}, nil, &refusal{http.StatusRequestEntityTooLarge, "request body too large"}
	}
	var fields map[string]any
	if err := json.Unmarshal(body, &fields); err != nil || fields == nil {
		return model{}, nil, &refusal{http.StatusBadRequest, "request body is not a JSON object"}
	}
	id, _ := fields["model"].(string)
	if id == "" {
		return model{}, nil, &refusal{http.StatusBadRequest, "model is required"}
	}
	m, found := s.model(id)
	if !found {
		return model{}, nil, &refusal{http.StatusNotFound, "model " + strconv.Quote(id) + " not found"}
	}
	delete(fields, "model")
	return m, fields, m.Input.check(fields)
}

func (in schema) check(fields map[string]any) error {
	for _, name := range in.Required {
		if value, there := fields[name]; !there || value == nil || value == "" {
			return invalid("%s is required", name)
		}
	}
	for name, value := range fields {
		p, known := in.Properties[name]
		if !known {
			return invalid("unknown parameter %q", name)
		}
		if err := p.check(name, value); err != nil {
			return err
		}
	}
	return nil
}

func (p property) check(name string, value any) error {
	number, isNumber := value.(float64)
	words, isWords := value.(string)
	_, isBool := value.(bool)
	right := map[string]bool{"string": isWords, "boolean": isBool, "number": isNumber, "integer": isNumber && number == math.Trunc(number)}
	switch {
	case !right[p.Type]:
		return invalid("%s must be a %s", name, p.Type)
	case p.MaxLength > 0 && utf8.RuneCountInString(words) > p.MaxLength:
		return invalid("%s must be at most %d characters", name, p.MaxLength)
	case name == "prompt" && strings.TrimSpace(words) == "":
		return invalid("prompt must not be empty")
	case len(p.Enum) > 0 && !slices.Contains(p.Enum, value):
		return invalid("%s must be one of %v", name, p.Enum)
	case isNumber && p.Minimum != nil && number < *p.Minimum, isNumber && p.Maximum != nil && number > *p.Maximum:
		return invalid("%s is out of range", name)
	}
	return nil
}

func (s *Server) submit(kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		m, fields, err := s.request(w, r)
		if err == nil && m.Type != kind {
			err = &refusal{http.StatusBadRequest, m.ID + " does not make " + strings.ToLower(kind) + "s"}
		}
		var first *still
		if at, given := fields["image"].(string); err == nil && given {
			first, err = s.firstFrame(r.Context(), at)
		}
		if err != nil {
			refuseWith(w, err)
			return
		}
		now := s.Now()
		run := &run{ID: newID(), Model: m.ID, Kind: kind, Prompt: fmt.Sprint(fields["prompt"]), Seconds: m.duration(fields), Side: m.Side, Price: m.price(fields), Created: now, first: first}
		run.Fault, _ = s.rule("run")
		if !s.charge(run, fields) {
			refuse(w, http.StatusPaymentRequired, "Insufficient balance")
			return
		}
		if err := s.keepRun(run); err != nil {
			refuseWith(w, err)
			return
		}
		receipt := map[string]any{"id": run.ID, "model": m.ID, "status": "processing", "created_at": now.UTC().Format(time.RFC3339Nano), "urls": map[string]any{"get": origin(r) + "/api/v1/model/prediction/" + run.ID}}
		switch faultOf(r.Context()).Envelope {
		case "flat":
			answer(w, http.StatusOK, receipt)
		case "predictionId":
			answer(w, http.StatusOK, map[string]any{"predictionId": run.ID})
		default:
			data(w, receipt)
		}
	}
}

// charge bills a run in the ledger when the balance allows it.
func (s *Server) charge(run *run, fields map[string]any) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Balance-s.spent < run.Price {
		return false
	}
	s.spent += run.Price
	s.ledger = append(s.ledger, Entry{ID: run.ID, Model: run.Model, Price: run.Price, At: run.Created, Request: fields})
	s.runs[run.ID] = run
	return true
}

func (s *Server) quote(w http.ResponseWriter, r *http.Request) {
	m, fields, err := s.request(w, r)
	if err != nil {
		refuseWith(w, err)
		return
	}
	price := money(m.price(fields))
	data(w, map[string]any{"price": price, "origin_price": price, "discount": "1", "estimated": false})
}

func newID() string {
	raw := make([]byte, 16)
	_, _ = rand.Read(raw) // never fails
	return hex.EncodeToString(raw)
}

func money(dollars float64) string { return strconv.FormatFloat(dollars, 'f', 6, 64) }

type faultKey struct{}

func withFault(ctx context.Context, f Fault) context.Context {
	return context.WithValue(ctx, faultKey{}, f)
}

func faultOf(ctx context.Context) Fault {
	f, _ := ctx.Value(faultKey{}).(Fault)
	return f
}
