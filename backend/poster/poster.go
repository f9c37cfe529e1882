// Package poster keeps poster frames on disk: a large one of each video, as the page drew it, and a small one for the
// gallery's tiles. The folder is a cache: whatever is missing can be made again, so that it cleans itself.
package poster

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/disintegration/imaging"

	"conch/backend/atomicfile"
)

// Size is which of a video's two posters is meant.
type Size string

// The sizes, which are also the names of their folders.
const (
	Large Size = "large" // as it was saved
	Small Size = "small" // SmallWidth wide
)

// SmallWidth is how wide a small poster is, in pixels.
const SmallWidth = 320

const (
	smallQuality = 80
	tidyEvery    = 256            // saves
	touchAfter   = 24 * time.Hour // how exactly the last use is known
)

// Cache is a folder of posters.
type Cache struct {
	dir    string
	limit  int64 // bytes
	making chan struct{}
	mu     sync.Mutex
	saves  int
}

// Open uses a folder that need not be there yet. Beyond limit bytes, what was not used for longest goes.
func Open(dir string, limit int64) *Cache {
	return &Cache{dir: dir, limit: limit, making: make(chan struct{}, 2)}
}

// File is where a cache in dir keeps a poster. The files are spread over folders by the end of their ids, the random part.
func File(dir, id string, size Size) string {
	id = filepath.Base(id)
	return filepath.Join(dir, string(size), id[max(0, len(id)-2):], id+".jpg")
}

func (c *Cache) path(id string, size Size) string { return File(c.dir, id, size) }

// Save keeps a poster and makes the small one of it. data is a JPEG.
func (c *Cache) Save(id string, data []byte) error {
	picture, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("decode poster: %w", err)
	}
	if err := errors.Join(c.write(c.path(id, Large), data), c.shrink(id, picture)); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.saves++
	if c.saves%tidyEvery != 1 {
		return nil
	}
	return c.tidy()
}

func (c *Cache) shrink(id string, picture image.Image) error {
	if picture.Bounds().Dx() > SmallWidth {
		picture = imaging.Resize(picture, SmallWidth, 0, imaging.Linear)
	}
	var small bytes.Buffer
	if err := jpeg.Encode(&small, picture, &jpeg.Options{Quality: smallQuality}); err != nil {
		return fmt.Errorf("encode poster: %w", err)
	}
	return c.write(c.path(id, Small), small.Bytes())
}

func (c *Cache) write(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("keep poster: %w", err)
	}
	return atomicfile.Write(path, data, 0o600)
}

// Path finds a poster's file. A small one that is missing is made from the large one; fs.ErrNotExist when neither is there.
func (c *Cache) Path(id string, size Size) (string, error) {
	path := c.path(id, size)
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := c.find(id, size); err != nil {
			return "", err
		}
		info, err = os.Lstat(path)
	}
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fs.ErrNotExist
	}
	if now := time.Now(); now.Sub(info.ModTime()) > touchAfter {
		_ = os.Chtimes(path, now, now) // a poster that can't be touched only leaves earlier
	}
	return path, nil
}

// Remove removes what is kept of a video.
func (c *Cache) Remove(id string) error {
	var all error
	for _, path := range []string{c.path(id, Large), c.path(id, Small), filepath.Join(c.dir, filepath.Base(c.path(id, Large)))} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			all = errors.Join(all, err)
		}
	}
	return all
}

// find puts a missing file in its place: a large one from where versions before this one kept it, a small one from the large.
func (c *Cache) find(id string, size Size) error {
	large := c.path(id, Large)
	if size == Large {
		old := filepath.Join(c.dir, filepath.Base(large))
		if _, err := os.Lstat(old); err != nil {
			return err
		}
		return errors.Join(os.MkdirAll(filepath.Dir(large), 0o700), os.Rename(old, large))
	}
	if _, err := c.Path(id, Large); err != nil {
		return err
	}
	c.making <- struct{}{} // a screen full of them must not take all cores
	defer func() { <-c.making }()
	picture, err := imaging.Open(large)
	if err != nil {
		return fmt.Errorf("decode poster: %w", err)
	}
	return c.shrink(id, picture)
}
