package simulator

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"image"
	_ "image/jpeg" // the two forms that the service takes
	_ "image/png"
	"io"
	"net/http"
	"path"
	"strings"
	"time"
)

// The service's limits (API.md).
const (
	uploadLimit  = 50 << 20
	pictureLimit = 20 << 20
	leastSide    = 300
	mostPixels   = 100_000_000
)

type upload struct {
	kind string
	data []byte
}

// still is a decoded first frame and the file that it came from.
type still struct {
	image.Image
	source []byte
}

// decodeStill opens a JPEG or PNG and holds it against the rules for first frames.
func decodeStill(source []byte) (*still, error) {
	if len(source) > pictureLimit {
		return nil, invalid("image must be at most 20MB")
	}
	head, form, err := image.DecodeConfig(bytes.NewReader(source))
	if err != nil || (form != "jpeg" && form != "png") {
		return nil, invalid("image must be a JPG or PNG file")
	}
	short, long := min(head.Width, head.Height), max(head.Width, head.Height)
	switch {
	case head.Width*head.Height > mostPixels:
		return nil, invalid("image is too large")
	case short <= leastSide:
		return nil, invalid("image short side must be more than %dpx", leastSide)
	case long*2 >= short*5:
		return nil, invalid("image aspect ratio must be between 2:5 and 5:2")
	}
	picture, _, err := image.Decode(bytes.NewReader(source))
	if err != nil {
		return nil, invalid("image can not be decoded")
	}
	return &still{picture, source}, nil
}

func (s *Server) takeUpload(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, uploadLimit)
	file, header, err := r.FormFile("file")
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		refuse(w, http.StatusRequestEntityTooLarge, "file too large")
		return
	}
	if err != nil {
		refuse(w, http.StatusUnprocessableEntity, "file is required")
		return
	}
	defer func() { _ = file.Close() }()
	raw, err := io.ReadAll(file)
	if err != nil {
		refuse(w, http.StatusBadRequest, "upload was cut short")
		return
	}
	kind := http.DetectContentType(raw)
	if _, _, err := image.DecodeConfig(bytes.NewReader(raw)); err != nil {
		refuse(w, http.StatusUnprocessableEntity, "file can not be decoded")
		return
	}
	name := newID() + strings.ToLower(path.Ext(header.Filename))
	s.mu.Lock()
	s.uploads[name] = upload{kind, raw}
	s.mu.Unlock()
	data(w, map[string]any{"download_url": origin(r) + "/media/" + name, "file_name": header.Filename, "content_type": kind, "size": len(raw)})
}

func (s *Server) serveUpload(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	u, found := s.uploads[r.PathValue("name")]
	s.mu.Unlock()
	if !found {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", u.kind)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(u.data))
}

// firstFrame gets the picture behind a request's image: an upload, a data: URI or an address.
func (s *Server) firstFrame(ctx context.Context, address string) (*still, error) {
	if encoded, ok := strings.CutPrefix(address, "data:"); ok {
		_, encoded, _ = strings.Cut(encoded, ";base64,")
		raw, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			return nil, invalid("image is not a valid data URI")
		}
		return decodeStill(raw)
	}
	s.mu.Lock()
	u, own := s.uploads[path.Base(address)]
	s.mu.Unlock()
	if own {
		return decodeStill(u.data)
	}
	raw, err := download(ctx, address)
	if err != nil {
		return nil, invalid("image can not be downloaded")
	}
	return decodeStill(raw)
}

func download(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, errors.New(resp.Status)
	}
	return io.ReadAll(io.LimitReader(resp.Body, pictureLimit+1))
}
