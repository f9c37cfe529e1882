package atlas

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"conch/backend/fault"
)

// answer is one HTTP answer, read to its end or to the limit.
type answer struct {
	status int
	header http.Header
	body   []byte
}

var errTooLong = errors.New("the answer is longer than any real one")

func readAnswer(resp *http.Response, limit int64) (answer, error) {
	defer func() { _ = resp.Body.Close() }()
	a := answer{status: resp.StatusCode, header: resp.Header}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return a, fmt.Errorf("read answer: %w", err)
	}
	if int64(len(body)) > limit {
		return a, errTooLong
	}
	a.body = body
	return a, nil
}

// refusal turns a status, its own or the code inside a 200, into the fault it means; nil when the
// answer is no refusal. The body is read before the status: it often says more.
func (a answer) refusal(now time.Time) error {
	e, notJSON := decodeEnvelope(a.body)
	status := a.status
	if notJSON == nil && status < 300 && e.code >= 400 {
		status = e.code
	}
	if status < 300 {
		return nil
	}
	reason := strings.TrimSpace(e.message)
	detail := func(f *fault.Error) *fault.Error {
		id := e.requestID
		if id == "" {
			id = a.header.Get("X-Request-ID")
		}
		return f.With("status", strconv.Itoa(status)).With("request_id", id).With("reason", reason)
	}
	lower := strings.ToLower(reason)
	switch {
	case status == http.StatusPaymentRequired, tooPoor(lower, status):
		return detail(fault.New("balance", nil))
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return detail(fault.New("key_refused", nil))
	case status == http.StatusNotFound:
		return detail(fault.Wrap(ErrNotFound, "refused", fault.Args{"reason": sentence(reason, "not found.")}))
	case status == http.StatusRequestEntityTooLarge:
		return detail(fault.New("too_large", nil))
	case status == http.StatusUnavailableForLegalReasons:
		return detail(fault.New("region", nil))
	case status == http.StatusTooManyRequests:
		wait := a.retryAfter(now)
		shown := max(1, int(wait.Round(time.Second)/time.Second))
		return detail(fault.Wrap(waitError{wait}, "limited", fault.Args{"seconds": shown}))
	case status >= 500, status < 400:
		return detail(fault.Wrap(waitError{a.retryAfter(now)}, "outage", fault.Args{"status": status}))
	}
	return detail(fault.New("refused", fault.Args{"reason": sentence(reason, fmt.Sprintf("status %d.", status))}))
}

// tooPoor reads a refusal for want of balance from its words; a 5xx must say both, as "load balancer" is no refusal.
func tooPoor(reason string, status int) bool {
	insufficient, balance := strings.Contains(reason, "insufficient"), strings.Contains(reason, "balance") && !strings.Contains(reason, "balancer")
	if status >= 500 {
		return insufficient && balance
	}
	return insufficient || balance
}

// ErrNotFound is in the chain of a 404's fault: the job may exist before it can be read.
var ErrNotFound = errors.New("not found")

// sentence ends the service's own words with a stop, so that ours can follow.
func sentence(said, otherwise string) string {
	if said == "" {
		return otherwise
	}
	const longest = 300
	if runes := []rune(said); len(runes) > longest {
		said = string(runes[:longest]) + "…"
	}
	if strings.ContainsAny(said[len(said)-1:], ".!?") || strings.HasSuffix(said, "。") {
		return said
	}
	return said + "."
}

type waitError struct{ wait time.Duration }

func (w waitError) Error() string { return "the service asks to wait" }

// RetryAfter is how long the service asked to wait, when err is such an answer.
func RetryAfter(err error) (time.Duration, bool) {
	var w waitError
	if !errors.As(err, &w) || w.wait <= 0 {
		return 0, false
	}
	return w.wait, true
}

const longestWait = time.Hour

// retryAfter reads seconds or a date; 0 when absent or nonsense.
func (a answer) retryAfter(now time.Time) time.Duration {
	value := a.header.Get("Retry-After")
	if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 {
		return time.Duration(min(seconds, longestWait.Seconds()) * float64(time.Second))
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(0, at.Sub(now)), longestWait)
	}
	return 0
}
