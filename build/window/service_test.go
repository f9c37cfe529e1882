//go:build window && linux

package window

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// testKey has no form by which a log could know it for a key.
const testKey = "conch-smoke-secret-0123456789"

// service is the simulator of the same binary, run as a person would.
type service struct {
	*process
	d    *desk
	base string
}

// simulate starts the service; addr may name the place of one that was stopped.
func (d *desk) simulate(addr string) *service {
	d.t.Helper()
	p, base := d.told(d.command(d.binary, "simulate", "--addr", addr, "--speed", "20", "--accept", testKey))
	return &service{p, d, base}
}

// misbehave replaces the service's faults.
func (s *service) misbehave(rules string) {
	s.d.t.Helper()
	req, err := http.NewRequest(http.MethodPut, s.base+"/_sim/faults", bytes.NewReader([]byte(rules)))
	if err != nil {
		s.d.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil || resp.StatusCode != http.StatusOK {
		s.d.t.Fatal("set faults: ", err)
	}
	_ = resp.Body.Close()
}

// billed is how many runs the service put on the bill.
func (s *service) billed() int {
	s.d.t.Helper()
	resp, err := http.Get(s.base + "/_sim/ledger")
	if err != nil {
		s.d.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var ledger []map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&ledger); err != nil {
		s.d.t.Fatal(err)
	}
	return len(ledger)
}
