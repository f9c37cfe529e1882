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

	"github.com/google/uuid"

	"conch/backend/atlas"
	"conch/backend/atomicfile"
	"conch/backend/container"
	"conch/backend/fault"
	"conch/backend/fetch"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/presence"
)

// keeper brings outputs home, for the studio.
type keeper struct{ e *Engine }

const partial = ".part"

// Keep downloads beside the final name, checks, writes the tags into a second file, and renames that. Each output
// has one name, so that work taken up again meets what it left: a partial file is continued, a finished one adopted.
func (k keeper) Keep(ctx context.Context, g generation.Generation, output int, progress func(done, total int64)) (generation.Video, error) {
	created := time.UnixMilli(g.CreatedAt)
	folder := filepath.Join(k.e.VideosFolder(), created.Format("2006-01"))
	if err := k.e.reachable(ctx, k.e.VideosFolder()); err != nil {
		return generation.Video{}, err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return generation.Video{}, fetch.DiskFault(err, filepath.Join(folder, "video"))
	}
	videoID := uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "conch:%s:%d", g.ID, output)).String()
	path := filepath.Join(folder, library.FileName(created, g.Request.Prompt(), videoID, ".mp4"))
	part, release := k.part(filepath.Join(folder, "."+filepath.Base(path)), videoID)
	defer release()
	tagged := part + ".tagged"
	if tags, found, err := container.ReadTags(path); err == nil && found && tags.VideoID == videoID {
		k.tidy(part, tagged) // the process that kept it may have died before it could
		return k.video(g, videoID, path)
	}
	if _, err := k.e.Fetcher.Download(ctx, fetch.Request{
		URL: g.Outputs[output], Path: part, Progress: progress, AllowPrivate: k.e.local(),
	}); err != nil {
		return generation.Video{}, err
	}
	if _, err := container.Check(part); errors.Is(err, fs.ErrNotExist) { // its drive went meanwhile
		return generation.Video{}, fetch.DiskFault(err, part)
	} else if err != nil {
		return generation.Video{}, errors.Join(err, os.Remove(part)) // another download may be whole
	}
	if err := container.WriteTags(part, tagged, k.e.tags(g, videoID)); err != nil {
		return generation.Video{}, fetch.DiskFault(err, tagged)
	}
	if err := atomicfile.Rename(tagged, path); err != nil {
		return generation.Video{}, fetch.DiskFault(err, path)
	}
	k.tidy(part, tagged)
	return k.video(g, videoID, path)
}

// part is where an output arrives, for one process alone: a suspended one that wakes after its work was taken over
// still writes to its own.
func (k keeper) part(name, videoID string) (path string, release func()) {
	done, held, err := presence.Folder(k.e.Places.Owners()).Try("output-" + videoID)
	switch {
	case err != nil: // locks don't work here: as good as alone
		return name + partial, func() {}
	case !held:
		return name + "." + k.e.owner[:8] + partial, func() {}
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

func (k keeper) video(g generation.Generation, id, path string) (generation.Video, error) {
	facts, err := container.Check(path)
	if err != nil {
		return generation.Video{}, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return generation.Video{}, fault.Wrap(err, "folder_missing", fault.Args{"folder": filepath.Dir(path)})
	}
	hash, err := container.Hash(context.Background(), path)
	if err != nil {
		k.e.log.Warn("no hash of a video", "error", err)
	}
	return generation.Video{
		ID: id, GenerationID: g.ID, PredictionID: g.PredictionID, Service: g.Service, Name: title(g.Request.Prompt()), Path: path,
		Prompt: g.Request.Prompt(), Model: g.Request.Model, Params: g.Request.Params, Pictures: g.Request.Pictures, Origin: originOf(g.Request),
		Width: facts.Width, Height: facts.Height, Duration: facts.Duration, FrameRate: facts.FrameRate, Bytes: info.Size(), Modified: info.ModTime().UnixNano(), Hash: hash,
		Cost: g.Charged, Price: g.Price, CreatedAt: g.CreatedAt,
	}, nil
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
