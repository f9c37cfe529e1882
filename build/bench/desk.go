//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const benchKey = "sk-conch-bench-0123456789"

// desk is a desktop as a person has it: display, window manager, session bus, an open keychain with the key in it,
// and the service, played by the simulator.
type desk struct {
	dir    string
	conch  string
	env    []string
	screen *screen
	ends   []func()
}

// openDesk opens one for a person with this home; what is drawn and photographed goes to dir.
func openDesk(dir, home, conch string) (*desk, error) {
	d := &desk{dir: dir, conch: conch}
	if err := errors.Join(os.MkdirAll(filepath.Join(home, "run"), 0o700), os.MkdirAll(filepath.Join(home, "Videos"), 0o700)); err != nil {
		return d, err
	}
	for _, e := range os.Environ() {
		name, _, _ := strings.Cut(e, "=")
		if !strings.HasPrefix(name, "XDG_") && !strings.HasPrefix(name, "ATLASCLOUD_") && !strings.HasPrefix(name, "DBUS_") && !strings.HasPrefix(name, "LC_") {
			d.env = append(d.env, e)
		}
	}
	d.env = append(d.env, "HOME="+home, "XDG_RUNTIME_DIR="+home+"/run", "XDG_SESSION_TYPE=x11", "GDK_BACKEND=x11", "NO_AT_BRIDGE=1", "LANG=en_US.UTF-8")
	var err error
	if d.screen, err = openScreen(dir); err != nil {
		return d, err
	}
	d.ends = append(d.ends, func() { end(d.screen.cmd) })
	d.env = append(d.env, "DISPLAY="+d.screen.name)
	bus, err := d.announced(d.command("dbus-daemon", "--session", "--nofork", "--print-address=1"))
	if err != nil {
		return d, err
	}
	d.env = append(d.env, "DBUS_SESSION_BUS_ADDRESS="+bus)
	if err := d.begin(d.command("openbox")); err != nil {
		return d, err
	}
	if err := d.command("xdotool", "mousemove", "0", "0").Run(); err != nil { // a tile beneath the pointer plays its clip, and nothing rests
		return d, err
	}
	keyring := d.command("gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground")
	keyring.Stdin = strings.NewReader("\n")
	if err := d.begin(keyring); err != nil {
		return d, err
	}
	service, err := d.announced(d.command(conch, "simulate", "--addr", "127.0.0.1:0", "--accept", benchKey))
	if err != nil {
		return d, err
	}
	d.env = append(d.env, "ATLASCLOUD_BASE_URL="+service)
	return d, d.keepKey()
}

// keepKey stores the key as a person would; the keychain may need a moment to be there.
func (d *desk) keepKey() error {
	var said []byte
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		set := d.command(d.conch, "key", "set")
		set.Stdin = strings.NewReader(benchKey + "\n")
		var err error
		if said, err = set.CombinedOutput(); err == nil {
			return nil
		}
	}
	return fmt.Errorf("keep the key: %s", said)
}

func (d *desk) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = d.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

func (d *desk) begin(cmd *exec.Cmd) error {
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	d.ends = append(d.ends, func() { end(cmd) })
	return nil
}

// announced starts a program that tells its address in its first line.
func (d *desk) announced(cmd *exec.Cmd) (string, error) {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := d.begin(cmd); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("%s named no address: %w", cmd.Path, err)
	}
	return strings.TrimSpace(line), nil
}

func (d *desk) close() {
	for i := len(d.ends) - 1; i >= 0; i-- {
		d.ends[i]()
	}
}

// end asks first and insists after a while.
func end(cmd *exec.Cmd) {
	_ = cmd.Process.Signal(syscall.SIGTERM)
	hard := time.AfterFunc(10*time.Second, func() { _ = cmd.Process.Kill() })
	defer hard.Stop()
	_ = cmd.Wait()
}

// opened is one start of a window.
type opened struct {
	shown  time.Duration // from the start of the process
	memory footprint     // at rest
}

// afterward is how long a window has been at rest when its memory is counted.
const afterward = 3 * time.Second

// open starts a window, sees it drawn, does something with it, counts its memory, and closes it.
func (d *desk) open(binary string, looksRight func(frame) bool, do func(pid int) error) (o opened, err error) {
	if err := d.screen.cleared(); err != nil {
		return o, err
	}
	cmd := d.command(binary)
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return o, err
	}
	defer end(cmd)
	if o.shown, err = d.screen.watch(start, looksRight); err != nil {
		_ = d.command("import", "-window", "root", filepath.Join(d.dir, "failed.png")).Run()
		return o, fmt.Errorf("%s: %w", filepath.Base(binary), err)
	}
	if do != nil {
		if err := do(cmd.Process.Pid); err != nil {
			return o, err
		}
	}
	time.Sleep(afterward)
	_ = d.command("import", "-window", "root", filepath.Join(d.dir, filepath.Base(binary)+".png")).Run()
	o.memory = footprintOf(cmd.Process.Pid)
	return o, nil
}
