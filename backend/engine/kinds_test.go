package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conch/backend/container"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/simulator"
)

// TestWhateverCameIsKept: a paid run's result stands in the videos folder under the ending of what it is, byte for
// byte, and nothing of it is lost because nothing here can play it.
func TestWhateverCameIsKept(t *testing.T) {
	for ending, body := range map[string]string{
		".webm": "\x1a\x45\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm" + strings.Repeat("\x00", 64),
		".gif":  "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;",
		".png":  "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89",
		".jpg":  "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9",
		".zip":  "PK\x03\x04\x14\x00\x00\x00\x08\x00" + strings.Repeat("x", 40),
		".mp3":  "\xff\xfb\x90\x64" + strings.Repeat("\x00", 413) + "\xff\xfb\x90\x64" + strings.Repeat("\x00", 413),
		".glb":  "glTF\x02\x00\x00\x00" + strings.Repeat("\x00", 40),
		".bin":  "\x01\x02\x03\x04\x05\x06" + strings.Repeat("\x9f\x80", 40),
	} {
		t.Run(ending, func(t *testing.T) {
			sim, base := simulated(t)
			sim.SetFaults(simulator.Fault{On: "run", OutputBody: body})
			p := newPerson(t, sim, base)
			g, err := p.Studio.Wait(context.Background(), p.press(1).ID)
			if err != nil || g.State != generation.Done || len(g.Videos) != 0 || len(g.Files) != 1 {
				t.Fatalf("%s, %+v, %d videos, %d files, %v", g.State, g.Fault, len(g.Videos), len(g.Files), err)
			}
			f := g.Files[0]
			got, err := os.ReadFile(f.Path)
			if err != nil || string(got) != body || f.Bytes != int64(len(body)) || filepath.Ext(f.Path) != ending || f.Kind == "" {
				t.Errorf("%d bytes in %s, %s, %v", len(got), f.Path, f.Kind, err)
			}
			p.left(map[string]bool{f.Path: true})
			again, err := (keeper{p.Engine}).Keep(context.Background(), g, 0, nil)
			if err != nil || again.File == nil || *again.File != f {
				t.Errorf("taken up again: %+v, %v", again.File, err)
			}
		})
	}
}

// TestTextIsNoResult: a storage's own page or message is never taken for the video, however often it comes.
func TestTextIsNoResult(t *testing.T) {
	sim, base := simulated(t)
	page := simulator.Fault{On: "output", Body: "<html>please sign in</html>", ContentType: "video/mp4"}
	sim.SetFaults(page)
	p := newPerson(t, sim, base)
	told := make(chan generation.Generation)
	go p.Library.Watch(t.Context(), func(c library.Changes) {
		for _, g := range c.Generations {
			select {
			case told <- g:
			case <-t.Context().Done():
			}
		}
	})
	g := p.press(1)
	for now := range told {
		if now.State.Ended() || now.Fault != nil && now.Fault.Rule != "output_text" {
			t.Fatal(now.State, now.Fault)
		}
		if now.Fault != nil {
			break
		}
	}
	go func() {
		for range told { // nobody waits any more
		}
	}()
	sim.SetFaults()
	p.Studio.Nudge()
	g, err := p.Studio.Wait(context.Background(), g.ID)
	if err != nil || g.State != generation.Done || len(g.Videos) != 1 {
		t.Fatalf("%s, %+v, %v", g.State, g.Fault, err)
	}
}

// TestAStorageThatLagsOrWantsTheKey: nothing that a person has to hear of.
func TestAStorageThatLagsOrWantsTheKey(t *testing.T) {
	for name, rule := range map[string]simulator.Fault{
		"404":            {On: "output", Status: 404, Times: 3},
		"403":            {On: "output", Status: 403, Times: 3},
		"still written":  {On: "output", Body: `{"error":"still being written"}`, ContentType: "application/json", Times: 2},
		"wants the key":  {On: "output", NeedKey: true},
		"found at last":  {On: "prediction", Status: 404, Times: 3},
		"nonsense first": {On: "prediction", Status: 404, Body: "<html>no route</html>", Times: 3},
	} {
		t.Run(name, func(t *testing.T) {
			sim, base := simulated(t)
			sim.SetFaults(rule)
			p := newPerson(t, sim, base)
			g, err := p.Studio.Wait(context.Background(), p.press(1).ID)
			if err != nil || g.State != generation.Done || len(g.Videos) != 1 {
				t.Fatalf("%s, %+v, %v", g.State, g.Fault, err)
			}
			p.left(map[string]bool{p.video(g).Path: true})
		})
	}
}

// TestBytesBehindAPaidVideo: they stay, and are no reason to fetch it again.
func TestBytesBehindAPaidVideo(t *testing.T) {
	sim, base := simulated(t)
	clip, err := os.ReadFile("../container/testdata/clip.mp4")
	if err != nil {
		t.Fatal(err)
	}
	sim.SetFaults(simulator.Fault{On: "run", OutputBody: string(clip) + "\x00\x00\x00\x00"})
	p := newPerson(t, sim, base)
	g, err := p.Studio.Wait(context.Background(), p.press(1).ID)
	if err != nil || g.State != generation.Done || len(g.Videos) != 1 {
		t.Fatalf("%s, %+v, %v", g.State, g.Fault, err)
	}
	kept, err := os.ReadFile(p.video(g).Path)
	if err != nil || !bytes.HasSuffix(kept, []byte("\x00\x00\x00\x00")) {
		t.Error("they are gone", err)
	}
	if tags, found, err := container.ReadTags(p.video(g).Path); err != nil || !found || tags.GenerationID != g.ID {
		t.Error(tags, found, err)
	}
}

// TestThePlaceIsDecidedOnce: a run's folder and name are those of the day it began on, whatever the zone is by then.
func TestThePlaceIsDecidedOnce(t *testing.T) {
	sim, base := simulated(t)
	p := newPerson(t, sim, base)
	g, err := p.Studio.Wait(context.Background(), p.press(1).ID)
	if err != nil {
		t.Fatal(err)
	}
	before := p.video(g).Path
	g.CreatedAt += 40 * 24 * 3600 * 1000 // as another zone's midnight would, and more
	again, err := (keeper{p.Engine}).Keep(context.Background(), g, 0, nil)
	if err != nil || again.Video == nil || again.Video.Path != before || g.Day == "" {
		t.Errorf("%q and then %+v, %v", before, again.Video, err)
	}
	var recorded generation.Generation
	if text, err := json.Marshal(g); err != nil || json.Unmarshal(text, &recorded) != nil || recorded.Day != g.Day {
		t.Error("the day is not recorded")
	}
}

func (p *person) video(g generation.Generation) generation.Video {
	p.t.Helper()
	v, err := p.Library.Video(context.Background(), g.Videos[0])
	if err != nil {
		p.t.Fatal(err)
	}
	return v
}
