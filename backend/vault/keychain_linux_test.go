package vault

import (
	"bufio"
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"

	"conch/backend/fault"
)

// bus starts a message bus for this test alone.
func bus(t *testing.T) *dbus.Conn {
	t.Helper()
	for _, program := range []string{"dbus-daemon", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_DATA_HOME", home)
	t.Setenv("XDG_RUNTIME_DIR", home)
	daemon := exec.Command("dbus-daemon", "--session", "--nofork", "--print-address=1")
	out, err := daemon.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	start(t, daemon)
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(address))
	conn, err := dbus.Connect(strings.TrimSpace(address))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func start(t *testing.T, program *exec.Cmd) {
	t.Helper()
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = program.Process.Kill()
		_ = program.Wait()
	})
}

// TestWhyTheSecretServiceRefuses: the library says the same of a keyring that stays locked and of one that isn't there.
func TestWhyTheSecretServiceRefuses(t *testing.T) {
	refused := errors.New("failed to unlock correct collection '/org/freedesktop/secrets/aliases/default'")
	for name, c := range map[string]struct {
		args []string
		rule string
	}{
		"a keyring":  {[]string{"--unlock", "--foreground", "--components=secrets"}, "vault_locked"},
		"no keyring": {[]string{"--start", "--foreground", "--components=secrets"}, "vault_empty"},
	} {
		t.Run(name, func(t *testing.T) {
			conn := bus(t)
			owned := make(chan *dbus.Signal, 64)
			conn.Signal(owned)
			if err := conn.AddMatchSignal(dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, secrets)); err != nil {
				t.Fatal(err)
			}
			daemon := exec.Command("gnome-keyring-daemon", c.args...)
			daemon.Stdin = strings.NewReader("\n")
			start(t, daemon)
			for s := range owned {
				if s.Name == "org.freedesktop.DBus.NameOwnerChanged" && s.Body[0] == secrets {
					break
				}
			}
			if got := fault.Of(told(refused)).Rule; got != c.rule {
				t.Errorf("%s, want %s", got, c.rule)
			}
		})
	}
	t.Run("no service", func(t *testing.T) {
		bus(t)
		if got := fault.Of(told(refused)).Rule; got != "vault_locked" {
			t.Error(got)
		}
	})
}
