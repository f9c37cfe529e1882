package picture

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/disintegration/imaging"

	"conch/backend/atomicfile"
	"conch/backend/fault"
)

// Shelf keeps first frames by content, so that a generation can be repeated with no network and no original.
type Shelf struct{ dir string }

// Fix is a mending: Convert and Scale need no more; Crop cuts the rectangle, in pixels of the upright picture.
type Fix struct {
	Kind string `json:"kind"`
	X    int    `json:"x"`
	Y    int    `json:"y"`
	W    int    `json:"w"`
	H    int    `json:"h"`
}

// OpenShelf makes the folder where it is missing.
func OpenShelf(dir string) (*Shelf, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fault.Wrap(err, "library_unwritable", fault.Args{"folder": dir})
	}
	return &Shelf{dir: dir}, nil
}

// AddFile puts a file on the shelf. Faults: picture_folder, picture_unreadable, and Add's.
func (s *Shelf) AddFile(ctx context.Context, path string) (Picture, error) {
	name := filepath.Base(path)
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return Picture{}, fault.Wrap(err, "picture_unreadable", fault.Args{"name": name})
	case info.IsDir():
		return Picture{}, fault.New("picture_folder", fault.Args{"name": name})
	case !info.Mode().IsRegular():
		return Picture{}, fault.New("picture_unreadable", fault.Args{"name": name})
	}
	file, err := os.Open(path)
	if err != nil {
		return Picture{}, fault.Wrap(err, "picture_unreadable", fault.Args{"name": name})
	}
	defer func() { _ = file.Close() }()
	return s.Add(ctx, name, file)
}

// Add reads, checks and cleans a picture. One that breaks a rule is kept with its Problems, for mending; one
// that can't be opened is a fault: picture_empty, picture_not_picture, picture_broken, picture_too_many_pixels,
// picture_too_big.
func (s *Shelf) Add(ctx context.Context, name string, r io.Reader) (Picture, error) {
	data, err := io.ReadAll(io.LimitReader(r, SourceLimit+1))
	if err != nil {
		return Picture{}, fault.Wrap(err, "picture_unreadable", fault.Args{"name": name})
	}
	if len(data) > SourceLimit {
		return Picture{}, fault.New("picture_too_big", fault.Args{"size": fmt.Sprintf("> %d", SourceLimit/1_000_000), "max": MaxBytes / 1_000_000})
	}
	if err := ctx.Err(); err != nil {
		return Picture{}, err
	}
	o, err := open(name, data)
	if err != nil {
		return Picture{}, err
	}
	if o.image == nil {
		return s.put(picture{name: name, kind: o.kind, extension: sourceExtension(o.kind), data: data})
	}
	p := picture{name: name, kind: o.kind, data: o.clean, size: o.image.Bounds().Size()}
	if o.clear {
		p.remarks = []Problem{filled(name)}
	}
	switch {
	case o.clean != nil:
		p.extension = map[string]string{"image/jpeg": ".jpg", "image/png": ".png"}[o.kind]
	case o.kind == "image/jpeg":
		p.data, p.extension, err = encodeJPEG(o.pixels())
	default:
		p.data, p.extension, err = encode(o.pixels())
	}
	if err != nil {
		return Picture{}, err
	}
	return s.put(p)
}

// AddBytes is Add for a picture that is in memory.
func (s *Shelf) AddBytes(ctx context.Context, name string, data []byte) (Picture, error) {
	return s.Add(ctx, name, bytes.NewReader(data))
}

// picture is what goes to the shelf.
type picture struct {
	name, kind, extension string
	data                  []byte
	size                  image.Point
	remarks               []Problem
}

// put keeps a picture, as a new one even if it was there: whatever is chosen now is used now.
func (s *Shelf) put(from picture) (Picture, error) {
	sum := sha256.Sum256(from.data)
	p := Picture{ID: hex.EncodeToString(sum[:]), Name: from.name, Type: from.kind, Width: from.size.X, Height: from.size.Y, Bytes: int64(len(from.data)), Remarks: from.remarks}
	p.Problems = problems(p.Name, p.Type, p.Width, p.Height, p.Bytes)
	if old, err := s.Get(p.ID); err == nil && Ready(old) && !Ready(p) {
		p.Type, p.Problems = old.Type, old.Problems
	}
	card, err := json.Marshal(p)
	if err != nil {
		return Picture{}, fmt.Errorf("encode picture's card: %w", err)
	}
	if err := errors.Join(
		s.write(filepath.Join(s.dir, p.ID+from.extension), from.data),
		s.write(s.card(p.ID), card),
	); err != nil {
		return Picture{}, fault.Wrap(err, "library_unwritable", fault.Args{"folder": s.dir})
	}
	return p, nil
}

// write leaves alone what is there already, as large, but for its time: on a full disk a known picture can still be used.
func (s *Shelf) write(path string, data []byte) error {
	if there, err := os.ReadFile(path); err == nil && bytes.Equal(there, data) {
		touch(path)
		return nil
	}
	return atomicfile.Write(path, data, 0o600)
}

// touch makes a file new for the sweep; a drive that keeps no times keeps the file.
func touch(path string) {
	now := time.Now()
	_ = os.Chtimes(path, now, now)
}

// Take is Get for a picture that is going to be used: the sweep counts its days from now on. Fault: picture_gone.
func (s *Shelf) Take(id string) (Picture, error) {
	p, err := s.Get(id)
	if err != nil {
		return p, err
	}
	if path, _, err := s.Path(id); err == nil {
		touch(path)
	}
	touch(s.card(id))
	return p, nil
}

func (s *Shelf) card(id string) string { return filepath.Join(s.dir, id+".json") }

func validID(id string) bool {
	return len(id) == 2*sha256.Size && strings.Trim(id, "0123456789abcdef") == ""
}

// Get gives a picture's card. Fault: picture_gone.
func (s *Shelf) Get(id string) (Picture, error) {
	var p Picture
	if !validID(id) {
		return p, fault.New("picture_gone", nil)
	}
	data, err := os.ReadFile(s.card(id))
	if err != nil {
		return p, fault.Wrap(err, "picture_gone", nil)
	}
	if err := json.Unmarshal(data, &p); err != nil || p.ID != id {
		return Picture{}, fault.Wrap(err, "picture_gone", nil)
	}
	if _, _, err := s.Path(id); err != nil { // its file was removed by hand
		return Picture{}, err
	}
	return p, nil
}

// kinds are what files of the shelf are served as. The first two can be sent to the service; sources only wait for
// the page to open them.
var (
	kinds   = map[string]string{".jpg": "image/jpeg", ".png": "image/png"}
	sources = map[string]string{
		".heic": "image/heic", ".avif": "image/avif", ".jxl": "image/jxl", ".jp2": "image/jp2", ".jpg.source": "image/jpeg", ".png.source": "image/png",
		".gif.source": "image/gif", ".webp.source": "image/webp", ".bmp.source": "image/bmp", ".tiff.source": "image/tiff",
	}
)

// sourceExtension is what a source lies on the shelf by.
func sourceExtension(kind string) string {
	if extension := foreign[kind]; extension != "" {
		return extension
	}
	for extension, of := range sources {
		if of == kind {
			return extension
		}
	}
	return ".source"
}

// Path finds the file of a picture. Fault: picture_gone.
func (s *Shelf) Path(id string) (path, contentType string, err error) {
	if validID(id) {
		for _, extensions := range []map[string]string{kinds, sources} {
			for extension, kind := range extensions {
				path := filepath.Join(s.dir, id+extension)
				if _, err := os.Stat(path); err == nil {
					return path, kind, nil
				}
			}
		}
	}
	return "", "", fault.New("picture_gone", nil)
}

// Open gives a picture's bytes for an upload, with a name that tells nothing of the person's files. Faults:
// picture_gone; picture_type for a source that only waits to be converted.
func (s *Shelf) Open(id string) (file io.ReadCloser, size int64, contentType, name string, err error) {
	path, contentType, err := s.Path(id)
	if err != nil {
		return nil, 0, "", "", err
	}
	if _, sendable := kinds[filepath.Ext(path)]; !sendable {
		return nil, 0, "", "", fault.New("picture_type", fault.Args{"name": filepath.Base(path), "type": contentType})
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, "", "", fault.Wrap(err, "picture_gone", nil)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, "", "", errors.Join(fault.Wrap(err, "picture_gone", nil), f.Close())
	}
	return f, info.Size(), contentType, "first-frame" + filepath.Ext(path), nil
}

// Fix mends a picture; the result is a new one. Fault: picture_undecodable for what Go can't open.
func (s *Shelf) Fix(ctx context.Context, id string, fix Fix) (Picture, error) {
	old, err := s.Get(id)
	if err != nil {
		return Picture{}, err
	}
	path, _, err := s.Path(id)
	if err != nil {
		return Picture{}, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Picture{}, fault.Wrap(err, "picture_gone", nil)
	}
	o, err := open(old.Name, data)
	if err != nil {
		return Picture{}, err
	}
	if o.broken {
		return Picture{}, fault.New("picture_broken", fault.Args{"name": old.Name})
	}
	if o.image == nil {
		return Picture{}, fault.New("picture_undecodable", fault.Args{"name": old.Name, "type": old.Type})
	}
	if err := ctx.Err(); err != nil {
		return Picture{}, err
	}
	img := mended(o.pixels(), fix)
	clean, extension, err := encode(img)
	if err != nil {
		return Picture{}, err
	}
	if len(clean) > MaxBytes {
		img = imaging.Fit(img, longestSide, longestSide, imaging.Lanczos)
		if clean, extension, err = encodeJPEG(img); err != nil {
			return Picture{}, err
		}
	}
	return s.put(picture{name: old.Name, kind: kinds[extension], extension: extension, data: clean, size: img.Bounds().Size(), remarks: old.Remarks})
}

// longestSide is far more than the model's own output; only a picture that is too heavy is brought down to it.
const longestSide = 4096

func mended(img image.Image, fix Fix) image.Image {
	switch fix.Kind {
	case Crop:
		r := image.Rect(fix.X, fix.Y, fix.X+fix.W, fix.Y+fix.H).Add(img.Bounds().Min).Intersect(img.Bounds())
		if r.Empty() {
			r = img.Bounds()
		}
		return imaging.Crop(img, r)
	case Scale:
		short := min(img.Bounds().Dx(), img.Bounds().Dy())
		factor := float64(ShortSide+1) / float64(short)
		width := int(math.Ceil(float64(img.Bounds().Dx()) * factor))
		height := int(math.Ceil(float64(img.Bounds().Dy()) * factor))
		return imaging.Resize(img, width, height, imaging.Lanczos)
	}
	return img
}

// CentreCrop is the largest allowed rectangle in the middle of a picture, for a mending without a person.
func CentreCrop(width, height int) Fix {
	fix := Fix{Kind: Crop, W: width, H: height}
	// Just inside the limits, which are themselves refused.
	if widest := (height*RatioLong - 1) / RatioShort; fix.W > widest {
		fix.W = widest
	}
	if tallest := (width*RatioLong - 1) / RatioShort; fix.H > tallest {
		fix.H = tallest
	}
	fix.X, fix.Y = (width-fix.W)/2, (height-fix.H)/2
	return fix
}

// Tidy removes what a killed process left half written. Nobody else may be at work on the shelf.
func (s *Shelf) Tidy() error {
	left, err := filepath.Glob(filepath.Join(s.dir, ".*"))
	for _, path := range left {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

// Sweep removes pictures that nothing keeps and that are older than age.
func (s *Shelf) Sweep(keep func(id string) bool, age time.Duration) error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return fmt.Errorf("sweep shelf: %w", err)
	}
	newest := map[string]time.Time{} // a picture and its card go together
	for _, entry := range entries {
		id, _, _ := strings.Cut(entry.Name(), ".")
		if info, err := entry.Info(); err == nil && info.ModTime().After(newest[id]) {
			newest[id] = info.ModTime()
		}
	}
	var failed error
	for _, entry := range entries {
		id, _, _ := strings.Cut(entry.Name(), ".")
		used, known := newest[id]
		if !known || keep(id) || time.Since(used) < age {
			continue
		}
		if err := os.Remove(filepath.Join(s.dir, entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}
