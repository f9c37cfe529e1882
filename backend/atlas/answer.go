package atlas

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"conch/backend/fault"
)

// Sentence ends the service's own words with a stop, so that ours can follow.
func Sentence(said string) string { return sentence(said, "no reason given.") }

// ErrNotFound is in the chain of a 404's fault: the job may exist before it can be read.
var ErrNotFound = errors.New("not found")

// verdict is the status that counts: the HTTP one, or the code inside the body of a 200.
func (a answer) verdict(e envelope) int {
	if a.status < 300 && e.code >= 400 && e.code < 600 {
		return e.code
	}
	return a.status
}

// refusal turns an answer into the fault it means; nil when it is no refusal.
// The body is read before the status: it often says more.
func (a answer) refusal() error {
	e, _ := decodeEnvelope(a.body)
	status := a.verdict(e)
	if status < 300 {
		return nil
	}
	return a.details(a.fault(status, strings.TrimSpace(e.message)), e)
}

// details adds to a fault what a person can copy for the service's support.
func (a answer) details(f *fault.Error, e envelope) *fault.Error {
	return f.With("status", strconv.Itoa(a.verdict(e))).
		With("request_id", shortened(a.requestID(e))).
		With("reason", shortened(strings.TrimSpace(e.message)))
}

func (a answer) requestID(e envelope) string {
	if e.requestID != "" {
		return e.requestID
	}
	return a.strike(a.header.Get("X-Request-Id"))
}

func (a answer) fault(status int, reason string) *fault.Error {
	switch {
	case status == http.StatusPaymentRequired, tooPoor(reason, status):
		return fault.New("balance", nil)
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return fault.New("key_refused", nil)
	case status == http.StatusNotFound:
		return fault.Wrap(ErrNotFound, "refused", fault.Args{"reason": sentence(reason, "not found.")})
	case status == http.StatusProxyAuthRequired:
		return fault.New("proxy_auth", nil)
	case status == http.StatusRequestEntityTooLarge:
		return fault.New("too_large", nil)
	case status == http.StatusUnavailableForLegalReasons:
		return fault.New("region", nil)
	case status == http.StatusTooManyRequests:
		pause := a.retryAfter()
		shown := max(1, int((pause+time.Second-1)/time.Second))
		return fault.Wrap(waitError{pause}, "limited", fault.Args{"seconds": shown})
	case status < 400:
		if to, err := url.Parse(a.header.Get("Location")); err == nil && to.Host != "" {
			return fault.Wrap(errRedirect, "base_url_moved", fault.Args{"to": a.strike(to.Scheme + "://" + to.Host)})
		}
		return fault.Wrap(errRedirect, "outage", fault.Args{"status": status})
	case status >= 500, status == http.StatusRequestTimeout:
		return fault.Wrap(waitError{a.retryAfter()}, "outage", fault.Args{"status": status})
	}
	return fault.New("refused", fault.Args{"reason": sentence(reason, fmt.Sprintf("status %d.", status))})
}

// tooPoor reads a refusal for want of balance from its words. One word is enough for a plain refusal; where the
// status has a meaning of its own both must be there: "insufficient permissions", "insufficient capacity", "load balancer".
func tooPoor(reason string, status int) bool {
	reason = strings.ReplaceAll(strings.ToLower(reason), "balancer", "")
	insufficient, balance := strings.Contains(reason, "insufficient"), strings.Contains(reason, "balance")
	switch {
	case status >= 500, status < 400, status == http.StatusRequestTimeout, status == http.StatusTooManyRequests:
		return insufficient && balance
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusNotFound:
		return balance
	}
	return insufficient || balance
}

const longestText = 300 // in code points

func shortened(said string) string {
	if utf8.RuneCountInString(said) <= longestText {
		return said
	}
	return string([]rune(said)[:longestText]) + "…"
}

func sentence(said, otherwise string) string {
	if said == "" {
		return otherwise
	}
	said = shortened(said)
	for _, end := range []string{".", "!", "?", "。", "！", "？", "…"} {
		if strings.HasSuffix(said, end) {
			return said
		}
	}
	return said + "."
}

type waitError struct{ wait time.Duration }

func (w waitError) Error() string { return "the service asks to wait" }

// RetryAfter is how long the service asked to wait, when err is such an answer and it said so.
func RetryAfter(err error) (time.Duration, bool) {
	var w waitError
	if !errors.As(err, &w) || w.wait <= 0 {
		return 0, false
	}
	return w.wait, true
}

const longestWait = time.Hour

// retryAfter reads seconds or a date; 0 when absent or nonsense. A date counts from the service's own clock
// when it tells it: this machine's may be wrong.
func (a answer) retryAfter() time.Duration {
	value := a.header.Get("Retry-After")
	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		if seconds > 0 {
			return time.Duration(min(seconds, longestWait.Seconds()) * float64(time.Second))
		}
		return 0
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(a.header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return min(max(0, at.Sub(now)), longestWait)
}

const excerptLength = 2000

// excerpt is the beginning of an answer that could not be used, for the details.
func (a answer) excerpt() string {
	return strings.ToValidUTF8(string(a.body[:min(len(a.body), excerptLength)]), "")
}

// unreadable is the fault of an answer that says nothing usable.
func (a answer) unreadable(cause error) error {
	e, _ := decodeEnvelope(a.body)
	return a.details(fault.Wrap(cause, "answer_unreadable", nil), e).With("answer", a.excerpt())
}

// payload is the object of an answer that is no refusal.
func payload(a answer, err error) (object, answer, error) {
	if err != nil {
		return nil, a, err
	}
	if err := a.refusal(); err != nil {
		return nil, a, err
	}
	e, err := decodeEnvelope(a.body)
	if err != nil {
		return nil, a, a.unreadable(err)
	}
	return e.data, a, nil
}
