package atlas

import (
	"encoding/json"
	"math"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"conch/backend/fault"
)

// seed gives every golden answer's status and body to a fuzzer.
func seed(f *testing.F) {
	f.Helper()
	files, err := filepath.Glob("testdata/*/*.http")
	if err != nil || len(files) == 0 {
		f.Fatal("no goldens: ", err)
	}
	for _, file := range files {
		resp, body := golden(f, strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(file), "testdata/"), ".http"))
		f.Add(resp.StatusCode, body)
	}
}

// sound says whether a value can cross to the page and the database: NaN and infinities cannot.
func sound(t *testing.T, v any) {
	t.Helper()
	if _, err := json.Marshal(v); err != nil {
		t.Errorf("%+v: %v", v, err)
	}
}

func known(t *testing.T, err error) {
	t.Helper()
	f := fault.Of(err)
	if f.Code == fault.Internal {
		t.Errorf("not a fault: %v", err)
	}
	if strings.ContainsAny(f.Sentence(), "{}") && !strings.ContainsAny(f.Details["reason"]+f.Details["answer"], "{}") {
		t.Errorf("a sentence without its figures: %s", f.Sentence())
	}
	sound(t, fault.ToWire(err))
}

func FuzzDecodePrediction(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		p, err := answer{status: status, header: http.Header{}, body: body}.prediction("pred_abc123")
		if err != nil {
			known(t, err)
			return
		}
		sound(t, p)
		if p.Status == "" || p.ID != "" && !usableID(p.ID) || p.Price != nil && *p.Price < 0 || p.PredictTime < 0 {
			t.Errorf("%+v", p)
		}
		if status >= 300 && p.Phase == Running {
			t.Errorf("an outage passes for a run: %+v", p)
		}
		for _, address := range p.Outputs {
			if address == "" {
				t.Errorf("an empty address: %q", p.Outputs)
			}
		}
	})
}

func FuzzDecodeSubmission(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		s, err := answer{status: status, header: http.Header{}, body: body}.submission()
		if err != nil {
			known(t, err)
			if fault.Is(err, fault.Unreachable) {
				t.Errorf("something was sent: %v", err)
			}
			return
		}
		sound(t, s)
		if !usableID(s.ID) || string(s.Raw) != string(body) {
			t.Errorf("%+v", s)
		}
	})
}

func FuzzDecodeAccount(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		a := answer{status: status, header: http.Header{}, body: body}
		o, _, err := payload(a, nil)
		if err != nil {
			known(t, err)
			return
		}
		if q, ok := decodeQuote(o); ok {
			if sound(t, q); q.Price < 0 || q.OriginPrice < 0 {
				t.Errorf("%+v", q)
			}
		}
		if b, ok := decodeBalance(o); ok {
			if sound(t, b); b.Currency == "" {
				t.Errorf("%+v", b)
			}
		}
		if sum, ok := decodeCosts(body); ok && sum < 0 && !strings.Contains(string(body), "-") {
			t.Errorf("amounts sum up to %d", sum)
		}
		known(t, a.unreadable(errNotJSON))
	})
}

func FuzzDecodeModels(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, _ int, body []byte) {
		models, ok := decodeModels(body)
		if !ok && models != nil {
			t.Errorf("%+v", models)
		}
		sound(t, models)
		for _, m := range models {
			if m.ID == "" || m.BasePrice != nil && *m.BasePrice < 0 {
				t.Errorf("%+v", m)
			}
		}
	})
}

// Amounts are exact: what millionths can hold comes out as it went in, whatever its form.
func FuzzDecodeMicros(f *testing.F) {
	for _, s := range []string{"0.23", "125.500000", "-0.5", "1e-6", "2.3E-1", "$0.23", "0.0000005", "9223372036854.775807", "1e13", "1/3", "1e400", "", " ", ".", "0x1p3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		quoted, _ := json.Marshal(s)
		got, ok := micros(quoted)
		plain, same := micros(json.RawMessage(s))
		if json.Valid([]byte(s)) && strings.TrimSpace(s) == s && s[0] != '"' && (plain != got || same != ok) {
			t.Errorf("%s: %d, %v in quotes; %d, %v without", s, got, ok, plain, same)
		}
		if !ok {
			return
		}
		var n json.Number
		if json.Unmarshal([]byte(s), &n) != nil {
			return
		}
		if near, err := n.Float64(); err == nil && math.Abs(near) < 1e9 && math.Abs(near*1e6-float64(got)) > 0.51 {
			t.Errorf("%s is %d millionths", s, got)
		}
	})
}

func TestMicros(t *testing.T) {
	for raw, want := range map[string]int64{
		"0.23": 230_000, `"0.23"`: 230_000, `"$0.23"`: 230_000, `" 0.23 "`: 230_000, "2.3e-1": 230_000, `"125.500000"`: 125_500_000,
		"0": 0, "-0.5": -500_000, "0.0000005": 1, "0.00000049": 0, "-0.0000005": -1, "9223372036854.775807": math.MaxInt64, "1e12": 1_000_000_000_000_000_000,
	} {
		if got, ok := micros(json.RawMessage(raw)); !ok || got != want {
			t.Errorf("%s: %d, %v", raw, got, ok)
		}
	}
	for _, raw := range []string{"", "null", `""`, "true", "{}", `"free"`, `"1/3"`, `"0x10"`, `"1_000"`, "1e13", "1e400", "9223372036854.775808", `"1,5"`, `"NaN"`, `"∞"`, `"` + strings.Repeat("9", 41) + `"`} {
		if got, ok := micros(json.RawMessage(raw)); ok {
			t.Errorf("%s: %d", raw, got)
		}
	}
}
