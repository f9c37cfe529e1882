//go:build window && linux

// Package window drives the real application the way a person does: a virtual
// display with a window manager, a session bus, a real keychain, keys and mouse.
package window

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// patience is how long a condition may take on a slow, shared machine.
const patience = 90 * time.Second

// desk is one virtual desktop: a display, a window manager, a session bus and a home of its own.
type desk struct {
	t       *testing.T
	home    string
	env     []string
	binary  string
	display string
	bus     string     // the session bus's address
	window  string     // the app's, once it is open
	reader  *dbus.Conn // the accessibility bus, once it is used
}

func newDesk(t *testing.T, extra ...string) *desk {
	t.Helper()
	return newDeskOn(t, cmp.Or(os.Getenv("CONCH_SCREEN"), "1280x800"), "", extra...)
}

// newDeskOn has a display of a size with one screen in it ("1600x900+1280+0"), which fills it when none is named.
func newDeskOn(t *testing.T, display, screen string, extra ...string) *desk {
	t.Helper()
	binary := os.Getenv("CONCH_BINARY")
	if binary == "" {
		t.Fatal("CONCH_BINARY names no built app; run `make smoke`")
	}
	d := &desk{t: t, home: t.TempDir(), binary: binary}
	d.env = append(cleanEnv(), "HOME="+d.home, "XDG_RUNTIME_DIR="+d.home+"/run", "XDG_SESSION_TYPE=x11",
		"GDK_BACKEND=x11", "LANG=en_US.UTF-8")
	d.env = append(d.env, extra...)
	for _, dir := range []string{"run", "Videos"} {
		if err := os.MkdirAll(filepath.Join(d.home, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	d.startDisplay(display)
	if screen != "" {
		size, place, _ := strings.Cut(screen, "+")
		width, height, _ := strings.Cut(size, "x")
		if err := d.run("xrandr", "--setmonitor", "only", fmt.Sprintf("%s/400x%s/225+%s", width, height, place), "screen"); err != nil {
			t.Fatal("a screen within the display: ", err)
		}
	}
	d.startBus()
	manager := d.start("openbox")
	d.until("a window manager answers", func() bool {
		select {
		case <-manager.ended:
			t.Logf("openbox ended, and is started again: %v %s", manager.ProcessState, manager.noise.String())
			manager = d.start("openbox")
		default:
		}
		said, err := d.output("xprop", "-root", "_NET_SUPPORTING_WM_CHECK")
		return err == nil && strings.Contains(said, "window id")
	})
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

// process is a helper or the app, with what it said on stderr.
type process struct {
	*exec.Cmd
	noise bytes.Buffer
	ended chan struct{}
}

// start runs a program until the test ends.
func (d *desk) start(name string, args ...string) *process {
	d.t.Helper()
	return d.begin(d.command(name, args...))
}

func (d *desk) begin(cmd *exec.Cmd) *process {
	d.t.Helper()
	p := &process{Cmd: cmd, ended: make(chan struct{})}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stderr = &p.noise
	if err := cmd.Start(); err != nil {
		d.t.Fatalf("start %s: %v", cmd.Path, err)
	}
	go func() { _ = cmd.Wait(); close(p.ended) }()
	d.t.Cleanup(func() {
		p.stop()
		if d.t.Failed() && p.noise.Len() > 0 {
			d.t.Logf("%s: %s", cmd.Path, p.noise.String())
		}
	})
	return p
}

// stop asks first and insists after a while.
func (p *process) stop() {
	_ = syscall.Kill(-p.Process.Pid, syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(10 * time.Second):
		_ = syscall.Kill(-p.Process.Pid, syscall.SIGKILL)
		<-p.ended
	}
}

// wait waits until a program has ended by itself.
func (d *desk) wait(p *process) {
	d.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		d.t.Fatalf("%s did not end within %v", p.Path, patience)
	}
}

// startDisplay lets the server choose a free number and waits for it to say which.
func (d *desk) startDisplay(size string) {
	d.t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		d.t.Fatal(err)
	}
	// A server that resets when its last client goes cuts off the one that is just coming.
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", size+"x24", "-nolisten", "tcp", "-noreset")
	cmd.ExtraFiles = []*os.File{w}
	d.begin(cmd)
	_ = w.Close()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		d.t.Fatalf("Xvfb named no display: %v", err)
	}
	d.display = ":" + strings.TrimSpace(line)
	d.env = append(d.env, "DISPLAY="+d.display)
}

// busConfig is a session bus that starts nothing by itself but what is linked into its folder.
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><servicedir>%s</servicedir>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`

// startBus starts a session bus with the services of assistive technology and of the keychain's prompt: a keychain
// itself is there only when a test starts one.
func (d *desk) startBus() {
	d.t.Helper()
	services := filepath.Join(d.home, "services")
	if err := os.Mkdir(services, 0o700); err != nil {
		d.t.Fatal(err)
	}
	for _, name := range []string{"org.a11y.Bus", "org.gnome.keyring.SystemPrompter"} {
		if err := os.Symlink("/usr/share/dbus-1/services/"+name+".service", filepath.Join(services, name+".service")); err != nil {
			d.t.Fatal(err)
		}
	}
	config := filepath.Join(d.home, "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, services), 0o600); err != nil {
		d.t.Fatal(err)
	}
	_, d.bus = d.told(d.command("dbus-daemon", "--config-file="+config, "--nofork", "--print-address=1"))
	d.env = append(d.env, "DBUS_SESSION_BUS_ADDRESS="+d.bus)
}

// told starts a helper that says on its first line where it can be found.
func (d *desk) told(cmd *exec.Cmd) (*process, string) {
	d.t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		d.t.Fatal(err)
	}
	cmd.Stdout = w
	p := d.begin(cmd)
	_ = w.Close()
	d.t.Cleanup(func() { _ = r.Close() })
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		d.t.Fatalf("%s said nothing: %v", cmd.Path, err)
	}
	return p, strings.TrimSpace(line)
}

// unlockKeychain starts a gnome-keyring whose login collection is open, as after a person logged in.
func (d *desk) unlockKeychain() {
	d.t.Helper()
	cmd := d.command("gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground")
	cmd.Stdin = strings.NewReader("open sesame\n")
	d.begin(cmd)
	d.until("the keychain answers", func() bool {
		return d.run("secret-tool", "search", "none", "none") == nil
	})
}

// lockKeychain closes the open collection: from now on the system asks the person for its password.
func (d *desk) lockKeychain() {
	d.t.Helper()
	bus := d.session()
	defer func() { _ = bus.Close() }()
	login := []dbus.ObjectPath{"/org/freedesktop/secrets/collection/login"}
	call := bus.Object("org.freedesktop.secrets", "/org/freedesktop/secrets").Call("org.freedesktop.Secret.Service.Lock", 0, login)
	var locked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	if err := call.Store(&locked, &prompt); err != nil || len(locked) != 1 {
		d.t.Fatal("lock the keychain: ", err, locked)
	}
}

// session connects to the desktop's session bus.
func (d *desk) session() *dbus.Conn {
	d.t.Helper()
	bus, err := dbus.Connect(d.bus)
	if err != nil {
		d.t.Fatal("session bus: ", err)
	}
	return bus
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
			shot := d.shot("failed-" + strings.ReplaceAll(d.t.Name(), "/", "-"))
			d.t.Fatalf("%s: not within %v (last screen: %s)", what, patience, shot)
		case <-tick.C:
		}
	}
}
