package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"conch/backend/simulator"
)

// listener is an output that tells when a text stands in it.
type listener struct {
	text string
	met  chan struct{}

	mu  sync.Mutex
	all bytes.Buffer
}

func listenFor(text string) *listener { return &listener{text: text, met: make(chan struct{})} }

func (l *listener) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := strings.Contains(l.all.String(), l.text)
	l.all.Write(line)
	if !before && strings.Contains(l.all.String(), l.text) {
		close(l.met)
	}
	return len(line), nil
}

func (l *listener) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// begin runs a command beside the others of a test.
func (s *shell) begin(said *listener, args ...string) (code <-chan int, out *bytes.Buffer) {
	out, ended := &bytes.Buffer{}, make(chan int, 1)
	go func() {
		ended <- Run(s.t.Context(), args, Env{
			Stdin: strings.NewReader(""), Stdout: out, Stderr: said, Getenv: func(name string) string { return s.env[name] },
			Places: s.places, Keychain: s.chain, Version: "test",
		})
	}()
	return ended, out
}

// TestResumeNamesWhatOthersDo: a run that a living process works on is theirs; resume says so, and waits when asked to.
func TestResumeNamesWhatOthersDo(t *testing.T) {
	s := newShell(t, simulator.Options{})
	s.sim.SetFaults(simulator.Fault{On: "prediction", Body: `{"code":200,"data":{"id":"x","status":"processing"}}`})
	working := listenFor("processing: a slow shell")
	made, path := s.begin(working, "generate", "--prompt", "a slow\nshell")
	<-working.met

	code, out, said := s.run("resume")
	process := fmt.Sprintf("Another conch command (process %d) is working on:\n", os.Getpid())
	id := s.states()["processing"][0]
	if code != exitDone || out != "" || said != process+"  "+id+"  processing: a slow shell\nThey continue there. Use `conch resume --wait` to wait for them.\n" {
		t.Errorf("exit %d, %q, said %q", code, out, said)
	}
	code, out, said = s.run("resume", "--json")
	var told line
	if err := json.Unmarshal([]byte(out), &told); err != nil || code != exitDone || said != "" || told.Event != "elsewhere" || told.ID != id || told.Process != os.Getpid() || told.Window {
		t.Errorf("exit %d, %v, %q, said %q", code, err, out, said)
	}

	waiting := listenFor("working on")
	waited, results := s.begin(waiting, "resume", "--wait")
	<-waiting.met
	s.sim.SetFaults()
	if code := <-made; code != exitDone {
		t.Fatal(code, working)
	}
	if code := <-waited; code != exitDone || results.String() != path.String() || len(s.sim.Ledger()) != 1 {
		t.Errorf("exit %d, %q instead of %q, said %q", code, results, path, waiting)
	}
}

// TestInterruptedDemo: a demonstration costs nothing, and says so when it is interrupted.
func TestInterruptedDemo(t *testing.T) {
	for demo, says := range map[bool]string{
		true:  "Interrupted. Nothing was billed in this demo. Use `conch resume --demo` to download the video.",
		false: "Interrupted. Atlas Cloud continues this run and will bill it. Use `conch resume` or open Conch to download the video.",
	} {
		s := newShell(t, simulator.Options{})
		s.sim.SetFaults(simulator.Fault{On: "run", Stuck: true})
		s.env["CONCH_DEMO_SPEED"] = "0.01"
		args := []string{"generate", "--prompt", "x"}
		if demo {
			args = append([]string{"--demo"}, args...)
		}
		ctx, interrupt := context.WithCancel(t.Context())
		said := listenFor("processing: ")
		go func() {
			<-said.met
			interrupt()
		}()
		code := Run(ctx, args, Env{
			Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: said, Getenv: func(name string) string { return s.env[name] },
			Places: s.places, Keychain: s.chain, Version: "test",
		})
		if code != exitInterrupted || !strings.Contains(said.String(), says) {
			t.Errorf("exit %d, said %q", code, said)
		}
	}
}
