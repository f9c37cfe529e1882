//go:build torture && linux

package torture

import (
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"conch/backend/simulator"
)

// speed is how much quicker than the service runs end: a run takes about half a second.
const speed = 80

// lane is one home with a service of its own.
type lane struct {
	t       *testing.T
	name    string
	binary  string
	home    string
	env     []string
	rng     *rand.Rand
	sim     *simulator.Server
	wire    *wire
	tally   *tally
	presses int
	asked   map[string]int  // prompt -> how many videos
	sure    map[string]bool // prompts whose command was not killed: all of them are accepted
	scratch string
	killing sync.Mutex
	peeking sync.Mutex

	mu    sync.Mutex
	alive map[int]*process
	cut   map[attempt]string // submits whose process died between request and recorded answer, by the kind of kill
}

// attempt names one submit.
type attempt struct {
	generation string
	n          int
}

func newLane(t *testing.T, name string, seed uint64, count *tally) *lane {
	t.Helper()
	l := &lane{
		t: t, name: name, binary: os.Getenv("CONCH_BINARY"), home: t.TempDir(), scratch: t.TempDir(), rng: rand.New(rand.NewPCG(seed, 3)), tally: count,
		sim: simulator.New(simulator.Options{Speed: speed, Balance: 1e6}), alive: map[int]*process{}, cut: map[attempt]string{},
		asked: map[string]int{}, sure: map[string]bool{},
	}
	if l.binary == "" {
		t.Fatal("CONCH_BINARY names no built app; run `make torture`")
	}
	l.wire = &wire{lane: l, next: l.sim}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: l.wire, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	l.env = cleanEnv(t, l.home, "ATLASCLOUD_BASE_URL=http://"+listener.Addr().String(), "ATLASCLOUD_API_KEY=sk-torture-0123456789", fmt.Sprintf("CONCH_DEMO_SPEED=%d", speed))
	t.Cleanup(func() {
		for _, p := range l.running() {
			_ = p.cmd.Process.Kill()
			<-p.ended
		}
		_ = server.Close()
	})
	l.draw()
	return l
}

func (l *lane) data() string     { return filepath.Join(l.home, "data", "conch") }
func (l *lane) database() string { return filepath.Join(l.data(), "library.db") }
func (l *lane) videos() string {
	return filepath.Join(l.home, "Videos", "Conch", time.Now().Format("2006-01"))
}

const pictures = 3

// draw makes first frames: noise, so that they are some hundred kilobytes.
func (l *lane) draw() {
	for n := range pictures {
		frame := image.NewRGBA(image.Rect(0, 0, 420, 320))
		for i := range frame.Pix {
			frame.Pix[i] = byte(l.rng.Uint32())
		}
		frame.Set(n, n, color.White)
		file, err := os.Create(l.picture(n))
		if err != nil {
			l.t.Fatal(err)
		}
		if err := jpeg.Encode(file, frame, nil); err != nil {
			l.t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			l.t.Fatal(err)
		}
	}
}

func (l *lane) picture(n int) string { return filepath.Join(l.scratch, fmt.Sprintf("frame %d.jpg", n)) }

// press starts `conch generate` for so many videos of a prompt that nobody else asks for.
func (l *lane) press(count int, framed bool) *process {
	l.presses++
	prompt := fmt.Sprintf("%s, press %d", l.name, l.presses)
	l.asked[prompt] = count
	args := []string{"generate", "--json", "--prompt", prompt, "--count", fmt.Sprint(count)}
	if framed {
		args = append(args, "--image", l.picture(l.rng.IntN(pictures)))
	}
	return l.start(args...)
}

func (l *lane) resume() *process { return l.start("resume", "--json") }

// round starts one to three commands, lets the plans' traps spring, and waits until all of them ended.
func (l *lane) round() {
	framed := false
	for range 3 {
		plan := l.plan()
		framed = framed || plan.framed
		defer plan.arm()()
	}
	var began []*process
	unfinished := 0
	for _, g := range l.peek() {
		if g.state != "uncertain" && g.state != "done" && g.state != "failed" && g.state != "canceled" {
			unfinished++
		}
	}
	prompts := map[*process]string{}
	press := func() {
		p := l.press(1+l.rng.IntN(3), framed || l.rng.IntN(5) == 0)
		prompts[p] = fmt.Sprintf("%s, press %d", l.name, l.presses)
		began = append(began, p)
	}
	switch dice := l.rng.IntN(100); {
	case unfinished > 6, unfinished > 0 && dice < 35 && !framed:
		began = append(began, l.resume())
		if dice%3 == 0 {
			began = append(began, l.resume())
		}
	case dice < 60:
		press()
	case dice < 75:
		press()
		press()
	default:
		press()
		began = append(began, l.resume())
	}
	for _, p := range began {
		l.join(p)
	}
	for _, p := range began {
		l.check(p)
		if prompt, pressed := prompts[p]; pressed && p.killed == "" {
			l.sure[prompt] = true
		}
	}
}

// check holds the exit code of a command that was not killed against what it may be.
func (l *lane) check(p *process) {
	switch {
	case p.killed != "":
	case p.code == 0:
	case p.code == 7 && p.args[0] == "resume" && len(l.in("uncertain")) > 0:
	default:
		l.t.Errorf("%s: exit code %d of %v", l.name, p.code, p)
	}
}

// in are the generations in a state.
func (l *lane) in(states ...string) []row {
	var some []row
	for _, g := range l.peek() {
		for _, s := range states {
			if g.state == s {
				some = append(some, g)
			}
		}
	}
	return some
}

// finish resumes without any more kills until nothing is left to do.
func (l *lane) finish() {
	p := l.resume()
	l.join(p)
	l.check(p)
	if left := l.in("waiting", "uploading", "submitting", "processing", "downloading"); len(left) > 0 {
		l.t.Errorf("%s: resume left %+v: %v", l.name, left, p)
	}
}
