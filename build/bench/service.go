//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"conch/backend/atlas"
)

// model makes films from words alone, which costs the simulator nothing.
const model = "minimax/hailuo-02/t2v-standard"

// asked is one request as the service saw it.
type asked struct {
	at   time.Time
	path string
}

// service is the simulator in a process of its own, in real time, with the log of what it was asked.
type service struct {
	base string
	cmd  *exec.Cmd

	mu   sync.Mutex
	rest []byte
	log  []asked
}

func openService(conch string) (*service, error) {
	s := &service{cmd: exec.Command(conch, "simulate", "--addr", "127.0.0.1:0", "--accept", benchKey, "--balance", "100000")}
	s.cmd.Stderr = s
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the simulator: %w", err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		end(s.cmd)
		return nil, fmt.Errorf("the simulator named no address: %w", err)
	}
	s.base = strings.TrimSpace(line)
	return s, nil
}

// Write takes the simulator's log.
func (s *service) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rest = append(s.rest, p...)
	for {
		line, rest, whole := bytes.Cut(s.rest, []byte("\n"))
		if !whole {
			return len(p), nil
		}
		s.rest = rest
		if fields := strings.Fields(string(line)); len(fields) == 5 && fields[2] == "msg=request" {
			at, err := time.Parse("time="+time.RFC3339Nano, fields[0])
			if err != nil {
				return 0, err
			}
			s.log = append(s.log, asked{at, strings.TrimPrefix(fields[4], "path=")})
		}
	}
}

// requests are those to the API since a moment; outputs lie elsewhere and don't count.
func (s *service) requests(since time.Time) (all []asked) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.log {
		if !a.at.Before(since.Truncate(time.Millisecond)) && !strings.HasPrefix(a.path, "/outputs/") {
			all = append(all, a)
		}
	}
	return all
}

func (s *service) client() (*atlas.Client, error) {
	return atlas.New(atlas.Options{BaseURL: s.base, UserAgent: "Conch-bench", Key: func(context.Context) (string, error) { return benchKey, nil }})
}

// environment is that of a person with the key and a home of their own, whose service this is.
func (s *service) environment(home string) (env []string) {
	for _, e := range os.Environ() {
		if name, _, _ := strings.Cut(e, "="); !strings.HasPrefix(name, "XDG_") && !strings.HasPrefix(name, "ATLASCLOUD_") {
			env = append(env, e)
		}
	}
	return append(env, "HOME="+home, "ATLASCLOUD_BASE_URL="+s.base, "ATLASCLOUD_API_KEY="+benchKey, "CONCH_DEMO_SPEED=1")
}

// busiest is how many requests the fullest second holds, wherever it begins.
func busiest(all []asked) (most int) {
	for first, last := 0, 0; last < len(all); last++ {
		for all[last].at.Sub(all[first].at) >= time.Second {
			first++
		}
		most = max(most, last-first+1)
	}
	return most
}

// closest is the shortest time between two questions about the same run; 0 when none was asked about twice.
func closest(all []asked) (shortest time.Duration) {
	last := map[string]time.Time{}
	for _, a := range all {
		if before, again := last[a.path]; again && (shortest == 0 || a.at.Sub(before) < shortest) {
			shortest = a.at.Sub(before)
		}
		last[a.path] = a.at
	}
	return shortest
}
