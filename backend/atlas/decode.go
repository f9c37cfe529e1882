package atlas

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// This file is the one place that tolerates the service's many answer forms:
// an envelope or none, numbers or strings, one output or a list, codes inside a 200.

var errNotJSON = errors.New("the answer is not a JSON object")

type object map[string]json.RawMessage

// envelope is an answer split into what wraps it and what it says.
type envelope struct {
	code      int    // the code inside the body; 0 when absent or not a number
	message   string // msg, message or error of the body or of its data
	requestID string
	data      object            // the payload: "data" when it is an object, else the body itself
	list      []json.RawMessage // "data" or the body when it is a list
	nested    bool              // data was an object of its own
}

// decodeEnvelope takes a JSON object or list apart; anything else is errNotJSON.
func decodeEnvelope(body []byte) (envelope, error) {
	body = bytes.TrimPrefix(bytes.TrimSpace(body), []byte("\xef\xbb\xbf"))
	var e envelope
	var whole object
	if json.Unmarshal(body, &whole) != nil || whole == nil {
		if json.Unmarshal(body, &e.list) != nil || e.list == nil {
			return envelope{}, errNotJSON
		}
		e.unlist()
		return e, nil
	}
	e.data = whole
	if n, ok := number(whole["code"]); ok && n == math.Trunc(n) && math.Abs(n) < 1e9 {
		e.code = int(n)
	}
	if raw, ok := whole["data"]; ok {
		var inner object
		if json.Unmarshal(raw, &inner) == nil && inner != nil {
			e.data, e.nested = inner, true
		} else {
			_ = json.Unmarshal(raw, &e.list) // no list either: then there is none
			e.unlist()
		}
	}
	e.message = firstText(whole, "msg", "message", "error", "detail", "errors")
	if e.nested && (e.message == "" || e.code >= 400) {
		if inner := firstText(e.data, "msg", "message", "error", "detail"); inner != "" {
			e.message = inner
		}
	}
	e.requestID = firstText(whole, "request_id", "requestId")
	if e.requestID == "" {
		e.requestID = firstText(e.data, "request_id", "requestId")
	}
	return e, nil
}

// unlist takes the only object of a list for the payload.
func (e *envelope) unlist() {
	var only object
	if len(e.list) == 1 && json.Unmarshal(e.list[0], &only) == nil && only != nil {
		e.data, e.nested = only, true
	}
}

// text reads a string, a number, an object with a message, or the first of a list of those.
func text(raw json.RawMessage) string { return textWithin(raw, 4) }

// textWithin stops at a depth: each level reads its raw text again.
func textWithin(raw json.RawMessage, depth int) string {
	if len(raw) == 0 || depth == 0 {
		return ""
	}
	switch raw[0] {
	case '"':
		var s string
		_ = json.Unmarshal(raw, &s)
		return s
	case '{':
		var o object
		_ = json.Unmarshal(raw, &o)
		for _, name := range []string{"message", "msg", "error", "detail"} {
			if s := textWithin(o[name], depth-1); s != "" {
				return s
			}
		}
		return ""
	case '[':
		var l []json.RawMessage
		if _ = json.Unmarshal(raw, &l); len(l) > 0 {
			return textWithin(l[0], depth-1)
		}
		return ""
	case 't', 'f', 'n':
		return ""
	}
	return string(raw)
}

func firstText(o object, names ...string) string {
	for _, name := range names {
		if s := text(o[name]); s != "" {
			return s
		}
	}
	return ""
}

// number reads a finite number, written as one or as a string.
func number(raw json.RawMessage) (float64, bool) {
	var n json.Number // takes both forms, and no text that isn't a number
	if len(raw) == 0 || json.Unmarshal(raw, &n) != nil {
		return 0, false
	}
	f, err := n.Float64()
	return f, err == nil
}

// usableID says whether an id can stand in an address and in a record.
func usableID(id string) bool {
	return id != "" && len(id) <= 256 && id != "." && id != ".." &&
		!strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || unicode.IsControl(r) || r == utf8.RuneError })
}

func runID(o object) string {
	for _, name := range []string{"id", "predictionId", "prediction_id"} {
		if id := strings.TrimSpace(text(o[name])); usableID(id) {
			return id
		}
	}
	return ""
}

// micros reads an amount in dollars as exact millionths; false when there is none.
func micros(raw json.RawMessage) (int64, bool) {
	s := strings.TrimPrefix(strings.TrimSpace(strings.Trim(strings.TrimSpace(string(raw)), `"`)), "$")
	if s == "" || len(s) > 40 || strings.Trim(s, "0123456789.eE+-") != "" {
		return 0, false
	}
	if i := strings.IndexAny(s, "eE"); i >= 0 { // a huge exponent would be a huge number of digits
		if exp, err := strconv.Atoi(s[i+1:]); err != nil || exp > 12 || exp < -30 {
			return 0, false
		}
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return 0, false
	}
	r.Mul(r, big.NewRat(1_000_000, 1))
	half := big.NewRat(1, 2)
	if r.Sign() < 0 {
		half.Neg(half)
	}
	r.Add(r, half)
	q := new(big.Int).Quo(r.Num(), r.Denom())
	if !q.IsInt64() {
		return 0, false
	}
	return q.Int64(), true
}

// addresses finds every web address in a value, however deep it lies, in the order in which they stand, each once.
// Words that are no address, such as a lyric or a picture as base64, are passed over.
func addresses(raw json.RawMessage) []string {
	if len(raw) == 0 {
		return nil
	}
	var all []string
	inside := json.NewDecoder(bytes.NewReader(raw))
	for {
		token, err := inside.Token()
		if err != nil { // the end; raw is whole JSON
			return all
		}
		said, _ := token.(string)
		if said = strings.TrimSpace(said); isAddress(said) && !slices.Contains(all, said) {
			all = append(all, said)
		}
	}
}

func isAddress(text string) bool {
	scheme, _, is := strings.Cut(text, "://")
	if !is || !strings.EqualFold(scheme, "https") && !strings.EqualFold(scheme, "http") || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return false
	}
	u, err := url.Parse(text)
	return err == nil && u.Host != ""
}

// outputNames are where a prediction has been seen to name its results; those behind the first are asked only when it has none.
var outputNames = []string{"outputs", "output", "files", "layers", "result", "results", "video", "video_url", "videos"}

func outputsOf(o object) []string {
	for _, name := range outputNames {
		if all := addresses(o[name]); len(all) > 0 {
			return all
		}
	}
	return nil
}

// moment reads a time as RFC 3339 or as seconds or milliseconds of the epoch; zero when it is neither.
func moment(raw json.RawMessage) time.Time {
	if t, err := time.Parse(time.RFC3339Nano, text(raw)); err == nil {
		return t
	}
	n, ok := number(raw)
	switch {
	case ok && n > 1e8 && n < 1e11:
		return time.UnixMilli(int64(n * 1000))
	case ok && n >= 1e11 && n < 1e14:
		return time.UnixMilli(int64(n))
	}
	return time.Time{}
}

// phases maps the words that say how a run stands, in any case. Of any other word nothing is known; see phaseOf.
var phases = map[string]Phase{
	"completed": Succeeded, "succeeded": Succeeded, "success": Succeeded,
	"failed": Failed, "error": Failed, "timeout": Failed,
	"canceled": Canceled, "cancelled": Canceled,
	"processing": Running, "starting": Running, "created": Running, "queued": Running, "pending": Running, "in_queue": Running, "running": Running,
}

// phaseOf goes by the status word where it is known, else by what came with it: results are a success, an error is a
// failure, and without either the run goes on.
func (p Prediction) phaseOf() Phase {
	phase, known := phases[strings.ToLower(strings.TrimSpace(p.Status))]
	switch {
	case known:
		return phase
	case len(p.Outputs) > 0:
		return Succeeded
	case p.Error != "":
		return Failed
	}
	return Running
}

// noError are the words that stand where an error would, and tell of none.
var noError = []string{"", "0", "null", "nil", "none", "false"}

// errorText is what a prediction says went wrong.
func errorText(o object) string {
	for _, name := range []string{"error", "error_message"} {
		if said := text(o[name]); !slices.Contains(noError, strings.ToLower(strings.TrimSpace(said))) {
			return said
		}
	}
	return ""
}

// decodePrediction reads a prediction in any of its forms; false when the body is none. Without a status word it is one
// when a run's id stands beside results. RequestID and Raw are left to the caller.
func decodePrediction(e envelope) (Prediction, bool) {
	o := e.data
	p := Prediction{
		ID:        runID(o),
		Status:    firstText(o, "status", "state"),
		Outputs:   outputsOf(o),
		Error:     errorText(o),
		ErrorCode: firstText(o, "error_code"),
		Model:     firstText(o, "model"),
	}
	if json.Unmarshal(o["input"], &p.Input) != nil {
		p.Input = nil
	}
	if p.Status == "" && (p.ID == "" || len(p.Outputs) == 0) {
		return Prediction{}, false
	}
	p.Phase = p.phaseOf()
	if p.Phase == Failed || p.Phase == Canceled {
		if p.Error == "" && (e.code < 200 || e.code >= 300) { // a 200's message is "success"
			p.Error = e.message
		}
		var described object
		if p.ErrorCode == "" && json.Unmarshal(o["error"], &described) == nil {
			p.ErrorCode = firstText(described, "error_code", "code")
		}
	}
	var metrics object
	if json.Unmarshal(o["metrics"], &metrics) == nil {
		if seconds, ok := number(metrics["predict_time"]); ok && seconds >= 0 {
			p.PredictTime = seconds
		}
	}
	if json.Unmarshal(o["has_nsfw_contents"], &p.NSFW) != nil {
		p.NSFW = nil
	}
	if price, ok := micros(o["price"]); ok && price >= 0 {
		p.Price = &price
	}
	p.CreatedAt, p.CompletedAt = moment(o["created_at"]), moment(o["completed_at"])
	return p, true
}

// decodeSubmission reads a receipt in any of its forms; false when it names no run. RequestID and Raw are left to the caller.
func decodeSubmission(e envelope) (Submission, bool) {
	s := Submission{ID: runID(e.data), Status: firstText(e.data, "status"), Model: firstText(e.data, "model")}
	return s, s.ID != ""
}

// decodeModels reads the catalogue; false when the answer has no list.
func decodeModels(body []byte) ([]Model, bool) {
	e, err := decodeEnvelope(body)
	if err != nil || e.list == nil {
		return nil, false
	}
	var models []Model
	for _, raw := range e.list {
		if m, ok := decodeModel(raw); ok {
			models = append(models, m)
		}
	}
	return models, true
}

func decodeModel(raw json.RawMessage) (Model, bool) {
	var o object
	if json.Unmarshal(raw, &o) != nil {
		return Model{}, false
	}
	m := Model{
		ID: firstText(o, "model", "id"), Type: text(o["type"]), Name: firstText(o, "displayName", "display_name"),
		Family: text(o["familyName"]), Profile: text(o["profile"]), SchemaURL: text(o["schema"]), Displayed: true,
	}
	_ = json.Unmarshal(o["display_console"], &m.Displayed) // any other form than a boolean says nothing
	if json.Unmarshal(o["tags"], &m.Tags) != nil {
		m.Tags = nil
	}
	var price, actual object
	if json.Unmarshal(o["price"], &price) == nil && json.Unmarshal(price["actual"], &actual) == nil {
		if amount, ok := micros(actual["base_price"]); ok && amount >= 0 {
			m.BasePrice = &amount
		}
	}
	return m, m.ID != ""
}
