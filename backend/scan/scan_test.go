package scan

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"conch/backend/container"
	"conch/backend/fault"
)

// shelf is a library of nothing but files, which does what a comparison tells.
type shelf struct {
	t     *testing.T
	known map[string]Known
	reads atomic.Int64 // files that were looked into
	part  Part
}

func (s *shelf) Look(path string) (container.Seen, error) {
	s.reads.Add(1)
	return Disk{}.Look(path)
}
func (s *shelf) Hash(ctx context.Context, path string) (string, error) {
	return Disk{}.Hash(ctx, path)
}
func (s *shelf) Stat(path string) (File, error) { return Disk{}.Stat(path) }
func (s *shelf) Holds(folder string) bool       { return Disk{}.Holds(folder) }

// scan compares and takes over; it gives all that was told.
func (s *shelf) scan(roots ...string) Part {
	s.t.Helper()
	var folders []Folder
	for _, root := range roots {
		f, err := List(context.Background(), root)
		if err != nil {
			s.t.Fatal(err)
		}
		folders = append(folders, f)
	}
	return s.compare(folders)
}

func (s *shelf) compare(folders []Folder) Part {
	s.t.Helper()
	var known []Known
	for _, k := range s.known {
		known = append(known, k)
	}
	s.part = Part{}
	s.reads.Store(0)
	err := Compare(context.Background(), known, folders, s, nil, func(p Part) error {
		s.part.Updates = append(s.part.Updates, p.Updates...)
		s.part.Added = append(s.part.Added, p.Added...)
		s.part.Gone = append(s.part.Gone, p.Gone...)
		s.part.Copies = append(s.part.Copies, p.Copies...)
		s.part.Problems = append(s.part.Problems, p.Problems...)
		s.part.Same += p.Same
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, u := range s.part.Updates {
		k := s.known[u.ID]
		k.File, k.Missing = u.File, false
		if u.Hash != "" {
			k.Hash = u.Hash
		}
		s.known[u.ID] = k
	}
	for _, a := range s.part.Added {
		s.known[a.ID] = Known{ID: a.ID, File: a.File, Hash: a.Hash}
	}
	for _, id := range s.part.Gone {
		k := s.known[id]
		k.Missing = true
		s.known[id] = k
	}
	return s.part
}

// counts is a Part in short: same, settled, moved, changed, returned, added, gone, copies, problems.
func counts(p Part) [9]int {
	kinds := map[Kind]int{}
	for _, u := range p.Updates {
		kinds[u.Kind]++
	}
	return [9]int{p.Same, kinds[Settled], kinds[Moved], kinds[Changed], kinds[Returned], len(p.Added), len(p.Gone), len(p.Copies), len(p.Problems)}
}

func (s *shelf) wants(what string, want [9]int, roots ...string) {
	s.t.Helper()
	if got := counts(s.scan(roots...)); got != want {
		s.t.Fatalf("%s: %v, want %v; %+v", what, got, want, s.part)
	}
}

const clips = "../container/testdata/"

// film puts a clip at a path; with an id it carries our recipe.
func film(t *testing.T, clip, path, id string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if id == "" {
		data, err := os.ReadFile(clips + clip)
		if err == nil {
			err = os.WriteFile(path, data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	} else if err := container.WriteTags(clips+clip, path, container.Tags{VideoID: id, Prompt: "p", Title: id}); err != nil {
		t.Fatal(err)
	}
	clock = clock.Add(time.Second)
	if err := os.Chtimes(path, clock, clock); err != nil {
		t.Fatal(err)
	}
	return path
}

// clock gives each written file a time of its own, however coarse the file system's is.
var clock = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// begun is a folder of three films, known to a shelf: a and b of ours, c from elsewhere.
func begun(t *testing.T) (s *shelf, root string) {
	t.Helper()
	s, root = &shelf{t: t, known: map[string]Known{}}, t.TempDir()
	film(t, "last.mp4", filepath.Join(root, "2026-10", "a.mp4"), "a")
	film(t, "last.mp4", filepath.Join(root, "2026-11", "b.mp4"), "b")
	film(t, "clip.mp4", filepath.Join(root, "2026-11", "c.MP4"), "")
	s.wants("begin", [9]int{5: 3}, root)
	s.wants("nothing changed", [9]int{0: 3}, root)
	if n := s.reads.Load(); n != 0 {
		t.Fatalf("%d files were read for nothing", n)
	}
	return s, root
}

func TestRenamedAndMoved(t *testing.T) {
	s, root := begun(t)
	must(t, os.Rename(filepath.Join(root, "2026-10"), filepath.Join(root, "Best of")))
	must(t, os.Rename(filepath.Join(root, "2026-11", "c.MP4"), filepath.Join(root, "海 浪\nnew.mp4")))
	s.wants("renamed", [9]int{0: 1, 2: 2}, root)
	if n := s.reads.Load(); n != 0 {
		t.Fatalf("%d files were read", n)
	}
	if s.known["a"].Path != filepath.Join(root, "Best of", "a.mp4") {
		t.Fatal(s.known["a"])
	}
	other := t.TempDir()
	must(t, os.Rename(filepath.Join(root, "Best of", "a.mp4"), filepath.Join(other, "a.mp4")))
	s.wants("in another videos folder", [9]int{0: 2, 2: 1}, root, other)
}

// Renamed and written by another program at once: neither size nor time help.
func TestMovedAndChanged(t *testing.T) {
	s, root := begun(t)
	film(t, "last.mp4", filepath.Join(root, "elsewhere.mp4"), "a")
	must(t, os.Remove(filepath.Join(root, "2026-10", "a.mp4")))
	c := filepath.Join(root, "2026-11", "c.MP4")
	must(t, container.WriteTags(c, filepath.Join(root, "retitled.mov"), container.Tags{Title: "another program's"}))
	must(t, os.Remove(c))
	s.wants("found by id and by media data", [9]int{0: 1, 2: 2}, root)
	s.wants("and then at rest", [9]int{0: 3}, root)
}

func TestChangedInPlace(t *testing.T) {
	s, root := begun(t)
	film(t, "fast.mp4", filepath.Join(root, "2026-10", "a.mp4"), "a")
	film(t, "clip.mov", filepath.Join(root, "2026-11", "c.MP4"), "")
	before := s.known[IDOf(hashOf(t, "clip.mp4"))].Hash
	s.wants("written anew", [9]int{0: 1, 3: 2}, root)
	if now := s.known[IDOf(hashOf(t, "clip.mp4"))].Hash; now == before || now == "" {
		t.Fatalf("its media data is %q, was %q", now, before)
	}
}

func hashOf(t *testing.T, clip string) string {
	t.Helper()
	sum, err := container.Hash(context.Background(), clips+clip)
	must(t, err)
	return sum
}

func TestNamesExchanged(t *testing.T) {
	s, root := begun(t)
	a, c := filepath.Join(root, "2026-10", "a.mp4"), filepath.Join(root, "2026-11", "c.MP4")
	must(t, os.Rename(a, a+"x"))
	must(t, os.Rename(c, a))
	must(t, os.Rename(a+"x", c))
	s.wants("exchanged", [9]int{0: 1, 2: 2}, root)
	if s.known["a"].Path != c || s.known[IDOf(hashOf(t, "clip.mp4"))].Path != a {
		t.Fatalf("%+v", s.known)
	}
}

func TestGoneAndBack(t *testing.T) {
	s, root := begun(t)
	a := filepath.Join(root, "2026-10", "a.mp4")
	away := filepath.Join(t.TempDir(), "a.mp4")
	must(t, os.Rename(a, away))
	s.wants("gone", [9]int{0: 2, 6: 1}, root)
	s.wants("gone for long", [9]int{0: 2}, root)
	must(t, os.Rename(away, a))
	s.wants("back", [9]int{0: 2, 4: 1}, root)
	must(t, os.Rename(a, away))
	s.wants("gone again", [9]int{0: 2, 6: 1}, root)
	must(t, os.Rename(away, filepath.Join(root, "turned up.mp4")))
	s.wants("turned up elsewhere", [9]int{0: 2, 2: 1}, root)
}

func TestCopiesAreLeftAlone(t *testing.T) {
	s, root := begun(t)
	film(t, "last.mp4", filepath.Join(root, "copy of a.mp4"), "a")
	film(t, "clip.mp4", filepath.Join(root, "copy of c.mp4"), "")
	film(t, "last.mp4", filepath.Join(root, "new.mp4"), "new")
	film(t, "last.mp4", filepath.Join(root, "new, too.mp4"), "new")
	s.wants("copies", [9]int{0: 3, 5: 1, 7: 3}, root)
	must(t, os.Remove(filepath.Join(root, "2026-10", "a.mp4")))
	s.wants("a copy takes the place of what it was copied from", [9]int{0: 3, 2: 1, 7: 2}, root)
}

func TestTrashedIsLeftAlone(t *testing.T) {
	s, root := begun(t)
	k := s.known["a"]
	k.Trashed = true
	s.known["a"] = k
	s.wants("its file is still there", [9]int{0: 2}, root)
	must(t, os.Remove(filepath.Join(root, "2026-10", "a.mp4")))
	s.wants("its file is in the trash", [9]int{0: 2}, root)
}

func TestBadFilesAreToldAndTheRestGoesOn(t *testing.T) {
	s, root := begun(t)
	whole, err := os.ReadFile(clips + "last.mp4")
	must(t, err)
	for name, data := range map[string][]byte{"empty.mp4": nil, "cut.mp4": whole[:len(whole)-9], "text.mov": []byte("no film at all")} {
		must(t, os.WriteFile(filepath.Join(root, name), data, 0o600))
	}
	must(t, os.WriteFile(filepath.Join(root, "2026-10", "a.mp4"), whole[:99], 0o600))
	film(t, "last.mp4", filepath.Join(root, "good.mp4"), "good")
	s.wants("bad files", [9]int{0: 2, 5: 1, 8: 4}, root)
	var rules []string
	for _, p := range s.part.Problems {
		rules = append(rules, fault.Of(p.Err).Rule)
	}
	slices.Sort(rules)
	if want := []string{"film_empty", "film_incomplete", "film_incomplete", "film_not_video"}; !slices.Equal(rules, want) {
		t.Fatalf("%v", rules)
	}
}

func TestWhatIsPassedOver(t *testing.T) {
	s, root := begun(t)
	for _, name := range []string{".hidden.mp4", ".b.mp4.part", "b.mp4.part", "b.mp4.part.tagged", "note.txt", "noext", ".conch-undo/u.mp4", ".conch/x.mp4"} {
		film(t, "last.mp4", filepath.Join(root, name), "")
	}
	outside := t.TempDir()
	film(t, "last.mp4", filepath.Join(outside, "private.mp4"), "private")
	for link, to := range map[string]string{"loop": root, "2026-10/up": "..", "out": outside, "film.mp4": filepath.Join(outside, "private.mp4"), "dead.mp4": "nowhere"} {
		if err := os.Symlink(to, filepath.Join(root, link)); err != nil {
			t.Skip("no links here")
		}
	}
	s.wants("passed over", [9]int{0: 3}, root)
	if n := s.reads.Load(); n != 0 {
		t.Fatalf("%d files were read", n)
	}
	// A folder that a person moved to another drive and linked back still has its videos.
	moved := filepath.Join(t.TempDir(), "moved")
	must(t, os.Rename(filepath.Join(root, "2026-11"), moved))
	must(t, os.Symlink(moved, filepath.Join(root, "2026-11")))
	s.wants("behind a link", [9]int{0: 3}, root)
}

func TestFolderThatVanishes(t *testing.T) {
	s, root := begun(t)
	if _, err := List(context.Background(), filepath.Join(root, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	must(t, os.RemoveAll(root))
	must(t, os.Mkdir(root, 0o700)) // the empty mount point
	if err := stillHolds(root); !errors.Is(err, errGone) {
		t.Fatal(err)
	}
	// Without a listing of it nothing is concluded.
	if got := counts(s.compare(nil)); got != [9]int{} {
		t.Fatalf("%v", got)
	}
}

func TestFolderThatCannotBeRead(t *testing.T) {
	s, root := begun(t)
	must(t, os.Remove(filepath.Join(root, "2026-10", "a.mp4")))
	listing, err := List(context.Background(), root)
	must(t, err)
	listing.Unread = []string{filepath.Join(root, "2026-10")}
	if got := counts(s.compare([]Folder{listing})); got != [9]int{0: 2} {
		t.Fatalf("%v", got)
	}
	listing.Unread = []string{filepath.Join(root, "2026-1")} // no folder of its own
	if got := counts(s.compare([]Folder{listing})); got != [9]int{0: 2, 6: 1} {
		t.Fatalf("%v", got)
	}
}

// A library of the schema before has no times.
func TestTimesAreWrittenDown(t *testing.T) {
	s, root := begun(t)
	for id, k := range s.known {
		k.Modified = 0
		s.known[id] = k
	}
	s.wants("settle", [9]int{1: 3}, root)
	s.wants("settled", [9]int{0: 3}, root)
}

func TestReferencedFiles(t *testing.T) {
	s, root := begun(t)
	elsewhere := t.TempDir()
	path := film(t, "clip.mov", filepath.Join(elsewhere, "drive", "r.mov"), "")
	f, err := Disk{}.Stat(path)
	must(t, err)
	s.known["r"] = Known{ID: "r", File: f, Hash: hashOf(t, "clip.mov")}
	s.wants("it is where it was", [9]int{0: 4}, root)
	must(t, os.Rename(filepath.Join(elsewhere, "drive"), filepath.Join(elsewhere, "unplugged")))
	s.wants("its drive is away", [9]int{0: 3}, root)
	film(t, "clip.mp4", filepath.Join(elsewhere, "drive", "another.mp4"), "")
	s.wants("its folder is there and it is not", [9]int{0: 3, 6: 1}, root)
}

func TestPassedAreNotReadAgain(t *testing.T) {
	s, root := begun(t)
	film(t, "last.mp4", filepath.Join(root, "copy.mp4"), "a")
	s.scan(root)
	copied := s.part.Copies[0].File
	listing, err := List(context.Background(), root)
	must(t, err)
	var known []Known
	for _, k := range s.known {
		known = append(known, k)
	}
	s.reads.Store(0)
	must(t, Compare(context.Background(), known, []Folder{listing}, s, func(f File) bool { return f == copied }, func(p Part) error {
		if len(p.Copies) > 0 {
			t.Errorf("%+v", p.Copies)
		}
		return nil
	}))
	if n := s.reads.Load(); n != 0 {
		t.Errorf("%d reads", n)
	}
}

func TestACanceledComparisonTellsNothingMore(t *testing.T) {
	s, root := begun(t)
	film(t, "last.mp4", filepath.Join(root, "new.mp4"), "new")
	listing, err := List(context.Background(), root)
	must(t, err)
	ctx, stop := context.WithCancel(context.Background())
	parts := 0
	err = Compare(ctx, nil, []Folder{listing}, s, nil, func(Part) error { parts++; stop(); return nil })
	if !errors.Is(err, context.Canceled) || parts != 1 {
		t.Fatalf("%v after %d parts", err, parts)
	}
}

// TestClocksThatMove: a drive that keeps local times moves those of all its files with the zone. Nothing changed then,
// and nothing is read; two films of one size that changed places are still told apart.
func TestClocksThatMove(t *testing.T) {
	for name, by := range map[string]time.Duration{"summer": time.Hour, "winter": -time.Hour, "a journey": 9 * time.Hour, "Nepal": -(5*time.Hour + 45*time.Minute), "two seconds' grain": time.Hour + 2*time.Second} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			s := &shelf{t: t, known: map[string]Known{}}
			paths := []string{filepath.Join(root, "a.mp4"), filepath.Join(root, "b.mp4")}
			made := time.Now().Add(-48 * time.Hour).Truncate(2 * time.Second)
			for i, path := range paths {
				film(t, "fast.mp4", path, string(rune('a'+i)))
				if err := os.Chtimes(path, made, made.Add(time.Duration(i)*time.Minute)); err != nil {
					t.Fatal(err)
				}
			}
			s.scan(root)
			for i, path := range paths {
				if err := os.Chtimes(path, made, made.Add(time.Duration(i)*time.Minute+by)); err != nil {
					t.Fatal(err)
				}
			}
			part := s.scan(root)
			if s.reads.Load() != 0 || len(part.Updates) != 2 || part.Updates[0].Kind != Settled || len(part.Added)+len(part.Gone) != 0 {
				t.Errorf("%d reads, %+v", s.reads.Load(), part)
			}
			if part := s.scan(root); part.Same != 2 {
				t.Errorf("and again %+v", part)
			}
		})
	}
	t.Run("changed places", func(t *testing.T) {
		root := t.TempDir()
		s := &shelf{t: t, known: map[string]Known{}}
		a, b, made := filepath.Join(root, "a.mp4"), filepath.Join(root, "b.mp4"), time.Now().Add(-48*time.Hour).Truncate(2*time.Second)
		film(t, "fast.mp4", a, "a")
		film(t, "fast.mp4", b, "b")
		if err := errors.Join(os.Chtimes(a, made, made), os.Chtimes(b, made, made.Add(time.Hour))); err != nil {
			t.Fatal(err)
		}
		s.scan(root)
		if err := errors.Join(os.Rename(a, a+".x"), os.Rename(b, a), os.Rename(a+".x", b)); err != nil {
			t.Fatal(err)
		}
		if part := s.scan(root); s.reads.Load() != 2 || s.known["a"].Path != b || s.known["b"].Path != a {
			t.Errorf("%d reads, %+v, %+v", s.reads.Load(), part, s.known)
		}
	})
}
