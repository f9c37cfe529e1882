//go:build window && linux

// Package window drives the real application the way a person does: a virtual
// display with a window manager, a session bus, a real keychain, keys and mouse.
package window

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	_ "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long a condition may take on a slow, shared machine.
const patience = 40 * time.Second

// desk is one virtual desktop: a display, a window manager, a session bus and a home of its own.
type desk struct {
	t       *testing.T
	home    string
	env     []string
	binary  string
	display string
	window  string // the app's, once it is open
}

func newDesk(t *testing.T, extra ...string) *desk {
	t.Helper()
	binary := os.Getenv("CONCH_BINARY")
	if binary == "" {
		t.Fatal("CONCH_BINARY names no built app; run `make smoke`")
	}
	d := &desk{t: t, home: t.TempDir(), binary: binary}
	d.env = append(cleanEnv(), "HOME="+d.home, "XDG_RUNTIME_DIR="+d.home+"/run", "XDG_SESSION_TYPE=x11",
		"GDK_BACKEND=x11", "NO_AT_BRIDGE=1", "LANG=en_US.UTF-8")
	d.env = append(d.env, extra...)
	for _, dir := range []string{"run", "Videos"} {
		if err := os.MkdirAll(filepath.Join(d.home, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	d.startDisplay()
	d.startBus()
	d.start("openbox")
	return d
}

// cleanEnv leaves the caller's desktop, keys and places out.
func cleanEnv() []string {
	var kept []string
	for _, e := range os.Environ() {
		name, _, _ := strings.Cut(e, "=")
		if strings.HasPrefix(name, "XDG_") || strings.HasPrefix(name, "ATLASCLOUD_") || strings.HasPrefix(name, "DBUS_") ||
			strings.HasPrefix(name, "LC_") || name == "HOME" || name == "DISPLAY" || name == "WAYLAND_DISPLAY" || name == "LANG" || name == "LANGUAGE" {
			continue
		}
		kept = append(kept, e)
	}
	return kept
}

// start runs a helper until the test ends.
func (d *desk) start(name string, args ...string) *exec.Cmd {
	d.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = d.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var noise bytes.Buffer
	cmd.Stderr = &noise
	if err := cmd.Start(); err != nil {
		d.t.Fatalf("start %s: %v", name, err)
	}
	d.t.Cleanup(func() { d.stop(cmd) })
	return cmd
}

// stop asks first and insists after a while.
func (d *desk) stop(cmd *exec.Cmd) {
	if cmd.ProcessState != nil {
		return
	}
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-ended
	}
}

// startDisplay lets the server choose a free number and waits for it to say which.
func (d *desk) startDisplay() {
	d.t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		d.t.Fatal(err)
	}
	size := os.Getenv("CONCH_SCREEN")
	if size == "" {
		size = "1280x800"
	}
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", size+"x24", "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{w}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		d.t.Fatalf("start Xvfb: %v", err)
	}
	_ = w.Close()
	d.t.Cleanup(func() { d.stop(cmd) })
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		d.t.Fatalf("Xvfb named no display: %v", err)
	}
	d.display = ":" + strings.TrimSpace(line)
	d.env = append(d.env, "DISPLAY="+d.display)
}

func (d *desk) startBus() {
	d.t.Helper()
	cmd := exec.Command("dbus-daemon", "--session", "--nofork", "--print-address=1")
	cmd.Env = d.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		d.t.Fatalf("start dbus-daemon: %v", err)
	}
	d.t.Cleanup(func() { d.stop(cmd) })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		d.t.Fatalf("dbus-daemon named no address: %v", err)
	}
	d.env = append(d.env, "DBUS_SESSION_BUS_ADDRESS="+strings.TrimSpace(line))
}

// unlockKeychain starts a gnome-keyring whose login collection is open, as after a person logged in.
func (d *desk) unlockKeychain() {
	d.t.Helper()
	cmd := exec.Command("gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground")
	cmd.Env = d.env
	cmd.Stdin = strings.NewReader("\n")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		d.t.Fatalf("start gnome-keyring-daemon: %v", err)
	}
	d.t.Cleanup(func() { d.stop(cmd) })
	d.until("the keychain answers", func() bool {
		return d.run("secret-tool", "search", "none", "none") == nil
	})
}

func (d *desk) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = d.env
	return cmd
}

func (d *desk) run(name string, args ...string) error { return d.command(name, args...).Run() }

func (d *desk) output(name string, args ...string) (string, error) {
	out, err := d.command(name, args...).Output()
	return strings.TrimSpace(string(out)), err
}

// until polls a condition of another process: the only way to learn of it.
func (d *desk) until(what string, holds func() bool) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(150 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-ctx.Done():
			d.shot("failed")
			d.t.Fatalf("%s: not within %v (last screen: %s)", what, patience, d.shotPath("failed"))
		case <-tick.C:
		}
	}
}

// open starts the app and waits until its window is drawn.
func (d *desk) open(extra ...string) (*exec.Cmd, string) {
	d.t.Helper()
	d.env = append(d.env, extra...)
	cmd := d.start(d.binary)
	var id string
	d.until("the window opens", func() bool {
		id, _ = d.output("xdotool", "search", "--onlyvisible", "--name", "^Conch$")
		id, _, _ = strings.Cut(id, "\n")
		return id != ""
	})
	d.until("the window is drawn", func() bool { return d.colours() > 40 })
	if err := d.run("xdotool", "windowactivate", "--sync", id); err != nil {
		d.t.Fatalf("focus the window: %v", err)
	}
	return cmd, id
}

func (d *desk) key(keys ...string) {
	d.t.Helper()
	if err := d.run("xdotool", append([]string{"key", "--clearmodifiers", "--delay", "60"}, keys...)...); err != nil {
		d.t.Fatalf("keys %v: %v", keys, err)
	}
}

func (d *desk) typeText(text string) {
	d.t.Helper()
	if err := d.run("xdotool", "type", "--delay", "12", text); err != nil {
		d.t.Fatalf("type: %v", err)
	}
}

func (d *desk) shotPath(name string) string {
	dir := os.Getenv("CONCH_DEMO_OUT")
	if dir == "" {
		dir = filepath.Join(filepath.Dir(d.binary), "shots")
	}
	_ = os.MkdirAll(dir, 0o755)
	return filepath.Join(dir, name+".png")
}

func (d *desk) shot(name string) string {
	path := d.shotPath(name)
	if err := d.run("import", "-window", "root", path); err != nil {
		d.t.Logf("screenshot %s: %v", name, err)
	}
	return path
}

// drawn does something and takes the screenshot when the screen has come to rest, as far as films let it.
func (d *desk) drawn(name string, do func()) {
	d.t.Helper()
	do()
	last, looks, same := "", 0, 0
	d.until(name+" is drawn", func() bool {
		raw, err := os.ReadFile(d.shot(name))
		now := string(raw)
		if looks++; err == nil && now == last {
			same++
		} else {
			same = 0
		}
		last = now
		return same >= 2 && looks > 5 || looks > 15
	})
}

// colours counts the distinct colours on the screen: a blank window has a handful.
func (d *desk) colours() int {
	path := filepath.Join(d.home, "look.png")
	if d.run("import", "-window", "root", path) != nil {
		return 0
	}
	file, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer func() { _ = file.Close() }()
	img, _, err := image.Decode(file)
	if err != nil {
		return 0
	}
	seen := map[[3]uint32]bool{}
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y += 3 {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x += 3 {
			r, g, b, _ := img.At(x, y).RGBA()
			seen[[3]uint32{r >> 8, g >> 8, b >> 8}] = true
		}
	}
	return len(seen)
}

// video is what `conch list --json` tells of one.
type video struct {
	ID           string `json:"id"`
	PredictionID string `json:"prediction_id"`
	Path         string `json:"path"`
	Prompt       string `json:"prompt"`
}

// videos asks the same binary without its window: two processes, one library.
func (d *desk) videos() []video {
	out, err := d.command(d.binary, "list", "--json").Output()
	if err != nil {
		return nil
	}
	var all []video
	for line := range strings.Lines(string(out)) {
		var v video
		if json.Unmarshal([]byte(line), &v) == nil && v.ID != "" {
			all = append(all, v)
		}
	}
	return all
}

// probe asks ffprobe, an independent reader, for a video's length, codec and comment.
func probe(path string) (string, error) {
	out, err := exec.Command("ffprobe", "-v", "error", "-show_entries",
		"stream=codec_name:format=duration:format_tags=comment,title", "-of", "default=nw=1", path).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("ffprobe: %w: %s", err, out)
	}
	return string(out), nil
}
