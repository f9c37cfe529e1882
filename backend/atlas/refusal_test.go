package atlas

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"conch/backend/fault"
)

func opening(content string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }
}

// calls are the client's ways to ask, by name; each must turn the same refusal into the same fault.
var calls = map[string]func(context.Context, *Client) error{
	"submit": func(ctx context.Context, c *Client) error {
		_, err := c.Submit(ctx, "video", hailuo, map[string]any{"prompt": "a shell"})
		return err
	},
	"prediction": func(ctx context.Context, c *Client) error { _, err := c.Prediction(ctx, "pred_abc123"); return err },
	"upload": func(ctx context.Context, c *Client) error {
		_, err := c.Upload(ctx, "image.png", "image/png", 4, opening("\x89PNG"), nil)
		return err
	},
	"models":  func(ctx context.Context, c *Client) error { _, err := c.Models(ctx); return err },
	"schema":  func(ctx context.Context, c *Client) error { _, err := c.Schema(ctx, c.Origin()+"/s.json"); return err },
	"quote":   func(ctx context.Context, c *Client) error { _, err := c.Quote(ctx, hailuo, nil); return err },
	"balance": func(ctx context.Context, c *Client) error { _, err := c.Balance(ctx); return err },
	"costs": func(ctx context.Context, c *Client) error {
		_, err := c.Costs(ctx, time.Time{}, time.Time{})
		return err
	},
	"key": func(ctx context.Context, c *Client) error { return c.CheckKey(ctx, testKey) },
}

// tries is how often each call is sent while an outage lasts.
var tries = map[string]int{"submit": 1, "prediction": 1, "upload": 4, "models": 4, "schema": 4, "quote": 2, "balance": 4, "costs": 2, "key": 4}

func TestRefusals(t *testing.T) {
	for name, want := range map[string]struct {
		rule      string
		code      fault.Code
		reason    string // in the sentence
		requestID string
	}{
		"400":        {rule: "refused", code: fault.Invalid, reason: "prompt must not be empty.", requestID: "req_header"},
		"400-poor":   {rule: "balance", code: fault.Balance},
		"400-silent": {rule: "refused", code: fault.Invalid, reason: "status 400."},
		"401":        {rule: "key_refused", code: fault.Key, requestID: "req_body"},
		"200-401":    {rule: "key_refused", code: fault.Key, requestID: "req_body"},
		"402":        {rule: "balance", code: fault.Balance},
		"403":        {rule: "key_refused", code: fault.Key},
		"403-poor":   {rule: "balance", code: fault.Balance},
		"403-1010":   {rule: "key_refused", code: fault.Key},
		"404":        {rule: "refused", code: fault.Invalid, reason: "prediction not found.", requestID: "req_body"},
		"413":        {rule: "too_large", code: fault.Invalid},
		"422":        {rule: "refused", code: fault.Invalid, reason: "duration must be 6 or 10.", requestID: "req_body"},
		"422-list":   {rule: "refused", code: fault.Invalid, reason: "duration must be 6 or 10."},
		"429":        {rule: "limited", code: fault.Limited},
		"429-after":  {rule: "limited", code: fault.Limited},
		"429-date":   {rule: "limited", code: fault.Limited},
		"429-busy":   {rule: "limited", code: fault.Limited},
		"451":        {rule: "region", code: fault.Invalid},
		"408":        {rule: "outage", code: fault.Unreachable},
		"500":        {rule: "outage", code: fault.Unreachable},
		"500-load":   {rule: "outage", code: fault.Unreachable},
		"502":        {rule: "outage", code: fault.Unreachable},
		"503-after":  {rule: "outage", code: fault.Unreachable},
		"504":        {rule: "outage", code: fault.Unreachable},
		"html":       {rule: "answer_unreadable", code: fault.Unreachable},
		"empty":      {rule: "answer_unreadable", code: fault.Unreachable},
		"null":       {rule: "answer_unreadable", code: fault.Unreachable},
	} {
		for call, do := range calls {
			rule, code := want.rule, want.code
			switch {
			case call == "submit" && code == fault.Unreachable:
				rule, code = "submit_uncertain", fault.Uncertain
			case call == "prediction" && name == "404":
				rule, code = "not_found_prediction", fault.NotFound
			}
			s := answering(t, "refusal/"+name)
			c, w := client(t, s.URL)
			err := do(t.Context(), c)
			f := fault.Of(err)
			if f == nil || f.Rule != rule || f.Code != code {
				t.Errorf("%s, %s: %v", call, name, err)
				continue
			}
			if f.Rule == "refused" && f.Args["reason"] != want.reason || want.requestID != f.Details["request_id"] {
				t.Errorf("%s, %s: reason %v, details %v", call, name, f.Args, f.Details)
			}
			if (name == "404") != errors.Is(err, ErrNotFound) {
				t.Errorf("%s, %s: ErrNotFound is %v", call, name, !errors.Is(err, ErrNotFound))
			}
			resp, _ := golden(t, "refusal/"+name)
			if status := f.Details["status"]; status != strconv.Itoa(resp.StatusCode) && name != "200-401" {
				t.Errorf("%s, %s: status %q in the details", call, name, status)
			}
			sent := 1
			if code == fault.Unreachable || code == fault.Limited {
				sent = tries[call]
			}
			if s.count() != sent || len(w.asked) != sent-1 {
				t.Errorf("%s, %s: sent %d times, waited %v", call, name, s.count(), w.asked)
			}
		}
	}
}

// An answer that is none of the call's own may not pass for one.
func TestAnswersWithoutSubstance(t *testing.T) {
	for name, call := range map[string]string{
		"submit/no-id": "submit", "submit/null": "submit", "submit/id-of-the-request": "submit",
		"prediction/no-status": "prediction", "submit/null ": "prediction",
		"upload/no-address": "upload", "upload/odd-address": "upload",
		"quote/no-price": "quote", "quote/negative": "quote", "balance/none": "balance", "balance/page": "costs", "costs/unreadable": "costs", "costs/overflowing": "costs", "models/none": "models",
	} {
		s := answering(t, strings.TrimSpace(name))
		c, _ := client(t, s.URL)
		want := "answer_unreadable"
		if call == "submit" {
			want = "submit_uncertain"
		}
		_, body := golden(t, strings.TrimSpace(name))
		if err := calls[call](t.Context(), c); err == nil || fault.Of(err).Rule != want || fault.Of(err).Details["answer"] != string(body) {
			t.Errorf("%s: %v, %v", name, err, fault.Of(err).Details)
		}
	}
	for _, name := range []string{"running-500", "error-502", "other-500"} {
		c, _ := client(t, answering(t, "prediction/"+name).URL)
		if got, err := c.Prediction(t.Context(), "pred_abc123"); fault.Of(err) == nil || fault.Of(err).Rule != "outage" {
			t.Errorf("%s is an outage, not a verdict: %+v, %v", name, got, err)
		}
	}
	c, _ := client(t, answering(t, "submit/poor-in-words").URL)
	if err := calls["submit"](t.Context(), c); !fault.Is(err, fault.Balance) {
		t.Errorf("a 200 that says the balance is too low: %v", err)
	}
}

func TestRetryAfter(t *testing.T) {
	for name, want := range map[string]time.Duration{
		"429": 0, "429-after": 7 * time.Second, "429-date": 42 * time.Second, "429-long": 10 * time.Minute, "503-after": 3 * time.Second,
	} {
		c, _ := client(t, answering(t, "refusal/"+name).URL)
		_, err := c.Prediction(t.Context(), "pred_abc123")
		if got, ok := RetryAfter(err); got != want || ok != (want > 0) {
			t.Errorf("%s: %v, %v", name, got, ok)
		}
	}
	for value, want := range map[string]time.Duration{
		"": 0, "0": 0, "-3": 0, "soon": 0, "NaN": 0, "0.5": 500 * time.Millisecond, "1e99": time.Hour, "+Inf": time.Hour,
		"Mon, 01 Jan 2001 00:00:00 GMT": 0,
	} {
		if got := (answer{header: http.Header{"Retry-After": {value}}}).retryAfter(); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}

func TestOutagesAreWaitedOut(t *testing.T) {
	s := answering(t, "refusal/502", "refusal/429-after", "refusal/503-after", "balance/page")
	c, w := client(t, s.URL)
	got, err := c.Balance(t.Context())
	if err != nil || got.Available != 125_500_000 || s.count() != 4 {
		t.Fatalf("%+v, %v after %d", got, err, s.count())
	}
	if len(w.asked) != 3 || w.asked[0] <= 0 || w.asked[0] > 8*time.Second || !slices.Equal(w.asked[1:], []time.Duration{7 * time.Second, 3 * time.Second}) {
		t.Errorf("waited %v", w.asked)
	}
}

func TestLongWaitsAreTheCallers(t *testing.T) {
	s := answering(t, "refusal/429-long")
	c, w := client(t, s.URL)
	_, err := c.Balance(t.Context())
	if f := fault.Of(err); f == nil || f.Rule != "limited" || f.Args["seconds"] != 600 || s.count() != 1 || len(w.asked) != 0 {
		t.Fatalf("%v after %d, waited %v", err, s.count(), w.asked)
	}
}

func TestWaitEndsWithTheContext(t *testing.T) {
	s := answering(t, "refusal/502")
	ctx, cancel := context.WithCancel(t.Context())
	c, _ := client(t, s.URL, func(o *Options) {
		o.Wait = func(ctx context.Context, _ time.Duration) error { cancel(); return Wait(ctx, time.Hour) }
	})
	if _, err := c.Balance(ctx); !errors.Is(err, context.Canceled) || s.count() != 1 {
		t.Fatalf("%v after %d", err, s.count())
	}
}

func TestSentences(t *testing.T) {
	long := strings.Repeat("貝", longestText+1)
	for said, want := range map[string]string{
		"": "no reason given.", "no": "no.", "No!": "No!", "不行。": "不行。", long: long[:3*longestText] + "…",
	} {
		if got := Sentence(said); got != want {
			t.Errorf("%q: %q", said, got)
		}
	}
}

func TestUnusableIDs(t *testing.T) {
	s := answering(t, "prediction/page")
	c, _ := client(t, s.URL)
	for _, id := range []string{"", ".", "..", "a b", "a\nb", "\x7f", "\xff", strings.Repeat("x", 257)} {
		if _, err := c.Prediction(t.Context(), id); !fault.Is(err, fault.NotFound) || !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v", id, err)
		}
	}
	if s.count() != 0 {
		t.Errorf("asked %d times", s.count())
	}
	if _, err := c.Prediction(t.Context(), "a/../b?c"); err != nil || s.asked[0].RequestURI != "/api/v1/model/prediction/a%2F..%2Fb%3Fc" {
		t.Errorf("%v", err)
	}
}

func TestUnknownKinds(t *testing.T) {
	c, _ := client(t, "https://api.example.test")
	if _, err := c.Submit(t.Context(), "audio", "acme/talk", nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("%v", err)
	}
	if _, err := c.Submit(t.Context(), "video", hailuo, map[string]any{"prompt": "a shell", "seed": make(chan int)}); fault.Of(err) == nil || fault.Of(err).Args["name"] != "seed" {
		t.Errorf("%v", err)
	}
}
