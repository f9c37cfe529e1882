package container

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conch/backend/fault"
)

// TestBytesBehindTheLastBox: what an encoder or a storage leaves behind a whole video makes it no less whole. Its tags
// can be written, its media data is the same, and what lay there still does.
func TestBytesBehindTheLastBox(t *testing.T) {
	for name, behind := range map[string]string{
		"4 zeros": strings.Repeat("\x00", 4), "4,096 zeros": strings.Repeat("\x00", 4096), "one byte": "\n", "words": "<!-- served by a cache -->", "capitals": strings.Repeat("A", 100),
		"a box that is cut": atom("free", strings.Repeat("x", 99))[:20], "a box without an end": "\x00\x00\x00\x00free", "a whole box": atom("uuid", strings.Repeat("x", 40)), "high bytes": "\xff\xff\xff\xff\xff\xff\xff\xff\xff",
	} {
		for _, clip := range clips {
			data := append(sample(t, clip), behind...)
			path := store(t, data)
			want, err := Check(filepath.Join("testdata", clip))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := Check(path); err != nil || got != want {
				t.Errorf("%s with %s: %+v, %v", clip, name, got, err)
				continue
			}
			tagged := path + ".tagged"
			if err := WriteTags(path, tagged, Tags{Prompt: "a shell", VideoID: "v1"}); err != nil {
				t.Errorf("%s with %s: %v", clip, name, err)
				continue
			}
			if tags, found, err := ReadTags(tagged); err != nil || !found || tags.Prompt != "a shell" {
				t.Errorf("%s with %s: %+v, %v, %v", clip, name, tags, found, err)
			}
			written, err := os.ReadFile(tagged)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.HasSuffix(written, []byte(behind)) {
				t.Errorf("%s with %s: %q is gone", clip, name, behind)
			}
			before, err := Hash(t.Context(), filepath.Join("testdata", clip))
			if after, hashErr := Hash(t.Context(), tagged); err != nil || hashErr != nil || before != after {
				t.Errorf("%s with %s: another hash, %v, %v", clip, name, err, hashErr)
			}
		}
	}
}

// TestCutIsCut: bytes behind the end excuse nothing that is missing before it.
func TestCutIsCut(t *testing.T) {
	for _, clip := range clips {
		data := sample(t, clip)
		for _, keep := range []int{len(data) / 2, len(data) * 9 / 10} {
			for _, behind := range []string{"", strings.Repeat("\x00", 4), "more"} {
				_, err := Check(store(t, append(bytes.Clone(data[:keep]), behind...)))
				if fault.Of(err).Rule != "output_incomplete" || !errors.Is(err, errCutShort) {
					t.Errorf("%d of %d bytes of %s with %q: %v", keep, len(data), clip, behind, err)
				}
			}
		}
	}
}
