//go:build linux

package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

//go:embed probe.js
var probe string

// scrolled is what probe.js tells of a stretch of scrolling; times in milliseconds.
type scrolled struct {
	P50, P95, Worst, Late, Work50, Work95, LongestBlank float64
	Nodes, BlankTiles, Blank, Frames                    int
	Height                                              float64
	Failed                                              string
	Effort                                              float64 // processor time of the page's process for each frame, all its threads
}

type jumped struct {
	Took        []float64
	Median, P95 float64
	Failed      string
}

// steady is a fling that a person can follow (px/s); whole is how long the whole library takes at most.
const (
	steady = 3000
	whole  = 40 * time.Second
)

// places are where jumps lead, as shares of the height.
var places = []float64{0.5, 0.93, 0.11, 0.72, 0.31, 0.85, 0.02, 0.64, 0.43, 0.99, 0.21, 0.57}

// frames scrolls the gallery in the real window, and the same page in Chromium, the sizes in turns.
func (g *gallery) frames(context.Context) error {
	seen := map[string]map[int][]visit{}
	for range g.runs {
		for _, size := range g.sizes {
			for _, in := range []struct {
				name string
				open func(*desk) (*page, error)
			}{{"WebKitGTK", (*desk).openWindow}, {"Chromium", (*desk).openChromium}} {
				d, err := g.desk(size)
				if err != nil {
					return err
				}
				v, err := d.visit(in.open)
				if err != nil {
					return fmt.Errorf("%s at %d: %w", in.name, size, err)
				}
				if seen[in.name] == nil {
					seen[in.name] = map[int][]visit{}
				}
				seen[in.name][size] = append(seen[in.name][size], v)
				g.say("%s at %s: %+v", in.name, thousands(size), v)
			}
		}
	}
	for _, name := range []string{"WebKitGTK", "Chromium"} {
		for _, size := range g.sizes {
			g.tell(name, size, seen[name][size])
		}
	}
	return nil
}

// tell puts the medians of visits into the table.
func (g *gallery) tell(in string, size int, visits []visit) {
	put := func(name, aim, unit string, of func(visit) float64) {
		g.put(in+": "+name, aim, unit, size, median(each(visits, of)))
	}
	put("frame, whole library, p50", "", "ms", func(v visit) float64 { return v.whole.P50 })
	put("frame, whole library, p95", "16.7 ms", "ms", func(v visit) float64 { return v.whole.P95 })
	put("processor time for a frame, whole library", "16.7 ms", "ms", func(v visit) float64 { return v.whole.Effort })
	put("processor time for a frame at 3,000 px/s", "16.7 ms", "ms", func(v visit) float64 { return v.steady.Effort })
	put("work in a frame, whole library, p95", "", "ms", func(v visit) float64 { return v.whole.Work95 })
	put("frame at 3,000 px/s, p95", "16.7 ms", "ms", func(v visit) float64 { return v.steady.P95 })
	put("work in a frame at 3,000 px/s, p95", "", "ms", func(v visit) float64 { return v.steady.Work95 })
	put("frames over 25 ms, of a hundred", "", "", func(v visit) float64 { return 100 * v.steady.Late })
	put("elements in the page, most", "500", "", func(v visit) float64 { return float64(max(v.whole.Nodes, v.steady.Nodes)) })
	put("tiles blank over 100 ms", "0", "", func(v visit) float64 { return float64(v.whole.Blank + v.steady.Blank) })
	put("longest blank tile", "100 ms", "ms", func(v visit) float64 { return max(v.whole.LongestBlank, v.steady.LongestBlank) })
	put("jump to posters, median", "100 ms", "ms", func(v visit) float64 { return v.jumps.Median })
	put("jump to posters, p95", "", "ms", func(v visit) float64 { return v.jumps.P95 })
	if in == "WebKitGTK" {
		put("memory of all processes before", "", "MiB", func(v visit) float64 { return mib(v.before.pss) })
		put("memory of all processes after it all", "1.5x of that at 100", "MiB", func(v visit) float64 { return mib(v.after.pss) })
	}
}

// visit is one stay on the gallery.
type visit struct {
	steady, whole scrolled
	jumps         jumped
	before, after footprint
}

func (d *desk) visit(open func(*desk) (*page, error)) (v visit, err error) {
	p, err := open(d)
	if err != nil {
		return v, err
	}
	defer func() {
		if err != nil {
			p.explain(&err)
			_ = d.command("import", "-window", "root", filepath.Join(d.dir, "failed.png")).Run()
		}
		p.close()
	}()
	time.Sleep(afterward)
	v.before = footprintOf(p.pid)
	if err := p.scroll(&v.steady, 0.4, steady, 10); err != nil {
		return v, err
	}
	speed := max(steady, v.steady.Height/whole.Seconds())
	if err := p.scroll(&v.whole, 0, speed, min(whole.Seconds(), max(5, v.steady.Height/speed))); err != nil {
		return v, err
	}
	if err := p.run(&v.jumps, "jump", places); err != nil {
		return v, err
	}
	time.Sleep(afterward)
	v.after = footprintOf(p.pid)
	return v, errors.Join(failed(v.steady.Failed), failed(v.whole.Failed), failed(v.jumps.Failed))
}

func failed(said string) error {
	if said == "" {
		return nil
	}
	return errors.New(said)
}

// page is the gallery in a window or a browser.
type page struct {
	*inspector
	pid   int
	roots []int  // whose descendants have the page
	draws []byte // in the command line of the process that draws it
	ends  []func()
}

func (p *page) close() {
	if p.inspector != nil {
		p.inspector.close()
	}
	for i := len(p.ends) - 1; i >= 0; i-- {
		p.ends[i]()
	}
}

// toGallery goes to the gallery, waits for its posters, and leaves the app so that it opens there.
func (p *page) toGallery() error {
	there := func() (struct{}, error) {
		return struct{}{}, p.eval(`localStorage.setItem('conch.view', 'gallery'), location.reload(), true`, nil)
	}
	if _, err := within(30*time.Second, there); err != nil { // a blank page has no storage
		return err
	}
	_, err := within(time.Minute, func() (bool, error) {
		var ready bool
		err := p.eval("typeof __probe === 'object' ? __probe.ready() : ("+probe+", false)", &ready)
		if err == nil && !ready {
			err = errors.New("no posters to be seen")
		}
		return ready, err
	})
	return err
}

// explain adds what the page looks like to an error.
func (p *page) explain(err *error) {
	var state json.RawMessage
	if p.inspector != nil && p.eval("typeof __probe === 'object' ? __probe.state() : document.body.innerText.slice(0, 300)", &state) == nil {
		*err = fmt.Errorf("%w; the page: %s", *err, state)
	}
}

// scroll scrolls, and counts what that costs the page's process: other users of the machine are not in it.
func (p *page) scroll(into *scrolled, from, speed, seconds float64) error {
	before := p.effort()
	if err := p.run(into, "scroll", from, speed, seconds); err != nil {
		return err
	}
	into.Effort = (p.effort() - before) * 1000 / float64(max(1, into.Frames))
	return nil
}

// effort is the processor time so far, in seconds, of the busiest process beneath ours that draws pages.
func (p *page) effort() (most float64) {
	for _, root := range p.roots {
		for _, pid := range family(root) {
			line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
			if bytes.Contains(line, p.draws) {
				most = max(most, spent(pid).Seconds())
			}
		}
	}
	return most
}

// run starts one of the probe's measures and waits for its end.
func (p *page) run(into any, kind string, args ...any) error {
	given, err := json.Marshal(append([]any{kind}, args...))
	if err != nil {
		return err
	}
	if err := p.eval("__probe.begin(..."+string(given)+")", nil); err != nil {
		return err
	}
	_, err = within(3*time.Minute, func() (bool, error) {
		time.Sleep(time.Second) // each look takes a moment from the page
		var result json.RawMessage
		if err := p.eval("__probe.result ?? null", &result); err != nil {
			return false, err
		}
		if result == nil || string(result) == "null" {
			return false, errors.New(kind + " does not end")
		}
		return true, json.Unmarshal(result, into)
	})
	return err
}

// openWindow starts Conch as it is shipped, but for WebKit's own inspector, which Wails' tag devtools leaves on.
func (d *desk) openWindow() (*page, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	cmd := d.command(d.conch + "-devtools")
	cmd.Env = append(cmd.Env, fmt.Sprintf("WEBKIT_INSPECTOR_HTTP_SERVER=127.0.0.1:%d", port))
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &page{pid: cmd.Process.Pid, roots: []int{cmd.Process.Pid}, draws: []byte("WebKitWebProcess"), ends: []func(){func() { end(cmd) }}}
	if p.inspector, err = inspectWebKit(port); err == nil {
		err = p.toGallery()
	}
	if err != nil {
		p.explain(&err)
		p.close()
	}
	return p, err
}

// openChromium serves the same page with the same backend to Chromium.
func (d *desk) openChromium() (*page, error) {
	served, err := freePort()
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	address := fmt.Sprintf("http://127.0.0.1:%d", served)
	app := d.command(d.conch + "-dev")
	app.Env = append(app.Env, fmt.Sprintf("devserver=127.0.0.1:%d", served), "assetdir="+filepath.Join(filepath.Dir(d.conch), "../../frontend/dist"))
	if err := app.Start(); err != nil {
		return nil, err
	}
	p := &page{pid: app.Process.Pid, draws: []byte("--type=renderer"), ends: []func(){func() { end(app) }}}
	fail := func(err error) (*page, error) {
		p.explain(&err)
		p.close()
		return p, err
	}
	if _, err := within(30*time.Second, func() ([]byte, error) { return read(address) }); err != nil {
		return fail(err)
	}
	profile, err := os.MkdirTemp(d.dir, "chromium-")
	if err != nil {
		return fail(err)
	}
	browser := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--no-first-run", "--window-size=1280,800", fmt.Sprintf("--remote-debugging-port=%d", port), "--user-data-dir="+profile, address)
	browser.Env = d.env
	if err := browser.Start(); err != nil {
		return fail(err)
	}
	p.roots, p.ends = []int{browser.Process.Pid}, append(p.ends, func() { end(browser) })
	if p.inspector, err = inspectChromium(port, address); err != nil {
		return fail(err)
	}
	if err := p.toGallery(); err != nil {
		return fail(err)
	}
	return p, nil
}
