package simulator

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// Fault is one way to misbehave. The first rule that fits a request is used, Times times (0: always).
type Fault struct {
	// On is the endpoint: submit, prediction, upload, quote, balance, models, schema, media, output; "" is any of
	// them. "run" changes what becomes of an accepted run.
	On    string `json:"on"`
	Times int    `json:"times,omitempty"`

	LatencyMS   int    `json:"latency_ms,omitempty"`
	Status      int    `json:"status,omitempty"` // answered instead
	RetryAfter  string `json:"retry_after,omitempty"`
	Body        string `json:"body,omitempty"` // sent as it stands, with Status or 200
	Empty       bool   `json:"empty,omitempty"`
	ContentType string `json:"content_type,omitempty"`
	Drop        string `json:"drop,omitempty"`     // the connection breaks "before" the work, "after" it (done, unanswered) or in the "middle" of the answer
	Envelope    string `json:"envelope,omitempty"` // submit, prediction: "flat" or "predictionId" instead of "data"

	CutAt    int64 `json:"cut_at,omitempty"` // output: the connection breaks after so many bytes
	Rate     int64 `json:"rate,omitempty"`   // output: bytes per second
	NoRange  bool  `json:"no_range,omitempty"`
	NeedKey  bool  `json:"need_key,omitempty"` // output: refused without the key
	NoLength bool  `json:"no_length,omitempty"`

	Stuck      bool   `json:"stuck,omitempty"`       // run: never ends
	StatusWord string `json:"status_word,omitempty"` // run: said while it runs
	EndWord    string `json:"end_word,omitempty"`    // run: said when it succeeded
	Fail       string `json:"fail,omitempty"`        // run: fails with these words
	FailCode   int    `json:"fail_code,omitempty"`
	FailStatus int    `json:"fail_status,omitempty"` // run: HTTP status that carries the failure; 0 is 200
	HiddenMS   int    `json:"hidden_ms,omitempty"`   // run: 404 for so long
	NoPrice    bool   `json:"no_price,omitempty"`
	NoOutputs  bool   `json:"no_outputs,omitempty"`
	Outputs    int    `json:"outputs,omitempty"`     // run: how many videos; 0 is 1
	OutputURL  string `json:"output_url,omitempty"`  // run: this address instead
	OutputBody string `json:"output_body,omitempty"` // run: these bytes instead of a video
}

// SetFaults replaces the rules.
func (s *Server) SetFaults(rules ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = rules
}

// rule takes the first rule for an endpoint that is not used up.
func (s *Server) rule(on string) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, rule := range s.rules {
		if rule.On != on && (rule.On != "" || on == "run") {
			continue
		}
		if rule.Times > 1 {
			s.rules[i].Times--
		} else if rule.Times == 1 {
			s.rules = append(s.rules[:i:i], s.rules[i+1:]...)
		}
		return rule, true
	}
	return Fault{}, false
}

// faulty applies what concerns every endpoint; the rest of the rule travels in the request's context.
func (s *Server) faulty(on string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f, found := s.rule(on)
		if !found {
			next(w, r)
			return
		}
		if f.LatencyMS > 0 {
			select {
			case <-time.After(time.Duration(f.LatencyMS) * time.Millisecond):
			case <-r.Context().Done():
				return
			}
		}
		r = r.WithContext(withFault(r.Context(), f))
		switch {
		case f.Drop == "before":
			panic(http.ErrAbortHandler)
		case f.Drop == "after":
			next(&discard{header: http.Header{}}, r)
			panic(http.ErrAbortHandler)
		case f.Drop == "middle":
			next(&halving{ResponseWriter: w}, r)
			panic(http.ErrAbortHandler)
		case f.Status != 0 || f.Body != "" || f.Empty:
			misanswer(w, f)
		default:
			next(w, r)
		}
	}
}

func misanswer(w http.ResponseWriter, f Fault) {
	status := f.Status
	if status == 0 {
		status = http.StatusOK
	}
	if f.RetryAfter != "" {
		w.Header().Set("Retry-After", f.RetryAfter)
	}
	switch {
	case f.Empty:
		w.WriteHeader(status)
	case f.Body != "":
		w.Header().Set("Content-Type", f.ContentType)
		w.Header().Set("Content-Length", strconv.Itoa(len(f.Body)))
		w.WriteHeader(status)
		_, _ = w.Write([]byte(f.Body))
	default:
		refuse(w, status, http.StatusText(status))
	}
}

// discard swallows an answer: the work was done, and nobody hears of it.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

// halving promises a whole answer and sends half of it.
type halving struct{ http.ResponseWriter }

func (h *halving) Write(p []byte) (int, error) {
	h.Header().Set("Content-Length", strconv.Itoa(len(p)))
	_, err := h.ResponseWriter.Write(p[:len(p)/2])
	_ = http.NewResponseController(h.ResponseWriter).Flush()
	return len(p), err
}

func (s *Server) showFaults(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	answer(w, http.StatusOK, append([]Fault{}, s.rules...))
}

func (s *Server) putFaults(w http.ResponseWriter, r *http.Request) {
	var rules []Fault
	decode := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	decode.DisallowUnknownFields()
	if err := decode.Decode(&rules); err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	s.SetFaults(rules...)
	answer(w, http.StatusOK, rules)
}
