//go:build window && linux

package window

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unicode/utf16"
)

// spellings are the forms in which a text may lie in a file: plain, as WebKit's databases keep it, encoded. The last
// characters are left out: Conch shows four of them, and a line may be cut.
func spellings(text string) map[string][]byte {
	text = text[:len(text)-6]
	var wide []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	whole := text[:len(text)/3*3] // base64 of this is the beginning of any longer one's
	return map[string][]byte{
		"as it is": []byte(text), "in UTF-16": wide, "in base64": []byte(base64.StdEncoding.EncodeToString([]byte(whole))), "in hex": []byte(hex.EncodeToString([]byte(text))),
	}
}

// found lists where a text stands in the files below a folder.
func (d *desk) found(text, folder string) (places []string) {
	d.t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return nil // a file that went away holds nothing
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		for form, spelled := range spellings(text) {
			if bytes.Contains(raw, spelled) {
				places = append(places, path+", "+form)
			}
		}
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return places
}

func (d *desk) holdsNoKey(folder string) {
	d.t.Helper()
	for _, place := range d.found(testKey, folder) {
		d.t.Errorf("the key is in %s", place)
	}
}

// saysNoKey holds what a process told on its standard streams.
func (d *desk) saysNoKey(what, said string) {
	d.t.Helper()
	for form, spelled := range spellings(testKey) {
		if strings.Contains(said, string(spelled)) {
			d.t.Errorf("%s tells the key, %s", what, form)
		}
	}
}

// children are the processes that another one started, and theirs, by id with their names.
func children(parent int) map[int]string {
	family := map[int]string{}
	for grown := true; grown; {
		grown = false
		stats, _ := filepath.Glob("/proc/[0-9]*/stat")
		for _, path := range stats {
			raw, err := os.ReadFile(path)
			if err != nil {
				continue
			}
			id, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			name, rest, _ := strings.Cut(string(raw), ") ") // "12 (name) S parent …"
			fields := strings.Fields(rest)
			if len(fields) < 2 {
				continue
			}
			above, _ := strconv.Atoi(fields[1])
			if _, known := family[id]; !known && (above == parent || family[above] != "") {
				_, family[id], _ = strings.Cut(name, "(")
				grown = true
			}
		}
	}
	return family
}

// tellsNoChild holds what everybody on this machine can see of a process and what its children inherit. Its own first
// environment belongs to whoever started it.
func (d *desk) tellsNoChild(app *process) (names []string) {
	d.t.Helper()
	own, err := os.ReadFile("/proc/" + strconv.Itoa(app.Process.Pid) + "/cmdline")
	if err != nil {
		d.t.Fatal(err)
	}
	d.saysNoKey("the app's command line", string(own))
	for id, name := range children(app.Process.Pid) {
		names = append(names, name)
		for _, what := range []string{"cmdline", "environ"} {
			if raw, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(id), what)); err == nil {
				d.saysNoKey(name+"'s "+what, string(raw))
			}
		}
	}
	return names
}

// crash makes a process end as a fault in Go would, with the stacks of all its goroutines.
func (d *desk) crash(p *process, signal syscall.Signal) {
	d.t.Helper()
	if err := p.Process.Signal(signal); err != nil {
		d.t.Fatal(err)
	}
	d.wait(p)
	if said := p.noise.String(); !strings.Contains(said, "goroutine ") {
		d.t.Errorf("no stacks in what %s said: %q", p.Path, said)
	}
	d.saysNoKey("the crash of "+p.Path, p.noise.String())
}

// TestSecret is a full run with every log on: the key from the person's hands, from stdin and from the environment,
// the window and the commands at work with it, their crashes. Afterwards it is in the keychain and nowhere else.
func TestSecret(t *testing.T) {
	d := newDesk(t, "CONCH_LOG=debug", "CONCH_DEMO_SPEED=20")
	temp := filepath.Join(d.home, "tmp")
	if err := os.Mkdir(temp, 0o700); err != nil {
		t.Fatal(err)
	}
	d.unlockKeychain()
	visited := d.browser()
	sim := d.simulate("127.0.0.1:0")
	d.env = append(d.env, "ATLASCLOUD_BASE_URL="+sim.base, "TMPDIR="+temp)
	keyed := append(d.env, "ATLASCLOUD_API_KEY="+testKey)

	// By hand, in the window.
	app := d.open()
	d.press("Get a key from Atlas Cloud")
	d.until("the browser was started", func() bool { return visited() != "" })
	d.enterKey()
	d.sees("First frame")
	sim.misbehave(`[{"on":"quote","status":401}]`) // what is worth a line in the log
	for _, thing := range d.things() {
		d.saysNoKey("the screen", thing.name+thing.text)
	}
	d.generate("a paper boat on calm water")
	d.until("the video is kept", func() bool { return len(d.videos()) == 1 })
	sim.misbehave(`[{"on":"prediction","status":503}]`) // nothing can be finished
	d.generate("a lantern in the snow")
	d.until("the service took the run", func() bool { return sim.billed() == 2 })
	d.tellsNoChild(app)
	d.crash(app, syscall.SIGQUIT)
	sim.misbehave(`[]`)

	// The commands: after the window's crash, with the key from stdin, with a key in the wrong place.
	for _, args := range [][]string{{"key", "status", "--json"}, {"key", "remove"}, {"key", "set"}, {"resume"}, {"generate", "--prompt", "a kite over the dunes"}, {"ledger"}, {"list", "--json"}, {"key", "set", testKey}} {
		cmd := d.command(d.binary, args...)
		cmd.Stdin = strings.NewReader(testKey + "\n")
		out, err := cmd.CombinedOutput()
		if wrong := len(args) == 3 && args[2] == testKey; (err != nil) != wrong && args[0] != "resume" {
			t.Errorf("%v: %v: %s", args[:2], err, out)
		}
		d.saysNoKey(strings.Join(args[:1], " "), string(out))
	}
	sim.misbehave(`[{"on":"run","stuck":true}]`)
	before := sim.billed()
	stuck := d.command(d.binary, "generate", "--prompt", "a run that never ends")
	stuck.Env = keyed
	command := d.begin(stuck)
	d.until("the command is at work", func() bool { return sim.billed() == before+1 })
	d.tellsNoChild(command)
	d.crash(command, syscall.SIGABRT)

	// From the environment, which the page's processes and the browser would inherit.
	sim.misbehave(`[]`)
	d.env = keyed
	app = d.open()
	d.generate("a shell at dawn")
	d.until("the video is kept", func() bool { return strings.Contains(d.prompts(), "a shell at dawn") })
	d.key("F1")
	d.sees("Shortcuts")
	if names := strings.Join(d.tellsNoChild(app), " "); !strings.Contains(names, "WebKitWebProces") || !strings.Contains(names, "WebKitNetworkPr") {
		t.Error("the page's processes were not looked at: ", names)
	}
	d.key("Escape", "ctrl+comma")
	d.sees("Simultaneous runs")
	if err := d.run("xdotool", "mousemove", "735", "600", "click", "--repeat", "40", "5"); err != nil { // to the end of the settings
		t.Fatal(err)
	}
	d.press("Atlas Cloud console")
	d.until("the browser was started again", func() bool { return strings.Count(visited(), "\n") == 2 })
	d.crash(app, syscall.SIGABRT)

	d.holdsNoKey(d.home)
	places := strings.Join(d.found("a paper boat on calm water", d.home), "\n")
	for _, place := range []string{"library.db", "journal.jsonl", ".mp4"} {
		if !strings.Contains(places, place) {
			t.Errorf("the search finds nothing in %s: %s", place, places) // so it would not find a key there
		}
	}
	if log := d.read(".local/state/conch/activity.log"); !strings.Contains(log, "level=DEBUG") {
		t.Error("the log was not at its most talkative")
	}
}

// prompts are those of all videos, in one text.
func (d *desk) prompts() string {
	var all []string
	for _, v := range d.videos() {
		all = append(all, v.Prompt)
	}
	return strings.Join(all, "\n")
}
