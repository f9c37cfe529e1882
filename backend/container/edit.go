package container

import (
	"bytes"
	"errors"

	"github.com/abema/go-mp4"
)

// itunesHandler is the payload of the hdlr box that marks an iTunes-style list: version, type "mdir", maker "appl".
const itunesHandler = "\x00\x00\x00\x00\x00\x00\x00\x00mdirappl\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// editor copies an index with the tags put into moov/udta/meta/ilst; what is missing on that way is made.
type editor struct {
	w    *mp4.Writer
	in   *bytes.Reader
	moov index
	tags Tags

	udta, meta, ilst bool // already written
}

func (t Tags) encodeIndex(w *mp4.Writer, moov index) error {
	e := &editor{w: w, in: bytes.NewReader(moov.raw), moov: moov, tags: t}
	return moov.visit(e.box)
}

// box copies one box, or opens it where the list is inside or is to be.
func (e *editor) box(h *mp4.ReadHandle) (any, error) {
	if h.BoxInfo.ExtendToEOF && len(h.Path) > 1 {
		return nil, errors.New("a box without an end: nothing can be put behind it")
	}
	switch where := pathOf(h); {
	case where == "moov":
		return nil, e.open(h, &e.udta, func() error { return put(e.w, mp4.BoxTypeUdta(), e.newMeta) })
	case where == "moov/udta" && !e.udta:
		e.udta = true
		return nil, e.open(h, &e.meta, e.newMeta)
	case where == "moov/udta/meta" && !e.meta && e.moov.isITunes(h):
		e.meta = true
		return nil, e.open(h, &e.ilst, e.newList)
	case where == "moov/udta/meta/ilst" && !e.ilst:
		e.ilst = true
		never := false
		return nil, e.open(h, &never, func() error { return e.tags.encodeList(e.w) })
	case e.replaced(h):
		return nil, nil
	}
	return nil, e.w.CopyBox(e.in, &h.BoxInfo)
}

// open copies a box with its children; makes what they must have had, when they had it not.
func (e *editor) open(h *mp4.ReadHandle, had *bool, make func() error) error {
	return putAs(e.w, &h.BoxInfo, func() error {
		_, head, err := h.ReadPayload() // meta has a version and flags before its children, but not in QuickTime
		if err != nil {
			return err
		}
		start := h.BoxInfo.Offset + h.BoxInfo.HeaderSize
		if _, err := e.w.Write(e.moov.raw[start : start+head]); err != nil {
			return err
		}
		if _, err := h.Expand(); err != nil || *had {
			return err
		}
		return make()
	})
}

func (e *editor) newMeta() error {
	return put(e.w, mp4.BoxTypeMeta(), func() error {
		if _, err := e.w.Write(make([]byte, 4)); err != nil { // version and flags
			return err
		}
		handler := put(e.w, mp4.BoxTypeHdlr(), func() error {
			_, err := e.w.Write([]byte(itunesHandler))
			return err
		})
		return errors.Join(handler, e.newList())
	})
}

func (e *editor) newList() error {
	return put(e.w, mp4.BoxTypeIlst(), func() error { return e.tags.encodeList(e.w) })
}

// replaced says that a box has the meaning of one of the tags: in the list, or in QuickTime's older place for texts.
func (e *editor) replaced(h *mp4.ReadHandle) bool {
	if len(h.Path) < 2 || !isOne(h.Path[len(h.Path)-2], mp4.BoxTypeIlst(), mp4.BoxTypeUdta()) {
		return false
	}
	if h.BoxInfo.Type == freeForm {
		return e.moov.recipe(h) != nil
	}
	for _, i := range e.tags.items() {
		if i.kind == h.BoxInfo.Type {
			return true
		}
	}
	return false
}

// isITunes says whether a meta box holds an iTunes-style list.
func (x index) isITunes(h *mp4.ReadHandle) bool {
	found := false
	box := h.BoxInfo
	_, err := mp4.ReadBoxStructureFromInternal(bytes.NewReader(x.raw), &box, guarded(func(p *mp4.ReadHandle) (any, error) {
		switch p.BoxInfo.Type {
		case mp4.BoxTypeMeta():
			return p.Expand()
		case mp4.BoxTypeHdlr():
			payload, _, err := p.ReadPayload()
			if err != nil {
				return nil, err
			}
			found = payload.(*mp4.Hdlr).HandlerType == [4]byte{'m', 'd', 'i', 'r'}
		}
		return nil, nil
	}))
	return err == nil && found
}

func pathOf(h *mp4.ReadHandle) string {
	path := h.Path[0].String()
	for _, kind := range h.Path[1:] {
		path += "/" + kind.String()
	}
	return path
}
