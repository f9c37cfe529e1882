// Package scan compares what the videos folders hold with what the library knows: which file is new, was renamed or
// moved, changed, is gone, or is a copy. It reads as little as it can and writes nothing.
package scan

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"conch/backend/container"
)

// Known is a video as the library knows it.
type Known struct {
	ID string
	File
	Hash    string // of the media data; "" where nobody reckoned it yet
	Missing bool
	Trashed bool // its file is the trash's concern: left alone
}

// Kind says what became of a known video's file.
type Kind string

// The kinds of an Update.
const (
	Moved    Kind = "moved"    // renamed, moved, or in another videos folder
	Changed  Kind = "changed"  // another program wrote it
	Returned Kind = "returned" // it was missing and is where it was
	Settled  Kind = "settled"  // as it was, its time was not written down yet
)

// Update is where and how the file of a known video is now.
type Update struct {
	ID   string
	Kind Kind
	File
	Hash  string           // "" leaves it as it is
	Facts *container.Facts // of one that was read
}

// Addition is a whole video that the library doesn't know.
type Addition struct {
	ID string // its recipe's, else made of its media data
	File
	Seen container.Seen
	Hash string // "" of one with our recipe: its id tells it apart
}

// Copy is a second file of a known video. It is left alone.
type Copy struct {
	File
	Of string // the video's id
}

// Problem is a file that can't be taken in, and why.
type Problem struct {
	File
	Err error
}

// Part is a piece of what a comparison found.
type Part struct {
	Updates  []Update
	Added    []Addition
	Gone     []string // ids
	Copies   []Copy
	Problems []Problem
	Same     int
}

// News says whether a folder holds other than what is known to be right in it.
func News(known []Known, found []File, passed func(File) bool) bool {
	there := map[string]Known{}
	for _, k := range known {
		if !k.Missing {
			there[k.Path] = k
		}
	}
	for _, f := range found {
		k, is := there[f.Path]
		if is && !k.Trashed && k.File != f || !is && (passed == nil || !passed(f)) {
			return true
		}
		delete(there, f.Path)
	}
	for _, k := range there {
		if !k.Trashed {
			return true
		}
	}
	return false
}

// atOnce is how many files are looked at before what they told is passed on.
const atOnce = 256

// Compare tells, part by part, how the folders differ from what is known. A file is matched by its place, size and
// time, then by size and time alone, both without reading it; then by the id in its recipe; then by its media data.
// What could not be read is neither here nor gone. Passed says of unknown files that they were looked at before and
// are no news.
func Compare(ctx context.Context, known []Known, folders []Folder, r Reader, passed func(File) bool, tell func(Part) error) error {
	c := &comparison{r: r, byID: map[string]*Known{}, byHash: map[string]*Known{}, lost: map[*Known]bool{}}
	unknown, first := c.places(known, folders)
	if err := c.altered(ctx, &unknown, &first); err != nil {
		return err
	}
	unknown = c.renamed(unknown, &first)
	if passed != nil {
		unknown = slices.DeleteFunc(unknown, passed)
	}
	if err := tell(first); err != nil {
		return err
	}
	slices.SortFunc(unknown, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	for chunk := range slices.Chunk(unknown, atOnce) {
		all, err := lookAll(ctx, c.r, chunk)
		if err != nil {
			return err
		}
		var part Part
		for _, l := range all {
			c.identify(l, &part)
		}
		if err := tell(part); err != nil {
			return err
		}
	}
	var last Part
	for k := range c.lost {
		if !k.Missing && gone(r, k, c.roots) {
			last.Gone = append(last.Gone, k.ID)
		}
	}
	slices.Sort(last.Gone)
	return tell(last)
}

// comparison holds who is not accounted for yet.
type comparison struct {
	r       Reader
	roots   []string
	byID    map[string]*Known
	byHash  map[string]*Known
	lost    map[*Known]bool // known, not trashed, and not found yet
	written []pair          // files at a known place that differ
	shifted []pair          // of those, files whose size is the same and whose time is off by whole hours
}

type pair struct {
	*Known
	now File
}

// places matches files by where they are.
func (c *comparison) places(known []Known, folders []Folder) (unknown []File, part Part) {
	byPath := make(map[string]*Known, len(known))
	for i := range known {
		k := &known[i]
		c.byID[k.ID] = k
		if k.Hash != "" && (c.byHash[k.Hash] == nil || !k.Trashed) {
			c.byHash[k.Hash] = k
		}
		if there := byPath[k.Path]; there == nil || there.Missing || there.Trashed {
			byPath[k.Path] = k
		}
	}
	seen := make(map[*Known]bool, len(known))
	var unread []string
	listed := map[string]bool{} // where one videos folder lies in another
	for _, folder := range folders {
		c.roots, unread = append(c.roots, folder.Root), append(unread, folder.Unread...)
		for _, f := range folder.Files {
			if k := byPath[f.Path]; k != nil {
				if !seen[k] {
					seen[k] = true
					c.place(k, f, &part)
				}
			} else if !listed[f.Path] {
				listed[f.Path] = true
				unknown = append(unknown, f)
			}
		}
	}
	spelt := map[string]bool{} // however it is written
	for _, f := range unknown {
		spelt[plain(f.Path)] = true
	}
	for i := range known {
		k := &known[i]
		if seen[k] || k.Trashed || under(k.Path, unread) {
			continue
		}
		f, err := c.r.Stat(k.Path) // outside the videos folders, or behind a link to a folder
		switch {
		case err == nil && byPath[k.Path] == k && !spelt[plain(k.Path)]:
			c.place(k, f, &part)
		case err == nil || isAbsent(err):
			c.lost[k] = true
		}
	}
	c.clocks(&part)
	return unknown, part
}

// zone is the time that a file's time moved by when only the clock did: FAT and exFAT keep local times, to two seconds,
// so that summer time or a journey moves those of a whole drive. Zero where that can't be.
func zone(k *Known, f File) time.Duration {
	const grain, farthest = 2 * time.Second, 26 * time.Hour
	moved := time.Duration(f.Modified - k.Modified)
	by := moved.Round(15 * time.Minute) // some zones are off by quarters of an hour
	if k.Size != f.Size || k.Modified == 0 || f.Modified == 0 || by.Abs() > farthest || (moved-by).Abs() > grain {
		return 0
	}
	return by
}

// coarser says that a time is the other one as a drive keeps it that counts in larger steps: the system goes on with the
// finer one until the drive is taken out. A time that is not on such a step is another one.
func coarser(was, now int64) bool {
	for _, step := range []time.Duration{100, time.Microsecond, 10 * time.Millisecond, time.Second, 2 * time.Second} { // NTFS, some shares, exFAT, others, FAT
		s := int64(step)
		if off := was - now; now%s == 0 && was%s != 0 && -s < off && off < s {
			return true
		}
	}
	return false
}

// clocks takes files for unchanged whose times moved by one and the same zone. Where they moved apart, as those of two
// files of one size do that changed places, each is read.
func (c *comparison) clocks(part *Part) {
	one := len(c.shifted) > 0
	for _, s := range c.shifted {
		one = one && zone(s.Known, s.now) == zone(c.shifted[0].Known, c.shifted[0].now)
	}
	for _, s := range c.shifted {
		switch {
		case !one:
			c.written = append(c.written, s)
		case s.Missing:
			part.Updates = append(part.Updates, Update{ID: s.ID, Kind: Returned, File: s.now})
		default:
			part.Updates = append(part.Updates, Update{ID: s.ID, Kind: Settled, File: s.now})
		}
	}
}

// plain is a path as a file system compares it that knows neither case nor how an accent is composed.
func plain(path string) string { return norm.NFC.String(strings.ToLower(path)) }

func (c *comparison) place(k *Known, f File, part *Part) {
	same := k.Size == f.Size && (k.Modified == f.Modified || k.Modified == 0 || coarser(k.Modified, f.Modified))
	switch {
	case k.Trashed:
	case !same && zone(k, f) != 0:
		c.shifted = append(c.shifted, pair{k, f})
	case !same:
		c.written = append(c.written, pair{k, f})
	case k.Missing:
		part.Updates = append(part.Updates, Update{ID: k.ID, Kind: Returned, File: f})
	case k.Modified != f.Modified:
		part.Updates = append(part.Updates, Update{ID: k.ID, Kind: Settled, File: f})
	default:
		part.Same++
	}
}

// altered looks at the files that another program wrote. One that is another video now leaves its old video lost.
func (c *comparison) altered(ctx context.Context, unknown *[]File, part *Part) error {
	files := make([]File, len(c.written))
	for i, w := range c.written {
		files[i] = w.now
	}
	for chunk := range slices.Chunk(files, atOnce) {
		all, err := lookAll(ctx, c.r, chunk)
		if err != nil {
			return err
		}
		for i, l := range all {
			k := c.written[i].Known
			other := c.byHash[l.hash]
			switch {
			case isAbsent(l.err): // it went since
			case l.err != nil:
				part.Problems = append(part.Problems, Problem{l.File, l.err})
			case l.id() != "" && l.id() != k.ID, l.id() == "" && other != nil && other != k && k.Hash != l.hash:
				c.lost[k] = true
				*unknown = append(*unknown, l.File)
			default:
				part.Updates = append(part.Updates, Update{ID: k.ID, Kind: Changed, File: l.File, Hash: l.hash, Facts: &l.seen.Facts})
			}
		}
		c.written = c.written[len(chunk):]
	}
	return nil
}

// renamed matches by size and time, where that is one video and one file. It gives the files that are left.
func (c *comparison) renamed(unknown []File, part *Part) (left []File) {
	type look struct{ size, modified int64 }
	lost, found := map[look][]*Known{}, map[look]int{}
	for k := range c.lost {
		key := look{k.Size, k.Modified}
		lost[key] = append(lost[key], k)
	}
	for _, f := range unknown {
		found[look{f.Size, f.Modified}]++
	}
	for _, f := range unknown {
		key := look{f.Size, f.Modified}
		if all := lost[key]; len(all) != 1 || found[key] != 1 || f.Modified == 0 {
			left = append(left, f)
			continue
		}
		k := lost[key][0]
		delete(c.lost, k)
		part.Updates = append(part.Updates, Update{ID: k.ID, Kind: Moved, File: f})
	}
	return left
}

// identify finds out which video a file is.
func (c *comparison) identify(l looked, part *Part) {
	id := l.id()
	k := c.byID[id]
	if id == "" && l.err == nil {
		id = IDOf(l.hash)
		if k = c.byHash[l.hash]; k == nil {
			k = c.byID[id]
		}
	}
	switch {
	case isAbsent(l.err):
	case l.err != nil:
		part.Problems = append(part.Problems, Problem{l.File, l.err})
	case k != nil && c.lost[k]:
		delete(c.lost, k)
		part.Updates = append(part.Updates, Update{ID: k.ID, Kind: Moved, File: l.File, Hash: l.hash, Facts: &l.seen.Facts})
	case k != nil:
		part.Copies = append(part.Copies, Copy{l.File, k.ID})
	default:
		c.byID[id] = &Known{ID: id}
		part.Added = append(part.Added, Addition{id, l.File, l.seen, l.hash})
	}
}
