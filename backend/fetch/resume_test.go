package fetch

import (
	"context"
	"errors"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	v1 = `"v1"`
	v2 = `"v2"`
)

// Each download breaks once or more; the requests that follow, and the file in the end, tell what was made of it.
func TestTakingUp(t *testing.T) {
	first, second := content(1, 5000), content(2, 4000)
	dated := func(s step) step {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Last-Modified", "Wed, 01 Jan 2025 00:00:00 GMT")
			s(w, r)
		}
	}
	mute := func(s step) step { // a 206 that repeats no validator
		return func(w http.ResponseWriter, r *http.Request) { s(dropping{w, "ETag"}, r) }
	}
	rest := "bytes=1000-"
	for name, c := range map[string]struct {
		steps []step
		asked [][2]string
		want  []byte
	}{
		"by range":                  {[]step{cut(whole(first, v1), 1000), whole(first, v1)}, [][2]string{{}, {rest, v1}}, first},
		"by date":                   {[]step{cut(dated(whole(first, "")), 1000), dated(whole(first, ""))}, [][2]string{{}, {rest, "Wed, 01 Jan 2025 00:00:00 GMT"}}, first},
		"no validator":              {[]step{cut(whole(first, ""), 1000), whole(first, "")}, [][2]string{{}, {}}, first},
		"weak validator":            {[]step{cut(whole(first, "W/"+v1), 1000), whole(first, "W/"+v1)}, [][2]string{{}, {}}, first},
		"weak validator and a date": {[]step{cut(dated(whole(first, "W/"+v1)), 1000), dated(whole(first, ""))}, [][2]string{{}, {rest, "Wed, 01 Jan 2025 00:00:00 GMT"}}, first},
		"server without ranges":     {[]step{cut(whole(first, v1), 1000), withoutRanges(whole(first, v1))}, [][2]string{{}, {rest, v1}}, first},
		"another file":              {[]step{cut(whole(first, v1), 1000), whole(second, v2)}, [][2]string{{}, {rest, v1}}, second},
		"another, shorter file":     {[]step{cut(whole(first, v1), 4500), whole(second, v2)}, [][2]string{{}, {"bytes=4500-", v1}}, second},
		"another file, twice broken": {
			[]step{cut(whole(first, v1), 1000), cut(whole(second, v2), 1500), whole(second, v2)},
			[][2]string{{}, {rest, v1}, {"bytes=1500-", v2}},
			second,
		},
		"If-Range ignored": {
			[]step{cut(whole(first, v1), 1000), plain(206, second[1000:], "ETag", v2, "Content-Range", "bytes 1000-3999/4000"), whole(second, v2)},
			[][2]string{{}, {rest, v1}, {}},
			second,
		},
		"range of its own": {
			[]step{cut(whole(first, v1), 1000), plain(206, first[500:], "ETag", v1, "Content-Range", "bytes 500-4999/5000"), whole(first, v1)},
			[][2]string{{}, {rest, v1}, {}},
			first,
		},
		"range unnamed": {
			[]step{cut(whole(first, v1), 1000), plain(206, first[1000:], "ETag", v1), whole(first, v1)},
			[][2]string{{}, {rest, v1}, {}},
			first,
		},
		"part of the rest": {
			[]step{cut(whole(first, v1), 1000), plain(206, first[1000:2000], "ETag", v1, "Content-Range", "bytes 1000-1999/5000"), whole(first, v1)},
			[][2]string{{}, {rest, v1}, {"bytes=2000-", v1}},
			first,
		},
		"rest of unknown size": {
			[]step{cut(whole(first, v1), 1000), plain(206, first[1000:], "ETag", v1, "Content-Range", "bytes 1000-4999/*")},
			[][2]string{{}, {rest, v1}},
			first,
		},
		"a 206 without its validator, broken": {
			[]step{cut(whole(first, v1), 1000), cut(mute(whole(first, v1)), 1000), whole(first, v1)},
			[][2]string{{}, {rest, v1}, {"bytes=2000-", v1}},
			first,
		},
		"no such range": {
			[]step{cut(whole(first, v1), 4500), plain(416, nil, "Content-Range", "bytes */4000"), whole(second, v2)},
			[][2]string{{}, {"bytes=4500-", v1}, {}},
			second,
		},
		"no such range, size unsaid": {
			[]step{cut(whole(first, v1), 1000), plain(416, nil), whole(first, v1)},
			[][2]string{{}, {rest, v1}, {}},
			first,
		},
		"an outage between": {
			[]step{cut(whole(first, v1), 1000), plain(503, []byte("later")), whole(first, v1)},
			[][2]string{{}, {rest, v1}, {rest, v1}},
			first,
		},
	} {
		s := storing(t, c.steps...)
		f, waited := fetcher()
		r := request(t, s)
		if got, err := f.Download(t.Context(), r); err != nil || got.Bytes != int64(len(c.want)) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		holds(t, r.Path, c.want)
		if got := s.ranges(); !reflect.DeepEqual(got, c.asked) || len(*waited) != len(c.asked)-1 {
			t.Errorf("%s: asked %v, want %v; waited %v", name, got, c.asked, *waited)
		}
	}
}

// dropping leaves a header out.
type dropping struct {
	http.ResponseWriter
	name string
}

func (d dropping) WriteHeader(status int) {
	d.Header().Del(d.name)
	d.ResponseWriter.WriteHeader(status)
}

// A partial file from before the program ended.
func partial(t *testing.T, r Request, data []byte, mark string) {
	t.Helper()
	if err := os.WriteFile(r.Path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(markPath(r.Path), []byte(mark), 0o600); mark != "" && err != nil {
		t.Fatal(err)
	}
}

func TestPartialFiles(t *testing.T) {
	data, other := content(1, 5000), content(2, 5000)
	for name, c := range map[string]struct {
		there []byte
		mark  string
		steps []step
		asked [][2]string
	}{
		"taken up":           {data[:1234], v1, []step{whole(data, v1)}, [][2]string{{"bytes=1234-", v1}}},
		"of another version": {other[:1234], v2, []step{whole(data, v1)}, [][2]string{{"bytes=1234-", v2}}},
		"without a mark":     {other[:1234], "", []step{whole(data, v1)}, [][2]string{{}}},
		"mark of two lines":  {other[:1234], "a\r\nX-Evil: 1", []step{whole(data, v1)}, [][2]string{{}}},
		"endless mark":       {other[:1234], strings.Repeat("x", 1025), []step{whole(data, v1)}, [][2]string{{}}},
		"empty":              {nil, v1, []step{whole(data, v1)}, [][2]string{{}}},
		"whole already":      {data, v1, []step{whole(data, v1)}, [][2]string{{"bytes=5000-", v1}}},
		"whole, of another version, as a server says that ignores If-Range": {
			other, v2, []step{plain(416, nil, "ETag", v1, "Content-Range", "bytes */5000"), whole(data, v1)}, [][2]string{{"bytes=5000-", v2}, {}},
		},
		"longer than the file": {append(slices.Clone(data), other...), v1, []step{whole(data, v1)}, [][2]string{{"bytes=10000-", v1}, {}}},
	} {
		s := storing(t, c.steps...)
		f, _ := fetcher()
		r := request(t, s)
		partial(t, r, c.there, c.mark)
		if got, err := f.Download(t.Context(), r); err != nil || got.Bytes != 5000 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		holds(t, r.Path, data)
		if got := s.ranges(); !reflect.DeepEqual(got, c.asked) {
			t.Errorf("%s: asked %v, want %v", name, got, c.asked)
		}
	}
}

// What came before a person stopped it, or quit, is taken up later, by any Fetcher.
func TestCanceledMidway(t *testing.T) {
	data := content(1, 2<<20)
	half := len(data) / 2
	gate := make(chan struct{})
	s := storing(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", v1)
		w.Header().Set("Content-Length", strconv.Itoa(len(data)))
		_, _ = w.Write(data[:half])
		_ = http.NewResponseController(w).Flush()
		<-gate
	}, whole(data, v1))
	defer close(gate)
	ctx, cancel := context.WithCancel(t.Context())
	f, _ := fetcher()
	r := request(t, s)
	r.Progress = func(done, _ int64) {
		if done == int64(half) {
			cancel()
		}
	}
	if _, err := f.Download(ctx, r); !errors.Is(err, context.Canceled) || sizeOf(r.Path) != int64(half) {
		t.Fatalf("%v, %d bytes", err, sizeOf(r.Path))
	}
	f, _ = fetcher()
	var from int64
	r.Progress = func(done, _ int64) {
		if from == 0 {
			from = done
		}
	}
	if _, err := f.Download(t.Context(), r); err != nil || from <= int64(half) {
		t.Fatalf("%v, from %d", err, from)
	}
	holds(t, r.Path, data)
	if got := s.ranges()[1]; got != [2]string{"bytes=" + strconv.Itoa(half) + "-", v1} {
		t.Errorf("asked %v", got)
	}
}
