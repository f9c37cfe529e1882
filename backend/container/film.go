package container

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"

	"github.com/abema/go-mp4"
)

// film is a video that is made out of others: their samples are copied as they are, the index is new.
type film struct {
	sources []*source
	scale   uint32 // of the movie: the video track's, so that its times are exact
	lanes   []*lane
	texts   bool  // keep what the first source's index says of its making
	list    *Tags // to be put in; nil for none
}

// Progress is told how many of how many bytes are written, at least at the end.
type Progress func(done, total int64)

// write makes the file: index first, so that it can be played while it arrives. When it fails, the file is gone.
func (f *film) write(ctx context.Context, to string, progress Progress) (err error) {
	for _, s := range f.sources {
		there, err := os.Stat(to)
		if err != nil {
			continue
		}
		if here, err := s.file.Stat(); err == nil && os.SameFile(here, there) {
			return errors.New("a film can't be written onto itself")
		}
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, out.Close(), os.Remove(to))
		}
	}()
	if err = f.encode(ctx, out, progress); err != nil {
		return err
	}
	if err = f.verify(out); err != nil {
		return err
	}
	if err = out.Sync(); err != nil {
		return err
	}
	return out.Close()
}

func (f *film) encode(ctx context.Context, out *os.File, progress Progress) (err error) {
	defer damaged(&err)
	f.lanes = slices.DeleteFunc(f.lanes, func(l *lane) bool { return l.samples == 0 }) // sound of which nothing is left
	chunks, head, total := f.arrange()
	first := f.sources[0]
	if first.boxes[0].Type == mp4.BoxTypeFtyp() {
		if err := copyBox(out, first.file, first.boxes[0]); err != nil {
			return err
		}
	}
	start, err := out.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if err := f.encodeIndex(out, start); err != nil {
		return err
	}
	begin, err := out.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	box := mp4.BoxInfo{Offset: uint64(begin), Type: mp4.BoxTypeMdat(), HeaderSize: head, Size: head + uint64(total)}
	if _, err := mp4.WriteBoxInfo(out, &box); err != nil {
		return err
	}
	if err := copyChunks(ctx, out, f.sources, chunks, total, progress); err != nil {
		return err
	}
	return shift(out, 0, begin) // chunks counted from where their box begins
}

// arrange gives every chunk its place, in the order in which the sources have them: what belongs together stays so.
func (f *film) arrange() (chunks []*chunk, head uint64, total int64) {
	for _, l := range f.lanes {
		for _, c := range l.chunks {
			chunks, total = append(chunks, c), total+int64(c.bytes)
		}
	}
	slices.SortStableFunc(chunks, func(a, b *chunk) int {
		return cmp.Or(cmp.Compare(a.source, b.source), cmp.Compare(a.offset, b.offset))
	})
	head = mp4.SmallHeaderSize
	if total > math.MaxUint32-mp4.LargeHeaderSize {
		head = mp4.LargeHeaderSize
	}
	at := head
	for _, c := range chunks {
		c.to, at = at, at+c.bytes
	}
	return chunks, head, total
}

// wide says whether offsets need 64 bits: samples and the largest index may pass 4 GiB.
func (f *film) wide() bool {
	last := uint64(0)
	for _, l := range f.lanes {
		for _, c := range l.chunks {
			last = max(last, c.to+c.bytes)
		}
	}
	return last > math.MaxUint32-2*mostMoov
}

// copyChunks goes from file to file, so that the system can copy without reading (or share the blocks).
func copyChunks(ctx context.Context, out *os.File, sources []*source, chunks []*chunk, total int64, progress Progress) error {
	const most = 8 << 20 // at a time, so that canceling is quick
	done := int64(0)
	for i := 0; i < len(chunks); {
		first := chunks[i]
		length := uint64(0)
		for i < len(chunks) && chunks[i].source == first.source && chunks[i].offset == first.offset+length && (length == 0 || length+chunks[i].bytes <= most) {
			length, i = length+chunks[i].bytes, i+1
		}
		in := sources[first.source].file
		if _, err := in.Seek(int64(first.offset), io.SeekStart); err != nil {
			return err
		}
		for left := int64(length); left > 0; {
			if err := ctx.Err(); err != nil {
				return err
			}
			n, err := io.CopyN(out, in, min(left, most))
			if err != nil {
				return fmt.Errorf("copy samples: %w", err)
			}
			left, done = left-n, done+n
			if progress != nil {
				progress(done, total)
			}
		}
	}
	return nil
}

// encodeIndex writes the index, the texts in it, at "start".
func (f *film) encodeIndex(out *os.File, start int64) error {
	m := &maker{film: f, w: mp4.NewWriter(out), in: bytes.NewReader(f.sources[0].moov.raw), wide: f.wide(), trak: -1}
	if err := f.sources[0].moov.visit(m.box); err != nil {
		return err
	}
	if f.list == nil {
		return nil
	}
	end, err := out.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if end-start > mostMoov {
		return fmt.Errorf("%w: an index of %d bytes", errNotVideo, end-start)
	}
	plain := index{raw: make([]byte, end-start), box: &mp4.BoxInfo{Type: mp4.BoxTypeMoov(), HeaderSize: mp4.SmallHeaderSize, Size: uint64(end - start)}}
	plain.box.IsQuickTimeCompatible = true
	if _, err := out.ReadAt(plain.raw, start); err != nil {
		return err
	}
	if _, err := out.Seek(start, io.SeekStart); err != nil {
		return err
	}
	return f.list.encodeIndex(mp4.NewWriter(out), plain)
}

// verify proves that the new file is whole and shows what it is to show.
func (f *film) verify(out *os.File) error {
	info, err := out.Stat()
	if err != nil {
		return err
	}
	facts, err := check(out, info.Size())
	if err != nil {
		return fmt.Errorf("the new film is not whole: %w", err)
	}
	if facts.Codec == "" || facts.FrameRate == 0 {
		return fmt.Errorf("the new film has no pictures: %+v", facts)
	}
	return nil
}
