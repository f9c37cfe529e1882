//go:build linux

package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// screen is a virtual display whose pixels lie in a mapped file, so that looking at them costs the display nothing.
type screen struct {
	cmd    *exec.Cmd
	name   string
	pixels []byte // of the whole screen, rows of stride bytes, 4 a pixel
	stride int
	width  int
	height int
}

// step is the distance of the pixels that are looked at, both ways.
const step = 6

// frame is what was seen: one pixel of each step x step block.
type frame []uint32

func openScreen(dir string) (*screen, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	s := &screen{cmd: exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset", "-fbdir", dir)}
	s.cmd.ExtraFiles = []*os.File{w}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start Xvfb: %w", err)
	}
	_ = w.Close()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("no display from Xvfb: %w", err)
	}
	s.name = ":" + strings.TrimSpace(line)
	return s, s.attach(filepath.Join(dir, "Xvfb_screen0"))
}

// attach maps the framebuffer, a file in the format of xwd: a header of big-endian words, colours, pixels.
func (s *screen) attach(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	all, err := syscall.Mmap(int(file.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("map %s: %w", path, err)
	}
	word := func(n int) int { return int(binary.BigEndian.Uint32(all[4*n:])) }
	headerSize, width, height, bits, stride, colours := word(0), word(4), word(5), word(11), word(12), word(19)
	begin := headerSize + colours*12
	if bits != 32 || begin+stride*height > len(all) {
		return fmt.Errorf("%s: not the framebuffer that was expected", path)
	}
	s.pixels, s.stride, s.width, s.height = all[begin:], stride, width, height
	return nil
}

func (s *screen) look(into frame) frame {
	into = into[:0]
	for y := step / 2; y < s.height; y += step {
		row := s.pixels[y*s.stride:]
		for x := step / 2; x < s.width; x += step {
			into = append(into, binary.LittleEndian.Uint32(row[4*x:])&0xffffff)
		}
	}
	return into
}

// seen is a frame and when it was first there.
type seen struct {
	at     time.Duration
	pixels frame
}

// rest is how long a screen must not change to count as drawn.
const rest = 2 * time.Second

// watch looks at the screen until what is on it looks right and rests; it gives when nine tenths of that were there.
func (s *screen) watch(start time.Time, looksRight func(frame) bool) (time.Duration, error) {
	tick := time.NewTicker(3 * time.Millisecond)
	defer tick.Stop()
	var all []seen
	var now frame
	for range tick.C {
		now = s.look(now)
		at := time.Since(start)
		if len(all) == 0 || alike(now, all[len(all)-1].pixels) < len(now) {
			all = append(all, seen{at, append(frame(nil), now...)})
		}
		last := all[len(all)-1]
		if at-last.at > rest && looksRight(last.pixels) {
			break
		}
		if at > time.Minute {
			return 0, fmt.Errorf("nothing to be seen after %v", at)
		}
	}
	final := all[len(all)-1].pixels
	for _, f := range all {
		if looksRight(f.pixels) && alike(f.pixels, final)*10 >= len(final)*9 {
			return f.at, nil
		}
	}
	return 0, fmt.Errorf("no frame is like the last")
}

// cleared waits until the window before has left the screen.
func (s *screen) cleared() error {
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if s.look(nil).share(0) > 0.99 { // but for the pointer
			return nil
		}
	}
	return errors.New("something stays on the screen")
}

// alike counts the pixels two frames share.
func alike(a, b frame) int {
	n := 0
	for i := range a {
		if a[i] == b[i] {
			n++
		}
	}
	return n
}

// colours counts the distinct ones: posters have thousands, plain surfaces a few.
func (f frame) colours() int {
	distinct := map[uint32]struct{}{}
	for _, p := range f {
		distinct[p] = struct{}{}
	}
	return len(distinct)
}

// share is how much of the screen has this colour.
func (f frame) share(colour uint32) float64 {
	n := 0
	for _, p := range f {
		if p == colour {
			n++
		}
	}
	return float64(n) / float64(len(f))
}
