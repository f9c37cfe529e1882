//go:build torture && linux

package torture

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// wire stands between the processes and the simulated service: it knows which process asks, and springs traps at
// chosen points between request and answer.
type wire struct {
	lane *lane
	next http.Handler

	mu      sync.Mutex
	traps   []*trap
	submits []submit
}

// submit is one request for a run as it arrived.
type submit struct {
	prompt     string
	prediction string // what was billed; "" when nothing was
	by         *process
}

// trap is a point of a request at which something happens to the process that makes it.
type trap struct {
	on     string // submit, upload, prediction, output, other
	at     string // before, billed, half, answered; of transfers also "bytes"
	pass   int    // how many requests it lets pass first
	share  float64
	bills  bool // "before": the service does the work all the same
	spring func(*process)
}

func (w *wire) arm(t *trap) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.traps = append(w.traps, t)
}

func (w *wire) disarm() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.traps = nil
}

func endpoint(r *http.Request) string {
	switch {
	case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/generateVideo"):
		return "submit"
	case strings.HasSuffix(r.URL.Path, "/uploadMedia"):
		return "upload"
	case strings.Contains(r.URL.Path, "/prediction/"):
		return "prediction"
	case strings.HasPrefix(r.URL.Path, "/outputs/"):
		return "output"
	}
	return "other"
}

// trapFor takes the trap that this request falls into.
func (w *wire) trapFor(on string) *trap {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, t := range w.traps {
		if t.on != on {
			continue
		}
		if t.pass > 0 {
			t.pass--
			continue
		}
		w.traps = append(w.traps[:i:i], w.traps[i+1:]...)
		return t
	}
	return nil
}

func (w *wire) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	on := endpoint(r)
	t := w.trapFor(on)
	if t == nil && on != "submit" {
		w.next.ServeHTTP(out, r)
		return
	}
	by := w.lane.caller(r.RemoteAddr)
	if t == nil || by == nil {
		t = &trap{}
	}
	if t.at == "bytes" && on == "output" {
		w.next.ServeHTTP(&cutting{ResponseWriter: out, left: int64(t.share * 150_000), cut: func() { t.spring(by) }}, r)
		return
	}
	if t.at == "bytes" && on == "upload" {
		r.Body = &counting{ReadCloser: r.Body, left: int64(t.share * float64(r.ContentLength)), reached: func() { t.spring(by) }}
		w.next.ServeHTTP(out, r)
		return
	}
	if t.at == "before" && !t.bills {
		t.spring(by)
		panic(http.ErrAbortHandler)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if t.at == "before" {
		t.spring(by)
	}
	answer := httptest.NewRecorder()
	w.next.ServeHTTP(answer, r)
	if on == "submit" {
		w.note(body, answer.Body.Bytes(), by)
	}
	if t.at == "billed" {
		t.spring(by)
	}
	w.deliver(out, answer, t, by)
}

// deliver sends an answer whole, or half of it.
func (w *wire) deliver(out http.ResponseWriter, answer *httptest.ResponseRecorder, t *trap, by *process) {
	for name, values := range answer.Header() {
		out.Header()[name] = values
	}
	content := answer.Body.Bytes()
	out.WriteHeader(answer.Code)
	if t.at == "half" {
		content = content[:len(content)/2]
	}
	_, _ = out.Write(content) // the client may be gone
	if t.at == "half" || t.at == "answered" {
		_ = http.NewResponseController(out).Flush()
		t.spring(by)
	}
	if t.at == "half" {
		panic(http.ErrAbortHandler)
	}
}

func (w *wire) note(request, answer []byte, by *process) {
	var asked struct{ Prompt string }
	var told struct{ Data struct{ ID string } }
	_, _ = json.Unmarshal(request, &asked), json.Unmarshal(answer, &told) // a refusal has no id
	w.mu.Lock()
	defer w.mu.Unlock()
	w.submits = append(w.submits, submit{asked.Prompt, told.Data.ID, by})
}

// cutting sends so many bytes, then springs and breaks off.
type cutting struct {
	http.ResponseWriter
	left int64
	cut  func()
}

func (c *cutting) Write(p []byte) (int, error) {
	if int64(len(p)) < c.left {
		n, err := c.ResponseWriter.Write(p)
		c.left -= int64(n)
		return n, err
	}
	_, _ = c.ResponseWriter.Write(p[:c.left])
	_ = http.NewResponseController(c.ResponseWriter).Flush()
	c.cut()
	panic(http.ErrAbortHandler)
}

// counting springs when so many bytes were read.
type counting struct {
	io.ReadCloser
	left    int64
	reached func()
}

func (c *counting) Read(p []byte) (int, error) {
	if c.left > 0 && int64(len(p)) > c.left {
		p = p[:c.left]
	}
	n, err := c.ReadCloser.Read(p)
	if c.left -= int64(n); c.left <= 0 && c.reached != nil {
		c.reached()
		c.reached = nil
	}
	return n, err
}
