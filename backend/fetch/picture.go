package fetch

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"conch/backend/fault"
)

const pictureTimeout = time.Minute

// Picture reads the picture behind an address that a person gave: http or https, at most limit bytes.
// It may be on the person's own network. Faults: picture_address, picture_download, picture_too_big.
func (f *Fetcher) Picture(ctx context.Context, address string, limit int64) (name string, data []byte, err error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || checkAddress(u, true) != nil {
		return "", nil, fault.Wrap(err, "picture_address", nil)
	}
	ctx, cancel := context.WithTimeout(ctx, pictureTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return "", nil, fault.Wrap(err, "picture_address", nil)
	}
	req.Header.Set("User-Agent", f.userAgent)
	resp, err := f.any.Do(req)
	if err != nil {
		return "", nil, fault.Wrap(broken(ctx, err, false), "picture_download", fault.Args{"host": u.Host})
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return "", nil, fault.New("picture_download", fault.Args{"host": u.Host}).With("status", resp.Status)
	}
	data, err = io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return "", nil, fault.Wrap(err, "picture_download", fault.Args{"host": u.Host})
	}
	if int64(len(data)) > limit {
		return "", nil, fault.New("picture_too_big", fault.Args{"size": fmt.Sprintf("> %d", limit/1_000_000), "max": limit / 1_000_000})
	}
	if name = path.Base(u.Path); name == "." || name == "/" {
		name = u.Host
	}
	return name, data, nil
}
