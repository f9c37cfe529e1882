//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"conch/build/bench/seed"
)

// trace gives the statements behind calls as a person would type them, and which of the calls have any. Raw ones are
// the full-text part alone. The plans go to a file beside the table.
func (g *gallery) trace(ctx context.Context, home seed.Home, calls []seed.Call, raw bool) (statements []string, kept []bool, err error) {
	asked, told := filepath.Join(g.dir, "calls.json"), filepath.Join(g.dir, "statements.json")
	encoded, err := json.Marshal(calls)
	if err == nil {
		err = os.WriteFile(asked, encoded, 0o600)
	}
	if err != nil {
		return nil, nil, err
	}
	tracer := filepath.Join(g.dir, "library.test")
	if _, err := os.Stat(tracer); err != nil {
		build := exec.CommandContext(ctx, "go", "test", "-c", "-o", tracer, "./backend/library")
		build.Dir = g.root
		if said, err := build.CombinedOutput(); err != nil {
			return nil, nil, fmt.Errorf("build the tracer: %w: %s", err, said)
		}
	}
	cmd := exec.CommandContext(ctx, tracer, "-test.run", "^TestTrace$")
	cmd.Env = append(os.Environ(), "CONCH_TRACE_CALLS="+asked, "CONCH_TRACE_STATEMENTS="+told, "CONCH_TRACE_LIBRARY="+home.Database())
	if said, err := cmd.CombinedOutput(); err != nil {
		return nil, nil, fmt.Errorf("trace: %w: %s", err, said)
	}
	encoded, err = os.ReadFile(told)
	if err != nil {
		return nil, nil, err
	}
	var traced []seed.Traced
	if err := json.Unmarshal(encoded, &traced); err != nil {
		return nil, nil, err
	}
	for _, call := range traced {
		some := false
		for _, s := range call.Statements {
			g.plan(home.Count, s)
			if raw {
				match, is := s.Match()
				if is && !some {
					statements = append(statements, "SELECT rowid FROM search WHERE search MATCH "+seed.Quote(match)+fmt.Sprintf(" ORDER BY rowid DESC LIMIT %d;", seed.PageSize))
				}
				some = some || is
				continue
			}
			statements, some = append(statements, s.Literal()+";"), true
		}
		kept = append(kept, some)
	}
	return statements, kept, nil
}

// shell runs statements in the sqlite3 shell and gives the milliseconds of processor time beyond those of an empty
// run, for each of so many calls.
func (g *gallery) shell(database string, statements []string, calls int) (float64, error) {
	if _, err := exec.LookPath("sqlite3"); err != nil {
		return 0, fmt.Errorf("the sqlite3 shell is missing; run make setup: %w", err)
	}
	run := func(statements []string) (float64, error) {
		script := "PRAGMA cache_size = -8000;\n" + strings.Join(statements, "\n") + "\n"
		cmd := exec.Command("sqlite3", "-readonly", "-batch", "-bail", database)
		var said bytes.Buffer
		cmd.Stdin, cmd.Stderr = strings.NewReader(script), &said
		if err := cmd.Run(); err != nil {
			return 0, fmt.Errorf("sqlite3: %w: %s", err, said.String())
		}
		return float64(cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()) / float64(time.Millisecond), nil
	}
	var all, none []float64
	for range 5 {
		full, err := run(statements)
		if err != nil {
			return 0, err
		}
		empty, err := run(nil)
		if err != nil {
			return 0, err
		}
		all, none = append(all, full), append(none, empty)
	}
	return (median(all) - median(none)) / float64(max(1, calls)), nil
}

// plan keeps a statement's plan for the end, once for each form of it.
func (g *gallery) plan(size int, s seed.Statement) {
	if size != g.sizes[len(g.sizes)-1] || slices.ContainsFunc(g.plans, func(p seed.Statement) bool { return p.SQL == s.SQL }) {
		return
	}
	g.plans = append(g.plans, s)
}

// printPlans gives how SQLite goes about each form of statement at the largest size.
func (g *gallery) printPlans() {
	for _, s := range g.plans {
		fmt.Printf("\n%s\n", strings.Join(strings.Fields(s.SQL), " "))
		for _, step := range s.Plan {
			fmt.Println("   ", step)
		}
	}
}
