package atlas

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// This file is the one place that tolerates the service's many answer forms:
// an envelope or none, numbers or strings, one output or a list, codes inside a 200.

var errNotJSON = errors.New("the answer is not a JSON object")

type object map[string]json.RawMessage

// envelope is an answer split into what wraps it and what it says.
type envelope struct {
	code      int    // the code inside the body; 0 when absent
	message   string // msg, message or error of the body
	requestID string
	data      object // the payload: "data" when it is an object, else the body itself
	list      []json.RawMessage
	nested    bool // data was an object of its own
}

func decodeEnvelope(body []byte) (envelope, error) {
	var whole object
	if err := json.Unmarshal(bytes.TrimSpace(body), &whole); err != nil || whole == nil {
		return envelope{}, errNotJSON
	}
	e := envelope{data: whole}
	if n, ok := number(whole["code"]); ok {
		e.code = int(n)
	}
	e.message = firstText(whole, "msg", "message", "error", "detail")
	e.requestID = firstText(whole, "request_id", "requestId")
	if raw, ok := whole["data"]; ok {
		var inner object
		if json.Unmarshal(raw, &inner) == nil && inner != nil {
			e.data, e.nested = inner, true
		} else {
			_ = json.Unmarshal(raw, &e.list)
		}
	}
	return e, nil
}

// text reads a string, a number, or an object with a message.
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		return n.String()
	}
	var o object
	if json.Unmarshal(raw, &o) == nil && o != nil {
		return firstText(o, "message", "msg", "error", "detail")
	}
	return ""
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
	if len(raw) == 0 {
		return 0, false
	}
	n, err := strconv.ParseFloat(strings.Trim(string(raw), `" `), 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		return 0, false
	}
	return n, true
}

// micros reads an amount in dollars as exact millionths; false when there is none.
func micros(raw json.RawMessage) (int64, bool) {
	s := strings.Trim(strings.TrimSpace(string(raw)), `"`)
	if s == "" || len(s) > 40 || strings.ContainsAny(s, "/_xXpP") {
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

// addresses reads a string, a list of strings, or a list of objects with a url; null is none.
func addresses(raw json.RawMessage) []string {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		if one == "" {
			return nil
		}
		return []string{one}
	}
	var many []json.RawMessage
	if json.Unmarshal(raw, &many) != nil {
		return nil
	}
	var all []string
	for _, item := range many {
		var s string
		var o object
		if json.Unmarshal(item, &s) != nil && json.Unmarshal(item, &o) == nil {
			s = firstText(o, "url", "download_url")
		}
		if s != "" {
			all = append(all, s)
		}
	}
	return all
}

func moment(raw json.RawMessage) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text(raw))
	if err != nil {
		return time.Time{}
	}
	return t
}

// phases maps the words that end a run; any other word means that it is still running.
var phases = map[string]Phase{
	"completed": Succeeded, "succeeded": Succeeded, "success": Succeeded,
	"failed": Failed, "error": Failed, "timeout": Failed,
	"canceled": Canceled, "cancelled": Canceled,
}

func phaseOf(status string) Phase {
	if p, ends := phases[strings.ToLower(strings.TrimSpace(status))]; ends {
		return p
	}
	return Running
}

// decodePrediction reads a prediction in any of its forms; false when the body is none.
func decodePrediction(body []byte) (Prediction, bool) {
	e, err := decodeEnvelope(body)
	if err != nil {
		return Prediction{}, false
	}
	o := e.data
	p := Prediction{
		ID:        firstText(o, "id", "predictionId", "prediction_id"),
		Status:    firstText(o, "status"),
		Outputs:   addresses(o["outputs"]),
		Error:     firstText(o, "error", "error_message"),
		ErrorCode: firstText(o, "error_code"),
		RequestID: e.requestID,
		Raw:       body,
	}
	if p.Status == "" {
		return Prediction{}, false
	}
	p.Phase = phaseOf(p.Status)
	p.verdict = p.Phase != Running && (e.nested || p.ID != "")
	if len(p.Outputs) == 0 {
		p.Outputs = addresses(o["output"])
	}
	if p.Error == "" && p.Phase != Succeeded {
		p.Error = e.message
	}
	var metrics object
	if json.Unmarshal(o["metrics"], &metrics) == nil {
		p.PredictTime, _ = number(metrics["predict_time"])
	}
	_ = json.Unmarshal(o["has_nsfw_contents"], &p.NSFW)
	if price, ok := micros(o["price"]); ok {
		p.Price = &price
	}
	p.CreatedAt, p.CompletedAt = moment(o["created_at"]), moment(o["completed_at"])
	return p, true
}

func decodeSubmission(body []byte) (Submission, bool) {
	e, err := decodeEnvelope(body)
	if err != nil {
		return Submission{}, false
	}
	s := Submission{
		ID:        firstText(e.data, "id", "predictionId", "prediction_id"),
		Status:    firstText(e.data, "status"),
		RequestID: e.requestID,
		Raw:       body,
	}
	return s, s.ID != ""
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
	_ = json.Unmarshal(o["display_console"], &m.Displayed)
	_ = json.Unmarshal(o["tags"], &m.Tags)
	var price struct{ Actual, Origin object }
	if json.Unmarshal(o["price"], &price) == nil {
		if amount, ok := micros(price.Actual["base_price"]); ok {
			m.BasePrice = &amount
		}
	}
	return m, m.ID != ""
}
