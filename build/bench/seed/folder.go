package seed

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"

	"conch/backend/container"
	"conch/backend/poster"
)

// folder is where the films and posters of a library lie.
type folder struct {
	home           Home
	clips, posters string
	distinct       bool
}

// variants are how many posters are drawn; each is the poster of every so many-th video.
const variants = 300

// shown is Conch's folder of posters.
func (f folder) shown() string { return filepath.Join(f.home.Dir, ".cache/conch/posters") }

// poster links a video's poster to one of the variants, which is drawn when it is met for the first time.
func (f folder) poster(id string) error {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	n := int(h.Sum32() % variants)
	name := fmt.Sprintf("%03d", n)
	drawn := poster.Open(f.posters, 1<<30)
	if _, err := drawn.Path(name, poster.Large); errors.Is(err, fs.ErrNotExist) {
		data, err := draw(n)
		if err := errors.Join(err, drawn.Save(name, data)); err != nil {
			return fmt.Errorf("draw a poster: %w", err)
		}
	}
	for _, size := range []poster.Size{poster.Large, poster.Small} {
		variant, err := drawn.Path(name, size)
		shown := poster.File(f.shown(), id, size)
		if err := errors.Join(err, f.month(filepath.Dir(shown)), os.Link(variant, shown)); err != nil {
			return err
		}
	}
	return nil
}

func (f folder) month(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	return os.MkdirAll(dir, 0o755)
}

// smallest is the film whose copies take the least room.
const smallest = "dusk-768-6.mp4"

// film puts a video's file in its place: a link to the film, or a small one of its own with its recipe in it.
func (f folder) film(p *Piece) error {
	v := p.Video
	if !f.distinct {
		clip := filepath.Join(f.clips, p.Clip)
		if err := os.Link(clip, v.Path); err != nil {
			return err
		}
	} else if err := f.own(p); err != nil {
		return err
	}
	info, err := os.Stat(v.Path)
	if err == nil {
		v.Bytes = info.Size()
	}
	return err
}

// own writes a film that no other equals: its last frame ends in its id, which shows as a speck.
func (f folder) own(p *Piece) (err error) {
	if err := container.WriteTags(filepath.Join(f.clips, smallest), p.Video.Path, tagsOf(*p.Video)); err != nil {
		return err
	}
	file, err := os.OpenFile(p.Video.Path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	_, err = file.WriteAt([]byte(p.Video.ID[:8]), info.Size()-8) // the film's media come last in its file
	return err
}
