package container

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/abema/go-mp4"
)

// errBeyond says that an offset of 32 bits can't hold where the samples move to.
var errBeyond = errors.New("samples move beyond 4 GiB")

// WriteTags copies a video to a new, synced file with the tags in it; "to" is written over. Samples, every box
// that isn't edited and what lies behind the last one are copied as they are and never held in memory. Offsets are corrected where the index grows
// before the samples. Tags of other programs stay, those of the same meaning are replaced. When it fails, "to" is gone.
func WriteTags(from, to string, tags Tags) error {
	in, length, err := open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	if err := writeTags(in, length, to, tags); err != nil {
		return fmt.Errorf("write tags: %w", err)
	}
	return nil
}

func writeTags(in *os.File, length int64, to string, tags Tags) (err error) {
	defer damaged(&err)
	boxes, err := walk(in, length)
	if err != nil {
		return err
	}
	moov, err := readIndex(in, boxes)
	if err != nil {
		return err
	}
	if there, err := os.Stat(to); err == nil {
		if here, err := in.Stat(); err == nil && os.SameFile(here, there) {
			return errors.New("a file can't be written onto itself")
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
	if err = copyTagged(out, in, boxes, moov, tags); err != nil {
		return err
	}
	if err = out.Sync(); err != nil {
		return err
	}
	return out.Close()
}

// copyTagged ends with an error where the MP4 library panics, so that who called it can clean up.
func copyTagged(out, in *os.File, boxes []*mp4.BoxInfo, moov index, tags Tags) (err error) {
	defer damaged(&err)
	err = copyInPlace(out, in, boxes, moov, tags)
	if errors.Is(err, errBeyond) {
		err = copyIndexLast(out, in, boxes, moov, tags)
	}
	if err != nil {
		return err
	}
	return sameVideo(in, out)
}

// copyInPlace keeps the order of the boxes, so that a file that can be played while it arrives stays one.
func copyInPlace(out *os.File, in *os.File, boxes []*mp4.BoxInfo, moov index, tags Tags) error {
	w := mp4.NewWriter(out)
	old := boxes[moov.at]
	grown := int64(0)
	for i, box := range boxes {
		if i != moov.at {
			if err := copyBox(out, in, box); err != nil {
				return err
			}
			continue
		}
		if err := tags.encodeIndex(w, moov); err != nil {
			return err
		}
		end, err := out.Seek(0, io.SeekCurrent)
		if err != nil {
			return err
		}
		grown = end - int64(old.Offset+old.Size)
		if err := checkOffsets(moov, old.Offset, grown); err != nil {
			return err
		}
	}
	last := boxes[len(boxes)-1]
	if _, err := in.Seek(int64(last.Offset+last.Size), io.SeekStart); err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil { // what lies behind the last box
		return err
	}
	if grown == 0 || moov.at == len(boxes)-1 {
		return nil
	}
	return shift(out, old.Offset, grown)
}

// copyIndexLast leaves a hole of the old index's size, so that no offset changes, and appends the index.
func copyIndexLast(out *os.File, in *os.File, boxes []*mp4.BoxInfo, moov index, tags Tags) error {
	if _, err := out.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := out.Truncate(0); err != nil {
		return err
	}
	if boxes[len(boxes)-1].ExtendToEOF {
		return errBeyond
	}
	w := mp4.NewWriter(out)
	for i, box := range boxes {
		start, err := out.Seek(0, io.SeekCurrent)
		if err != nil {
			return err
		}
		if err := copyBox(out, in, box); err != nil {
			return err
		}
		if i == moov.at {
			if err := retype(out, start, mp4.BoxTypeFree()); err != nil {
				return err
			}
		}
	}
	return tags.encodeIndex(w, moov)
}

// copyBox goes from file to file, so that the system can copy without reading (or share the blocks).
func copyBox(out, in *os.File, box *mp4.BoxInfo) error {
	if _, err := box.SeekToStart(in); err != nil {
		return err
	}
	_, err := io.CopyN(out, in, int64(box.Size))
	return err
}

// sameVideo proves that the copy is as whole as the original: a paid video is not given up for its tags.
func sameVideo(in, out *os.File) error {
	var facts [2]Facts
	for i, file := range []*os.File{in, out} {
		info, err := file.Stat()
		if err != nil {
			return err
		}
		if facts[i], err = check(file, info.Size()); err != nil {
			return err
		}
	}
	if facts[0] != facts[1] {
		return fmt.Errorf("the copy differs: %+v, was %+v", facts[1], facts[0])
	}
	return nil
}
