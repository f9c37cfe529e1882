package container

import (
	"bytes"
	"math"

	"github.com/abema/go-mp4"
)

// maker copies the first source's index with the tracks' tables and times made anew.
type maker struct {
	film *film
	w    *mp4.Writer
	in   *bytes.Reader
	wide bool

	trak int // the number of the track at hand, -1 before the first
	lane *lane
}

func (m *maker) box(h *mp4.ReadHandle) (any, error) {
	switch h.BoxInfo.Type {
	case mp4.BoxTypeMoov(), mp4.BoxTypeMdia(), mp4.BoxTypeMinf():
		return nil, m.open(h, nil)
	case mp4.BoxTypeTrak():
		m.trak++
		m.lane = nil
		for _, l := range m.film.lanes {
			if l.model.trak == m.trak {
				m.lane = l
			}
		}
		if m.lane == nil {
			return nil, nil
		}
		return nil, m.open(h, nil)
	case mp4.BoxTypeMvhd():
		return nil, m.head(h)
	case mp4.BoxTypeTkhd():
		return nil, m.trackHead(h)
	case mp4.BoxTypeMdhd():
		return nil, m.mediaHead(h)
	case mp4.BoxTypeStbl():
		return nil, m.open(h, func() error { return m.put(m.lane.tables(m.wide)...) })
	case mp4.BoxTypeEdts(), mp4.StrToBoxType("tref"), mp4.StrToBoxType("mvex"):
		return nil, nil // written anew, or about what is not taken along
	case mp4.BoxTypeUdta(), mp4.BoxTypeMeta():
		if !m.film.texts && len(h.Path) == 2 {
			return nil, nil
		}
	}
	if len(h.Path) > 2 && h.Path[len(h.Path)-2] == mp4.BoxTypeStbl() && h.BoxInfo.Type != mp4.BoxTypeStsd() {
		return nil, nil
	}
	return nil, m.w.CopyBox(m.in, &h.BoxInfo)
}

// open copies a box's head and looks at each of its children; more comes behind them.
func (m *maker) open(h *mp4.ReadHandle, more func() error) error {
	return put(m.w, h.BoxInfo.Type, func() error {
		if _, err := h.Expand(); err != nil || more == nil {
			return err
		}
		return more()
	})
}

func (m *maker) put(boxes ...mp4.IBox) error {
	for _, box := range boxes {
		err := put(m.w, box.GetType(), func() error {
			_, err := mp4.Marshal(m.w, box, mp4.Context{IsQuickTimeCompatible: true})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *maker) head(h *mp4.ReadHandle) error {
	payload, _, err := h.ReadPayload()
	if err != nil {
		return err
	}
	head := payload.(*mp4.Mvhd)
	length := int64(0)
	for _, l := range m.film.lanes {
		length = max(length, l.pause+l.shown)
	}
	head.Timescale = m.film.scale
	if head.DurationV0, head.DurationV1 = uint32(length), uint64(length); head.Version == 0 && length > math.MaxUint32 {
		head.Version, head.CreationTimeV1, head.ModificationTimeV1 = 1, uint64(head.CreationTimeV0), uint64(head.ModificationTimeV0)
	}
	return m.put(head)
}

// trackHead is followed by the edit list, which is where most programs look for it.
func (m *maker) trackHead(h *mp4.ReadHandle) error {
	head := *m.lane.model.tkhd
	length := m.lane.pause + m.lane.shown
	if head.DurationV0, head.DurationV1 = uint32(length), uint64(length); head.Version == 0 && length > math.MaxUint32 {
		head.Version, head.CreationTimeV1, head.ModificationTimeV1 = 1, uint64(head.CreationTimeV0), uint64(head.ModificationTimeV0)
	}
	if err := m.put(&head); err != nil {
		return err
	}
	return put(m.w, mp4.BoxTypeEdts(), func() error { return m.put(m.lane.list()) })
}

func (m *maker) mediaHead(h *mp4.ReadHandle) error {
	head := *m.lane.model.mdhd
	length := m.lane.length
	head.Timescale = m.lane.scale
	if head.DurationV0, head.DurationV1 = uint32(length), uint64(length); head.Version == 0 && length > math.MaxUint32 {
		head.Version, head.CreationTimeV1, head.ModificationTimeV1 = 1, uint64(head.CreationTimeV0), uint64(head.ModificationTimeV0)
	}
	return m.put(&head)
}
