package library_test

import (
	"context"
	"encoding/json"
	"os"
	"testing"

	"conch/backend/library"
	"conch/build/bench/seed"
)

// TestTrace is for `make bench-gallery`: it makes the calls in a file on a library and writes the statements behind
// each, and SQLite's plans for them, to another.
func TestTrace(t *testing.T) {
	from, to := os.Getenv("CONCH_TRACE_CALLS"), os.Getenv("CONCH_TRACE_STATEMENTS")
	if from == "" {
		t.Skip("make bench-gallery asks for this")
	}
	raw, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	var calls []seed.Call
	if err := json.Unmarshal(raw, &calls); err != nil {
		t.Fatal(err)
	}
	lib, trace, err := library.OpenTraced(os.Getenv("CONCH_TRACE_LIBRARY"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lib.Close() }()
	ctx := context.Background()
	var traced []seed.Traced
	for _, call := range calls {
		trace.Take()
		if err := call.On(ctx, lib); err != nil {
			t.Fatal(call, err)
		}
		var done seed.Traced
		for _, s := range trace.Take() {
			plan, err := lib.Plan(ctx, s)
			if err != nil {
				t.Fatal(err)
			}
			done.Statements = append(done.Statements, seed.Statement{SQL: s.SQL, Args: s.Args, Plan: plan})
		}
		traced = append(traced, done)
	}
	raw, err = json.Marshal(traced)
	if err == nil {
		err = os.WriteFile(to, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
