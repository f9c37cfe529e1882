package container

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/abema/go-mp4"
)

// Tags are how a video was made. They go into the file as iTunes-style metadata, which players and tools
// show (title, comment, description, date, encoder), and whole as JSON in a free-form item, "com.conch:recipe".
type Tags struct {
	Title        string            `json:"title,omitempty"`
	Prompt       string            `json:"prompt,omitempty"`
	Model        string            `json:"model,omitempty"`
	PredictionID string            `json:"predictionId,omitempty"`
	GenerationID string            `json:"generationId,omitempty"`
	VideoID      string            `json:"videoId,omitempty"`
	Service      string            `json:"service,omitempty"`
	Params       map[string]any    `json:"params,omitempty"`
	Pictures     map[string]string `json:"pictures,omitempty"`  // field -> "name sha256:…" of the first frame that was uploaded
	CreatedAt    int64             `json:"createdAt,omitempty"` // epoch milliseconds
	Tool         string            `json:"tool,omitempty"`      // the program that wrote the tags
	Origin       *Origin           `json:"origin,omitempty"`    // what it came from

	bare bool // the texts alone are written, no recipe
}

const (
	recipeMean = "com.conch"
	recipeName = "recipe"
)

// item is one entry of an iTunes-style list.
type item struct {
	kind  mp4.BoxType
	value string
}

// items are what other programs can show of the tags; empty ones are left out.
func (t Tags) items() []item {
	day := ""
	if t.CreatedAt > 0 {
		day = time.UnixMilli(t.CreatedAt).UTC().Format(time.RFC3339)
	}
	var kept []item
	for _, i := range []item{
		{mp4.BoxType{0xa9, 'n', 'a', 'm'}, t.Title},
		{mp4.BoxType{0xa9, 'c', 'm', 't'}, t.Prompt},
		{mp4.BoxType{'d', 'e', 's', 'c'}, t.Prompt},
		{mp4.BoxType{0xa9, 't', 'o', 'o'}, t.Tool},
		{mp4.BoxType{0xa9, 'd', 'a', 'y'}, day},
	} {
		if i.value != "" {
			kept = append(kept, i)
		}
	}
	return kept
}

var (
	freeForm = mp4.StrToBoxType("----")
	meanBox  = mp4.StrToBoxType("mean")
	nameBox  = mp4.StrToBoxType("name")
)

// ReadTags gives the recipe that WriteTags put into a file; false when there is none. A file that is no
// MP4 at all is an error.
func ReadTags(path string) (Tags, bool, error) {
	file, length, err := open(path)
	if err != nil {
		return Tags{}, false, err
	}
	defer func() { _ = file.Close() }()
	return readTags(file, length)
}

func readTags(r io.ReadSeeker, length int64) (tags Tags, found bool, err error) {
	defer damaged(&err)
	boxes, err := walk(r, length)
	if err != nil {
		return Tags{}, false, err
	}
	moov, err := readIndex(r, boxes)
	if err != nil {
		return Tags{}, false, err
	}
	err = moov.visit(func(h *mp4.ReadHandle) (any, error) {
		switch {
		case h.BoxInfo.Type == freeForm && h.BoxInfo.UnderIlst:
			recipe := moov.recipe(h)
			if recipe == nil || found {
				return nil, nil
			}
			var t Tags
			if json.Unmarshal(recipe, &t) == nil {
				tags, found = t, true
			}
			return nil, nil
		case isOne(h.BoxInfo.Type, mp4.BoxTypeMoov(), mp4.BoxTypeUdta(), mp4.BoxTypeMeta(), mp4.BoxTypeIlst()):
			return h.Expand()
		}
		return nil, nil
	})
	return tags, found, err
}

func isOne(kind mp4.BoxType, of ...mp4.BoxType) bool {
	for _, k := range of {
		if kind == k {
			return true
		}
	}
	return false
}

// recipe gives the JSON of a free-form item; nil when it is somebody else's or damaged.
func (x index) recipe(h *mp4.ReadHandle) []byte {
	parts := map[mp4.BoxType][]byte{}
	inside := guarded(func(p *mp4.ReadHandle) (any, error) {
		if p.BoxInfo.Type == freeForm {
			return p.Expand()
		}
		var payload bytes.Buffer
		if _, err := p.ReadData(&payload); err != nil {
			return nil, err
		}
		parts[p.BoxInfo.Type] = payload.Bytes()
		return nil, nil
	})
	box := h.BoxInfo
	if _, err := mp4.ReadBoxStructureFromInternal(bytes.NewReader(x.raw), &box, inside); err != nil {
		return nil
	}
	const versionAndFlags, typeAndLocale = 4, 8
	mean, name, data := parts[meanBox], parts[nameBox], parts[mp4.BoxTypeData()]
	if len(mean) < versionAndFlags || len(name) < versionAndFlags || len(data) < typeAndLocale ||
		string(mean[versionAndFlags:]) != recipeMean || string(name[versionAndFlags:]) != recipeName {
		return nil
	}
	return data[typeAndLocale:]
}

// encodeList makes the children of an item list.
func (t Tags) encodeList(w *mp4.Writer) error {
	recipe, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("encode recipe: %w", err)
	}
	under := mp4.Context{UnderIlst: true, UnderIlstMeta: true}
	data := func(value []byte) error {
		return put(w, mp4.BoxTypeData(), func() error {
			_, err := mp4.Marshal(w, &mp4.Data{DataType: mp4.DataTypeStringUTF8, Data: value}, under)
			return err
		})
	}
	for _, i := range t.items() {
		if err := put(w, i.kind, func() error { return data([]byte(i.value)) }); err != nil {
			return err
		}
	}
	if t.bare {
		return nil
	}
	text := func(kind mp4.BoxType, value string) error {
		return put(w, kind, func() error {
			_, err := w.Write(append(make([]byte, 4), value...))
			return err
		})
	}
	return put(w, freeForm, func() error {
		return errors.Join(text(meanBox, recipeMean), text(nameBox, recipeName), data(recipe))
	})
}

// put writes one box around what inside writes.
func put(w *mp4.Writer, kind mp4.BoxType, inside func() error) error {
	return putAs(w, &mp4.BoxInfo{Type: kind, HeaderSize: mp4.SmallHeaderSize, Size: mp4.SmallHeaderSize}, inside)
}

func putAs(w *mp4.Writer, box *mp4.BoxInfo, inside func() error) error {
	bounded := *box
	bounded.ExtendToEOF = false
	if _, err := w.StartBox(&bounded); err != nil {
		return err
	}
	if err := inside(); err != nil {
		return err
	}
	_, err := w.EndBox()
	return err
}
