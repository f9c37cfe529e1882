package engine

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"conch/backend/container"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/paths"
	"conch/backend/settings"
	"conch/backend/simulator"
	"conch/backend/vault"
)

const diskKey = "sk-conch-disk-0123456789"

// site is an engine as the window runs it, its folders on small drives, before a service whose requests can be met.
type site struct {
	t       *testing.T
	places  paths.Places
	data    disk
	videos  disk
	config  disk
	sim     *simulator.Server
	address string
	billed  atomic.Int64
	onStage func(generation.Stage)

	mu     sync.Mutex
	before map[string]func(length int64) // "submit", "output": once, before the answer goes out

	troubles chan string // rules of what held a generation up
	*Engine
	stop func()
}

func newSite(t *testing.T) *site { return newSiteOn(t, mounted) }

func newSiteOn(t *testing.T, mounted func(t *testing.T, at, options string) disk) *site {
	t.Helper()
	dir := t.TempDir()
	s := &site{t: t, before: map[string]func(int64){}, troubles: make(chan string, 1000), onStage: func(generation.Stage) {}, sim: simulator.New(simulator.Options{Key: diskKey, Speed: 400})}
	s.places = paths.Places{Data: filepath.Join(dir, "data"), Config: filepath.Join(dir, "config"), Cache: filepath.Join(dir, "cache"), Videos: filepath.Join(dir, "videos")}
	s.data, s.videos, s.config = mounted(t, s.places.Data, "size=4m"), mounted(t, s.places.Videos, "size=4m"), mounted(t, s.places.Config, "size=256k")
	service := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(func() {
		service.CloseClientConnections()
		service.Close()
	})
	s.address = service.URL
	s.open()
	t.Cleanup(func() { s.stop() })
	return s
}

// serve lets the simulator answer into memory, so that something can happen between its work and its answer.
func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	answer := httptest.NewRecorder()
	s.sim.ServeHTTP(answer, r)
	kind := ""
	switch {
	case strings.HasSuffix(r.URL.Path, "/generateVideo"):
		kind = "submit"
		if answer.Code == http.StatusOK {
			s.billed.Add(1)
		}
	case !strings.HasPrefix(r.URL.Path, "/api/") && !strings.HasPrefix(r.URL.Path, "/public/"):
		kind = "output"
	}
	s.mu.Lock()
	meet := s.before[kind]
	delete(s.before, kind)
	s.mu.Unlock()
	if meet != nil {
		meet(int64(answer.Body.Len()))
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

func (s *site) when(kind string, do func(length int64)) {
	s.mu.Lock()
	s.before[kind] = do
	s.mu.Unlock()
}

// Handle makes a site the log's handler: a submit whose answer can't be recorded says so nowhere else.
func (s *site) Handle(_ context.Context, r slog.Record) error {
	if strings.HasPrefix(r.Message, "result of a submit") {
		s.trouble("answer")
	}
	return nil
}
func (s *site) Enabled(context.Context, slog.Level) bool { return true }
func (s *site) WithAttrs([]slog.Attr) slog.Handler       { return s }
func (s *site) WithGroup(string) slog.Handler            { return s }

func (s *site) trouble(rule string) {
	select {
	case s.troubles <- rule:
	default:
	}
}

// open starts the engine; its studio moves with run.
func (s *site) open() {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	e, err := Open(ctx, Options{
		Places: s.places, TakesOver: true, Lingers: true, Version: "test", Keychain: vault.Memory(), Log: slog.New(s),
		Env: func(name string) string {
			return map[string]string{BaseURLName: s.address, "ATLASCLOUD_API_KEY": diskKey, "CONCH_DEMO_SPEED": "400"}[name]
		},
		OnStage:   func(stage generation.Stage) { s.onStage(stage) },
		OnTrouble: func(err error) { s.trouble(fault.Of(err).Rule) },
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.Engine = e
	var all sync.WaitGroup
	all.Go(func() {
		e.Library.Watch(ctx, func(c library.Changes) {
			for _, g := range c.Generations {
				if g.Fault != nil {
					s.trouble(g.Fault.Rule)
				}
			}
		})
	})
	s.stop = sync.OnceFunc(func() {
		cancel()
		all.Wait()
		if err := e.Close(); err != nil {
			s.t.Error(err)
		}
	})
}

// run lets the studio move until the site stops.
func (s *site) run() {
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() { _ = s.Studio.Run(ctx) })
	before := s.stop
	s.stop = sync.OnceFunc(func() {
		cancel()
		all.Wait()
		before()
	})
}

func (s *site) generate() generation.Generation {
	s.t.Helper()
	for len(s.troubles) > 0 { // those of the run before
		<-s.troubles
	}
	g, err := s.Generate(s.t.Context(), generation.Request{Model: "minimax/hailuo-02/t2v-standard", Params: map[string]any{"prompt": "a shell", "duration": 6}})
	if err != nil {
		s.t.Fatal(err)
	}
	return g
}

// held waits for one of these troubles to be told.
func (s *site) held(rules ...string) {
	s.t.Helper()
	var others []string
	for {
		select {
		case rule := <-s.troubles:
			for _, wanted := range rules {
				if rule == wanted {
					return
				}
			}
			others = append(others, rule)
		case <-time.After(time.Minute): // only a broken test waits so long
			s.t.Fatal("nothing told of", rules, "but of", others)
		}
	}
}

// ends holds a generation to its end: done, whole, billed so often in all, in both books, and nothing left about.
func (s *site) ends(id string, bills int64) generation.Generation {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	g, err := s.Studio.Wait(ctx, id)
	if err != nil || g.State != generation.Done || g.Fault != nil || s.billed.Load() != bills {
		now, _ := s.Library.Generation(context.Background(), id)
		s.t.Fatalf("%+v, billed %d, %v", now, s.billed.Load(), err)
	}
	v, err := s.Library.Video(ctx, g.Videos[0])
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := container.Check(v.Path); err != nil {
		s.t.Fatal(err)
	}
	if last, found, err := s.Journal.Last(id); err != nil || !found || last.PredictionID != g.PredictionID {
		s.t.Fatal("the journal differs", last, found, err)
	}
	entries, err := s.Library.Ledger(ctx, library.LedgerQuery{})
	entries = slices.DeleteFunc(entries, func(e generation.Entry) bool { return e.Outcome == generation.Unsent })
	if err != nil || int64(len(entries)) != bills || entries[0].Outcome != generation.Completed {
		s.t.Fatal(entries, err)
	}
	err = filepath.WalkDir(s.places.Videos, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) != ".mp4" && d.Name() != "ballast" {
			s.t.Error("left about:", path)
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return g
}

func TestAFullDiskAtEachWrite(t *testing.T) {
	if !privileged(t) {
		return
	}
	for name, c := range map[string]struct {
		prepare func(s *site)
		full    func(s *site) disk
		told    []string
	}{
		"the database, before the submit": {
			prepare: func(s *site) { s.data.fill(0) }, full: func(s *site) disk { return s.data }, told: []string{"library_unwritable"}},
		"the journal, before the submit": {
			prepare: func(s *site) {
				var once sync.Once
				s.onStage = func(stage generation.Stage) {
					if stage.State == generation.Submitting {
						once.Do(func() { s.data.fill(0) })
					}
				}
			}, full: func(s *site) disk { return s.data }, told: []string{"answer", "journal_unwritable"}},
		"both, after the submit": {
			prepare: func(s *site) { s.when("submit", func(int64) { s.data.fill(0) }) }, full: func(s *site) disk { return s.data }, told: []string{"answer", "library_unwritable"}},
		"the download": {
			prepare: func(s *site) { s.when("output", func(length int64) { s.videos.fill(length / 2) }) }, full: func(s *site) disk { return s.videos }, told: []string{"disk_full"}},
		"the tagged copy": {
			prepare: func(s *site) { s.when("output", func(length int64) { s.videos.fill(length + length/2) }) }, full: func(s *site) disk { return s.videos }, told: []string{"disk_full"}},
		"the end": {
			prepare: func(s *site) { s.when("output", func(int64) { s.data.fill(0) }) }, full: func(s *site) disk { return s.data }, told: []string{"library_unwritable"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			g := s.generate()
			c.prepare(s)
			s.run()
			s.held(c.told...)
			if full := c.full(s); full == s.videos {
				now, err := s.Library.Generation(t.Context(), g.ID)
				if err != nil || now.State != generation.Downloading || now.PredictionID == "" {
					t.Fatal(now, err)
				}
			}
			c.full(s).free()
			s.Studio.Nudge()
			s.ends(g.ID, 1)
		})
	}
}

func TestAFullDiskBeforeAnything(t *testing.T) {
	if !privileged(t) {
		return
	}
	s := newSite(t)
	s.run()
	s.data.fill(0)
	_, err := s.Generate(t.Context(), generation.Request{Model: "minimax/hailuo-02/t2v-standard", Params: map[string]any{"prompt": strings.Repeat("long ", 300), "duration": 6}})
	if fault.Of(err).Rule != "library_unwritable" || s.billed.Load() != 0 {
		t.Fatal(err, s.billed.Load())
	}
	s.data.free()
	s.ends(s.generate().ID, 1)

	s.config.fill(0)
	before := s.Settings.Get()
	if _, err := s.Settings.Update(func(c *settings.Settings) { c.Parallel = 7 }); fault.Of(err).Rule != "settings_unwritable" || s.Settings.Get() != before {
		t.Fatal(err)
	}
	s.config.free()
	if _, err := s.Settings.Update(func(c *settings.Settings) { c.Parallel = 7 }); err != nil {
		t.Fatal(err)
	}
}

// TestAProcessThatEndsWhileTheDiskIsFull stops between the output and its record.
func TestAProcessThatEndsWhileTheDiskIsFull(t *testing.T) {
	if !privileged(t) {
		return
	}
	s := newSite(t)
	g := s.generate()
	s.when("output", func(length int64) { s.videos.fill(length / 2); s.data.fill(0) })
	s.run()
	s.held("library_unwritable", "disk_full")
	s.stop()
	s.data.free()
	s.videos.free()
	s.open()
	s.run()
	if err := s.Studio.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.ends(g.ID, 1)
}

func TestAReadOnlyDisk(t *testing.T) {
	if !privileged(t) {
		return
	}
	s := newSite(t)
	g := s.generate()
	s.when("submit", func(int64) { s.videos.remount(syscall.MS_RDONLY) })
	s.run()
	s.held("folder_read_only")
	s.videos.remount(0)
	s.Studio.Nudge()
	s.ends(g.ID, 1)

	s.stop()
	s.data.remount(syscall.MS_RDONLY)
	_, repaired, err := ReadLibrary(t.Context(), s.places)
	if fault.Of(err).Rule != "library_unwritable" || repaired != nil {
		t.Fatal(repaired, err)
	}
	s.data.remount(0)
	s.open()
	s.ends(g.ID, 1)
}

// TestPermissionLostMidway runs without root's power over permissions.
func TestPermissionLostMidway(t *testing.T) {
	if os.Getenv("CONCH_TEST_NO_OVERRIDE") == "" {
		if privileged(t) {
			again(t, "CONCH_TEST_NO_OVERRIDE", "setpriv", "--bounding-set", "-dac_override,-dac_read_search")
		}
		return
	}
	s := newSite(t)
	g := s.generate()
	s.when("submit", func(int64) {
		if err := os.Chmod(s.places.Videos, 0o500); err != nil {
			t.Error(err)
		}
	})
	s.run()
	s.held("folder_read_only")
	if err := os.Chmod(s.places.Videos, 0o700); err != nil {
		t.Fatal(err)
	}
	s.Studio.Nudge()
	s.ends(g.ID, 1)
}

// TestADriveIsUnpluggedAndComesBack leaves the mount point as an empty folder: nothing may go there.
func TestADriveIsUnpluggedAndComesBack(t *testing.T) {
	if !privileged(t) {
		return
	}
	s := newSite(t)
	drive, at := mounted(t, filepath.Join(t.TempDir(), "drive"), "size=4m"), filepath.Join(t.TempDir(), "plugged")
	plug := func() error { return syscall.Mount(drive.at, at, "", syscall.MS_BIND, "") }
	if err := errors.Join(os.Mkdir(at, 0o755), plug()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(at, syscall.MNT_DETACH) })
	if _, err := s.Settings.Update(func(c *settings.Settings) { c.VideosFolder = at }); err != nil {
		t.Fatal(err)
	}
	s.run()
	s.ends(s.generate().ID, 1)
	for _, when := range []string{"submit", "output"} {
		s.when(when, func(int64) {
			if err := syscall.Unmount(at, syscall.MNT_DETACH); err != nil {
				t.Error(err)
			}
		})
		bills := s.billed.Load() + 1
		g := s.generate()
		s.held("folder_gone", "folder_missing")
		s.Studio.Nudge() // it looks again, and waits again
		if left, err := os.ReadDir(at); err != nil || len(left) > 0 {
			t.Fatal("something went into the empty place of the drive", left, err)
		}
		if err := plug(); err != nil {
			t.Fatal(err)
		}
		s.Studio.Nudge()
		g = s.ends(g.ID, bills)
		v, err := s.Library.Video(t.Context(), g.Videos[0])
		if err != nil || !strings.HasPrefix(v.Path, at) {
			t.Fatal(v.Path, err)
		}
	}
}
