package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gabriel-vasile/mimetype"
	"github.com/google/uuid"

	"conch/backend/atlas"
	"conch/backend/atomicfile"
	"conch/backend/container"
	"conch/backend/fault"
	"conch/backend/fetch"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/presence"
	"conch/backend/studio"
)

// keeper brings outputs home, for the studio.
type keeper struct{ e *Engine }

const partial = ".part"

// Keep downloads beside the final name, checks, writes the tags into a second file, and renames that. Each output
// has one name, so that work taken up again meets what it left: a partial file is continued, a finished one adopted.
// What is no video, or none that can be read here, is kept as it came, under the ending of what it is.
func (k keeper) Keep(ctx context.Context, g generation.Generation, output int, progress func(done, total int64)) (studio.Kept, error) {
	day := dayOf(g)
	folder := filepath.Join(k.e.VideosFolder(), day.Format("2006-01"))
	if err := k.e.reachable(ctx, k.e.VideosFolder()); err != nil {
		return studio.Kept{}, err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return studio.Kept{}, fetch.DiskFault(err, filepath.Join(folder, "video"))
	}
	videoID := uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "conch:%s:%d", g.ID, output)).String()
	name := library.FileName(day, g.Request.Prompt(), videoID, "")
	path := filepath.Join(folder, name+".mp4")
	part, release := k.part(filepath.Join(folder, "."+filepath.Base(path)), videoID)
	defer release()
	tagged := part + ".tagged"
	if tags, found, err := container.ReadTags(path); err == nil && found && tags.VideoID == videoID {
		k.tidy(part, tagged) // the process that kept it may have died before it could
		return k.video(g, videoID, path)
	}
	if file, found := keptAs(folder, name); found {
		k.tidy(part, tagged)
		return studio.Kept{File: &file}, nil
	}
	if _, err := k.e.Fetcher.Download(ctx, fetch.Request{
		URL: g.Outputs[output], Path: part, Progress: progress, AllowPrivate: k.e.local(), KeyOrigin: k.e.Client.Origin(), Key: k.e.Vault.Key,
	}); err != nil {
		return studio.Kept{}, err
	}
	_, err := container.Check(part)
	switch {
	case errors.Is(err, fs.ErrNotExist): // its drive went meanwhile
		return studio.Kept{}, fetch.DiskFault(err, part)
	case fault.Of(err) != nil && fault.Of(err).Rule == "output_not_video":
		return k.file(part, filepath.Join(folder, name))
	case err != nil:
		return studio.Kept{}, err // what came stays until another download is there to replace it
	}
	if err := container.WriteTags(part, tagged, k.e.tags(g, videoID)); ofDisk(err) {
		return studio.Kept{}, fetch.DiskFault(err, tagged)
	} else if err != nil { // whole, and too odd to be written anew: it is kept as it came
		k.e.log.Warn("no tags in a video", "id", g.ID, "error", err)
		tagged = part
	}
	if err := atomicfile.Rename(tagged, path); err != nil {
		return studio.Kept{}, fetch.DiskFault(err, path)
	}
	k.tidy(part, tagged)
	return k.video(g, videoID, path)
}

// ofDisk says whether an error is the file system's, and not one about what is in a file.
func ofDisk(err error) bool {
	var path *fs.PathError
	var call *os.SyscallError
	return errors.As(err, &path) || errors.As(err, &call)
}

// dayOf is the day whose folder and name a generation's files have, wherever the clock and its zone went since.
func dayOf(g generation.Generation) time.Time {
	if day, err := time.ParseInLocation(time.DateOnly, g.Day, time.Local); err == nil {
		return day
	}
	return time.UnixMilli(g.CreatedAt) // of an older Conch
}

// file gives what arrived and is no video the name of what it is. Text is no result of a run that was asked for a video,
// but a storage's own page: fault output_text.
func (k keeper) file(part, stem string) (studio.Kept, error) {
	kind, err := mimetype.DetectFile(part)
	if err != nil {
		return studio.Kept{}, fetch.DiskFault(err, part)
	}
	for parent := kind; parent != nil; parent = parent.Parent() {
		if parent.Is("text/plain") {
			return studio.Kept{}, fault.New("output_text", nil).With("kind", kind.String())
		}
	}
	ending := kind.Extension()
	if ending == "" {
		ending = ".bin"
	}
	if err := atomicfile.Rename(part, stem+ending); err != nil {
		return studio.Kept{}, fetch.DiskFault(err, stem)
	}
	info, err := os.Stat(stem + ending)
	if err != nil {
		return studio.Kept{}, fetch.DiskFault(err, stem)
	}
	return studio.Kept{File: &generation.File{Path: stem + ending, Kind: kind.String(), Bytes: info.Size()}}, nil
}

// keptAs finds the output of that name which an earlier attempt kept as no video.
func keptAs(folder, name string) (generation.File, bool) {
	all, err := os.ReadDir(folder)
	if err != nil {
		return generation.File{}, false
	}
	for _, entry := range all {
		ending, is := strings.CutPrefix(entry.Name(), name+".")
		if !is || strings.Contains(ending, ".") || ending == "mp4" || !entry.Type().IsRegular() {
			continue
		}
		path := filepath.Join(folder, entry.Name())
		kind, err := mimetype.DetectFile(path)
		info, statErr := entry.Info()
		if err == nil && statErr == nil {
			return generation.File{Path: path, Kind: kind.String(), Bytes: info.Size()}, true
		}
	}
	return generation.File{}, false
}

// part is where an output arrives, for one process alone: a suspended one that wakes after its work was taken over
// still writes to its own.
func (k keeper) part(name, videoID string) (path string, release func()) {
	done, held, err := presence.Folder(k.e.Places.Owners()).Try("output-" + videoID)
	switch {
	case err != nil: // locks don't work here: as good as alone
		return name + partial, func() {}
	case !held:
		return name + "." + k.e.owner + partial, func() {}
	}
	return name + partial, func() {
		if err := done(); err != nil {
			k.e.log.Warn("lock of an output left", "error", err)
		}
	}
}

// tidy removes what lies beside a kept video.
func (k keeper) tidy(part, tagged string) {
	err := fetch.Discard(part)
	if gone := os.Remove(tagged); !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	if err != nil {
		k.e.log.Warn("partial file left", "error", err)
	}
}

// local says that the service is on this machine, so that its outputs may be too.
func (e *Engine) local() bool {
	host := strings.TrimPrefix(strings.TrimPrefix(e.Client.Origin(), "https://"), "http://")
	host, _, _ = strings.Cut(host, ":")
	return atlas.Loopback(host)
}

// VideosFolder is where new videos go.
func (e *Engine) VideosFolder() string {
	if chosen := e.Settings.Get().VideosFolder; chosen != "" {
		return chosen
	}
	return e.Places.Videos
}

func (e *Engine) tags(g generation.Generation, videoID string) container.Tags {
	return container.Tags{
		Title: title(g.Request.Prompt()), Prompt: g.Request.Prompt(), Model: g.Request.Model, PredictionID: g.PredictionID,
		GenerationID: g.ID, VideoID: videoID, Service: g.Service, Params: g.Request.Params, Pictures: g.Request.Pictures,
		CreatedAt: g.CreatedAt, Tool: "Conch " + e.version, Origin: tagOf(originOf(g.Request)),
	}
}

func tagOf(o *generation.Origin) *container.Origin {
	if o == nil {
		return nil
	}
	return &container.Origin{Kind: string(o.Kind), Video: o.Video, Picture: o.Picture}
}

func (k keeper) video(g generation.Generation, id, path string) (studio.Kept, error) {
	facts, err := container.Check(path)
	if err != nil {
		return studio.Kept{}, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return studio.Kept{}, fault.Wrap(err, "folder_missing", fault.Args{"folder": filepath.Dir(path)})
	}
	hash, err := container.Hash(context.Background(), path)
	if err != nil {
		k.e.log.Warn("no hash of a video", "error", err)
	}
	return studio.Kept{Video: &generation.Video{
		ID: id, GenerationID: g.ID, PredictionID: g.PredictionID, Service: g.Service, Name: title(g.Request.Prompt()), Path: path,
		Prompt: g.Request.Prompt(), Model: g.Request.Model, Params: g.Request.Params, Pictures: g.Request.Pictures, Origin: originOf(g.Request),
		Width: facts.Width, Height: facts.Height, Duration: facts.Duration, FrameRate: facts.FrameRate, Bytes: info.Size(), Modified: info.ModTime().UnixNano(), Hash: hash,
		Cost: g.Charged, Price: g.Price, CreatedAt: g.CreatedAt,
	}}, nil
}

// originOf is what the page said, else the first frame.
func originOf(r generation.Request) *generation.Origin {
	if r.Origin != nil || len(r.Pictures) == 0 {
		return r.Origin
	}
	first, named := r.Pictures["image"]
	if !named {
		first = r.Pictures[slices.Min(slices.Collect(maps.Keys(r.Pictures)))]
	}
	return &generation.Origin{Kind: generation.OfPicture, Picture: first}
}

// title is what a video is called at first: the beginning of its prompt, in one line.
func title(prompt string) string {
	const longest = 60
	words := []rune(strings.Join(strings.Fields(prompt), " "))
	if len(words) <= longest {
		return string(words)
	}
	cut := string(words[:longest])
	if space := strings.LastIndexByte(cut, ' '); space > len(cut)/2 {
		cut = cut[:space]
	}
	return cut + "…"
}
