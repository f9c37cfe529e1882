package container

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"github.com/Eyevinn/mp4ff/bits"
	"github.com/Eyevinn/mp4ff/mp4"
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
	Pictures     map[string]string `json:"pictures,omitempty"` // field -> sha256 of the first frame that was uploaded
	CreatedAt    int64             `json:"createdAt,omitempty"`
	Tool         string            `json:"tool,omitempty"` // the program that wrote the tags
}

const (
	recipeMean = "com.conch"
	recipeName = "recipe"
	typeUTF8   = 1 // well-known type of a data atom, QuickTime File Format
)

// WriteTags copies a video to a new, synced file with the tags in it. Samples are copied as they are;
// their offsets are corrected where the index grows before them. Other metadata stays.
func WriteTags(from, to string, tags Tags) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("open video: %w", err)
	}
	defer func() { _ = in.Close() }()
	info, err := in.Stat()
	if err != nil {
		return fmt.Errorf("open video: %w", err)
	}
	boxes, err := walk(in, info.Size())
	if err != nil {
		return err
	}
	moov, at, err := index(in, boxes)
	if err != nil {
		return err
	}
	grown, err := tagged(moov, tags, boxes, at)
	if err != nil {
		return err
	}
	out, err := os.Create(to)
	if err != nil {
		return fmt.Errorf("write tags: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write tags: %w", err), out.Close(), os.Remove(to))
		}
	}()
	for i, s := range boxes {
		if i == at {
			if _, err := out.Write(grown); err != nil {
				return err
			}
			continue
		}
		if err := copyBox(out, in, s, info.Size()); err != nil {
			return err
		}
	}
	return errors.Join(out.Sync(), out.Close())
}

// copyBox copies a span; one that was "to the end of the file" gets its real size, as more may follow it.
func copyBox(out io.Writer, in io.ReaderAt, s span, length int64) error {
	_, err := io.Copy(out, io.NewSectionReader(in, s.start, min(s.size, length-s.start)))
	return err
}

// tagged encodes the index with the tags and with offsets that fit its new size.
func tagged(moov *mp4.MoovBox, tags Tags, boxes []span, at int) (encoded []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			encoded, err = nil, fmt.Errorf("%w: damaged index: %v", errNotMP4, p)
		}
	}()
	if err := putTags(moov, tags); err != nil {
		return nil, err
	}
	delta := int64(moov.Size()) - boxes[at].size
	if err := shift(moov, uint64(boxes[at].start), delta); err != nil {
		return nil, err
	}
	var buffer bytes.Buffer
	if err := moov.Encode(&buffer); err != nil {
		return nil, fmt.Errorf("encode index: %w", err)
	}
	if int64(buffer.Len())-boxes[at].size != delta {
		return nil, errors.New("encode index: unexpected size")
	}
	return buffer.Bytes(), nil
}

// shift corrects the offsets of the chunks that lie behind the index.
func shift(moov *mp4.MoovBox, after uint64, delta int64) error {
	for _, trak := range moov.Traks {
		if trak.Mdia == nil || trak.Mdia.Minf == nil || trak.Mdia.Minf.Stbl == nil {
			continue
		}
		stbl := trak.Mdia.Minf.Stbl
		if stbl.Stco != nil {
			for i, offset := range stbl.Stco.ChunkOffset {
				if uint64(offset) < after {
					continue
				}
				moved := int64(offset) + delta
				if moved > math.MaxUint32 {
					return errors.New("chunk offset beyond 4 GiB")
				}
				stbl.Stco.ChunkOffset[i] = uint32(moved)
			}
		}
		if stbl.Co64 != nil {
			for i, offset := range stbl.Co64.ChunkOffset {
				if offset >= after {
					stbl.Co64.ChunkOffset[i] = uint64(int64(offset) + delta)
				}
			}
		}
	}
	return nil
}

func putTags(moov *mp4.MoovBox, tags Tags) error {
	recipe, err := json.Marshal(tags)
	if err != nil {
		return fmt.Errorf("encode recipe: %w", err)
	}
	items := map[string][]byte{}
	add := func(kind, value string) {
		if value != "" {
			items[kind] = atom(kind, dataAtom([]byte(value)))
		}
	}
	add("\xa9nam", tags.Title)
	add("\xa9cmt", tags.Prompt)
	add("desc", tags.Prompt)
	add("\xa9too", tags.Tool)
	if tags.CreatedAt > 0 {
		add("\xa9day", time.UnixMilli(tags.CreatedAt).UTC().Format(time.RFC3339))
	}
	ilst := itemList(moov)
	kept := ilst.Children[:0]
	for _, child := range ilst.Children {
		if _, replaced := items[child.Type()]; !replaced && !isRecipe(child) {
			kept = append(kept, child)
		}
	}
	ilst.Children = kept
	for _, kind := range []string{"\xa9nam", "\xa9cmt", "desc", "\xa9too", "\xa9day"} {
		if raw := items[kind]; raw != nil {
			ilst.AddChild(mp4.CreateUnknownBox(kind, uint64(len(raw)), raw[8:]))
		}
	}
	free := atom("----", atom("mean", make([]byte, 4), []byte(recipeMean)), atom("name", make([]byte, 4), []byte(recipeName)), dataAtom(recipe))
	ilst.AddChild(mp4.CreateUnknownBox("----", uint64(len(free)), free[8:]))
	return nil
}

// dataAtom holds a UTF-8 value: type, locale, bytes.
func dataAtom(value []byte) []byte {
	return atom("data", binary.BigEndian.AppendUint32(nil, typeUTF8), make([]byte, 4), value)
}

// itemList finds moov/udta/meta/ilst, making what is missing.
func itemList(moov *mp4.MoovBox) *mp4.IlstBox {
	var udta *mp4.UdtaBox
	for _, child := range moov.Children {
		if u, ok := child.(*mp4.UdtaBox); ok {
			udta = u
		}
	}
	if udta == nil {
		udta = &mp4.UdtaBox{}
		moov.AddChild(udta)
	}
	var meta *mp4.MetaBox
	for _, child := range udta.Children {
		if m, ok := child.(*mp4.MetaBox); ok {
			meta = m
		}
	}
	if meta == nil {
		meta = mp4.CreateMetaBox(0, &mp4.HdlrBox{HandlerType: "mdir", Name: ""})
		udta.AddChild(meta)
	}
	for _, child := range meta.Children {
		if l, ok := child.(*mp4.IlstBox); ok {
			return l
		}
	}
	list := &mp4.IlstBox{}
	meta.AddChild(list)
	return list
}

func encodeBox(box mp4.Box) []byte {
	sw := bits.NewFixedSliceWriter(int(box.Size()))
	if box.EncodeSW(sw) != nil {
		return nil
	}
	return sw.Bytes()
}

func isRecipe(box mp4.Box) bool {
	if box.Type() != "----" {
		return false
	}
	raw := string(encodeBox(box))
	return strings.Contains(raw, recipeMean) && strings.Contains(raw, recipeName)
}

// ReadTags gives the recipe that WriteTags put into a file; false when there is none.
func ReadTags(path string) (Tags, bool, error) {
	file, err := os.Open(path)
	if err != nil {
		return Tags{}, false, fmt.Errorf("open video: %w", err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return Tags{}, false, fmt.Errorf("open video: %w", err)
	}
	return readTags(file, info.Size())
}

func readTags(r io.ReaderAt, length int64) (tags Tags, found bool, err error) {
	boxes, err := walk(r, length)
	if err != nil {
		return Tags{}, false, err
	}
	moov, _, err := index(r, boxes)
	if err != nil {
		return Tags{}, false, err
	}
	defer func() {
		if p := recover(); p != nil {
			tags, found, err = Tags{}, false, fmt.Errorf("%w: damaged tags: %v", errNotMP4, p)
		}
	}()
	for _, item := range itemList(moov).Children {
		if !isRecipe(item) {
			continue
		}
		raw := encodeBox(item)
		at := bytes.Index(raw, []byte("data"))
		const head = 12 // "data", type, locale
		if at < 0 || at+head > len(raw) {
			continue
		}
		if json.Unmarshal(raw[at+head:], &tags) == nil {
			return tags, true, nil
		}
	}
	return Tags{}, false, nil
}
