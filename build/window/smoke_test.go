//go:build window && linux

package window

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const testKey = "sk-conch-smoke-0123456789"

// simulate runs the simulator of the same binary, as a person would, and gives its address.
func (d *desk) simulate() string {
	d.t.Helper()
	cmd := d.command(d.binary, "simulate", "--addr", "127.0.0.1:0", "--speed", "10", "--accept", testKey)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { d.stop(cmd) })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		d.t.Fatal("the simulator named no address: ", err)
	}
	return strings.TrimSpace(line)
}

// TestKeyPromptVideo is the first run with a key: pasted into the window, checked with the service, kept in a real
// keychain, used for one billed run, and found nowhere on the disk.
func TestKeyPromptVideo(t *testing.T) {
	d := newDesk(t)
	d.unlockKeychain()
	base := d.simulate()
	d.env = append(d.env, "ATLASCLOUD_BASE_URL="+base, "CONCH_DEMO_SPEED=10")
	_, d.window = d.open()
	d.key("Tab", "Tab") // the language, the key
	d.typeText(testKey)
	d.key("Return")
	d.until("the key is in the keychain", func() bool {
		said, err := d.output(d.binary, "key", "status")
		return err == nil && strings.Contains(said, "keychain") && strings.HasSuffix(said, "6789.")
	})
	d.key("ctrl+n")
	d.until("the form is drawn", func() bool { return d.colours() > 200 })
	d.typeText("a paper boat on calm water")
	d.key("ctrl+Return")
	d.until("the video is kept", func() bool { return len(d.videos()) == 1 })
	if facts, err := probe(d.videos()[0].Path); err != nil || !strings.Contains(facts, "paper boat") {
		t.Fatal(err, facts)
	}
	resp, err := http.Get(base + "/_sim/ledger")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var ledger []map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&ledger); err != nil || len(ledger) != 1 {
		t.Fatal(err, ledger)
	}
	for _, place := range []string{".config/conch", ".local/share/conch", ".cache", "Videos"} {
		d.holdsNoKey(filepath.Join(d.home, place))
	}
}

func (d *desk) holdsNoKey(folder string) {
	d.t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return nil // a file that went away holds nothing
		}
		raw, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(raw), testKey) {
			d.t.Errorf("the key is in %s", path)
		}
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
}
