//go:build window && linux

package window

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// generate writes a prompt into the form, presses Generate's shortcut and waits until the run has begun: keys wait
// their turn in the page, the native menu's shortcuts and the window manager overtake them.
func (d *desk) generate(prompt string) {
	d.t.Helper()
	d.key("ctrl+n")
	d.writesInto("Prompt")
	d.key("ctrl+a")
	d.typeText(prompt)
	d.until("the prompt stands in its field", func() bool { return d.reads(prompt, entry, text) })
	d.key("ctrl+Return")
	d.until("the run begins", func() bool { return d.reads(prompt, pushButton) })
}

// enterKey writes the key into its field and has it checked.
func (d *desk) enterKey() {
	d.t.Helper()
	d.press("Atlas Cloud API key", password)
	d.typeText(testKey)
	d.key("Return")
}

// browser puts a browser of our own in the way of the system's; it tells which addresses it was sent to.
func (d *desk) browser() (visited func() string) {
	d.t.Helper()
	bin, log := filepath.Join(d.home, "bin"), filepath.Join(d.home, "visited")
	if err := os.Mkdir(bin, 0o700); err != nil {
		d.t.Fatal(err)
	}
	script := "#!/bin/sh\necho \"$@\" >>'" + log + "'\nenv >>'" + log + ".env'\n"
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte(script), 0o700); err != nil {
		d.t.Fatal(err)
	}
	d.env = append(d.env, "PATH="+bin+":"+os.Getenv("PATH"))
	return func() string { return d.read("visited") }
}

// TestKey is the first run with a key and what follows: pasted into the window, checked with the service, kept in a
// real keychain, used by the window and by a command; a run that outlives the window; a start without the service.
func TestKey(t *testing.T) {
	d := newDesk(t)
	d.unlockKeychain()
	visited := d.browser()
	sim := d.simulate("127.0.0.1:0")
	d.env = append(d.env, "ATLASCLOUD_BASE_URL="+sim.base, "CONCH_DEMO_SPEED=20")
	app := d.open()
	d.press("Get a key from Atlas Cloud")
	d.until("the browser was sent to the console", func() bool { return visited() == "https://console.atlascloud.ai/\n" })
	d.enterKey()
	d.until("the key is in the keychain", func() bool {
		said, err := d.output(d.binary, "key", "status")
		return err == nil && strings.Contains(said, "keychain") && strings.HasSuffix(said, "6789.")
	})

	d.generate("a paper boat on calm water")
	d.until("the video is kept", func() bool { return len(d.videos()) == 1 })
	if facts, err := probe(d.videos()[0].Path); err != nil || !strings.Contains(facts, "paper boat") {
		t.Fatal(err, facts)
	}

	d.key("ctrl+3")
	d.sees("a paper boat on calm water")
	if out, err := d.command(d.binary, "generate", "--prompt", "a kite over the dunes").CombinedOutput(); err != nil {
		t.Fatal(err, string(out))
	}
	d.sees("a kite over the dunes") // what a command adds, without a restart

	sim.misbehave(`[{"on":"prediction","status":503}]`) // nothing can be finished before the window is closed
	d.generate("a lantern in the snow")
	d.until("the service took the run", func() bool { return sim.billed() == 3 })
	d.quit(app)
	if kept := d.videos(); len(kept) != 2 {
		t.Fatal("the run was not in flight: ", kept)
	}
	sim.misbehave(`[]`)
	app = d.open()
	d.until("the run resumed", func() bool { return len(d.videos()) == 3 })
	if billed := sim.billed(); billed != 3 {
		t.Fatalf("%d runs were billed", billed)
	}

	d.quit(app)
	sim.stop()
	d.open()
	d.sees("Generate · offline")
	d.key("ctrl+3")
	d.sees("a paper boat on calm water")
	d.plays("a lantern in the snow", "offline") // the newest is where the keyboard begins
	d.holdsNoKey(d.home)
}

// plays opens a video from the gallery, by what its title begins with, and waits until its pictures move.
func (d *desk) plays(title, name string) {
	d.t.Helper()
	d.walksToTile(title)
	d.until("the player opens", func() bool {
		d.key("Return")
		return d.reads("Use last frame", pushButton)
	})
	d.shot(name)
	still, _ := os.ReadFile(d.shotPath(name))
	d.until("the film plays", func() bool {
		now, err := os.ReadFile(d.shot(name))
		return err == nil && string(now) != string(still)
	})
}

// dismissPrompt answers the keychain's question for its password with Cancel.
func (d *desk) dismissPrompt() {
	d.t.Helper()
	d.sees("The login keyring did not get unlocked")
	d.until("the prompt is gone", func() bool {
		d.key("Escape") // lost where the prompt has no keyboard yet
		return !d.reads("The login keyring did not get unlocked")
	})
}

// TestKeyInMemory is a system whose keychain can't be used: the sentence, then a key that serves until Conch quits
// and is nowhere afterwards.
func TestKeyInMemory(t *testing.T) {
	for name, sentence := range map[string]string{
		"locked": "Your keychain is locked.",
		"none":   "This computer has no keychain that Conch can use.",
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			if name == "locked" {
				d.unlockKeychain()
				d.lockKeychain()
			}
			sim := d.simulate("127.0.0.1:0")
			app := d.open("ATLASCLOUD_BASE_URL="+sim.base, "CONCH_DEMO_SPEED=20")
			if name == "locked" {
				d.sees("Use your API key") // the page doesn't wait for the person at the prompt
				d.dismissPrompt()
			}
			d.focus()
			d.enterKey()
			if name == "locked" {
				d.dismissPrompt()
			}
			d.sees(sentence)
			d.shot("keychain-" + name)
			d.press("Keep in memory until you quit")
			d.sees("First frame")
			d.generate("a paper boat on calm water")
			d.until("the video is kept", func() bool { return len(d.videos()) == 1 && sim.billed() == 1 })
			d.key("ctrl+comma")
			d.sees("Kept in memory until you quit.")
			d.quit(app)
			d.open()
			d.sees("Use your API key")
			d.holdsNoKey(d.home)
			if name == "locked" {
				d.dismissPrompt()
			}
		})
	}
}
