package fetch

import (
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// codings are those that an answer went through, the last first. "identity" was asked for; some storages and caches
// compress all the same, and some name it.
func codings(h http.Header) (all []string) {
	for _, value := range h.Values("Content-Encoding") {
		for name := range strings.SplitSeq(value, ",") {
			if name = strings.ToLower(strings.TrimSpace(name)); name != "" && name != "identity" && name != "none" {
				all = append(all, name)
			}
		}
	}
	slices.Reverse(all)
	return all
}

func isCoded(h http.Header) bool { return len(codings(h)) > 0 }

// decoded undoes the codings of a body. An unknown one is an error that another try may mend: not every cache answers alike.
func decoded(h http.Header, body io.Reader) (io.Reader, error) {
	var err error
	for _, name := range codings(h) {
		switch name {
		case "gzip", "x-gzip":
			body, err = gzip.NewReader(body)
		case "deflate":
			body, err = zlib.NewReader(body)
		default:
			err = fmt.Errorf("the server sent %q, which was not asked for", name)
		}
		if err != nil {
			return nil, &retry{err: err}
		}
	}
	return body, nil
}
