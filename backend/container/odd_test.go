package container

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// payloads are where the boxes of a kind have their content, whatever they lie in.
func payloads(data []byte, kind string) (all []int) {
	for at := 0; ; {
		found := bytes.Index(data[at:], []byte(kind))
		if found < 0 {
			return all
		}
		at += found + len(kind)
		all = append(all, at)
	}
}

// TestAHeadWithoutASize: the size is the sample entry's then, on its side where the track is turned.
func TestAHeadWithoutASize(t *testing.T) {
	for name, turned := range map[string]bool{"as it is": false, "turned": true} {
		data := bytes.Clone(sample(t, "fast.mp4"))
		for _, at := range payloads(data, "tkhd") { // version 0: 84 bytes, the size in the last 8, the matrix before
			copy(data[at+76:at+84], make([]byte, 8))
			if turned {
				matrix := make([]byte, 36)
				binary.BigEndian.PutUint32(matrix[4:], 1<<16)
				binary.BigEndian.PutUint32(matrix[12:], 0xffff0000)
				binary.BigEndian.PutUint32(matrix[32:], 1<<30)
				copy(data[at+40:], matrix)
			}
		}
		want := [2]int{160, 90}
		if turned {
			want = [2]int{90, 160}
		}
		if got, err := Check(store(t, data)); err != nil || [2]int{got.Width, got.Height} != want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// TestALengthThatNobodyTells: it is summed from the samples.
func TestALengthThatNobodyTells(t *testing.T) {
	for name, length := range map[string][]byte{"zero": {0, 0, 0, 0}, "all ones": {255, 255, 255, 255}} {
		data := bytes.Clone(sample(t, "fast.mp4"))
		for _, at := range payloads(data, "mdhd") {
			copy(data[at+16:], length)
		}
		if got, err := Check(store(t, data)); err != nil || got.Duration != 2000 || got.FrameRate != 25 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// TestSoundWhoseSizesAreTooSmall: recorders that count one channel, or one byte, as a sample. A piece has all of the
// sound that a piece of the same film with the right sizes has.
func TestSoundWhoseSizesAreTooSmall(t *testing.T) {
	needFFmpeg(t)
	right := clip(t, "pcm.mov")
	data, err := os.ReadFile(right)
	if err != nil {
		t.Fatal(err)
	}
	sound := func(from string) []byte {
		to := filepath.Join(t.TempDir(), "piece.mov")
		if err := Trim(t.Context(), from, to, "", time.Second, 2*time.Second, nil); err != nil {
			t.Fatal(err)
		}
		return ffmpeg(t, "-i", to, "-map", "0:a", "-f", "s16le", "-")
	}
	want := sound(right)
	if len(want) < 44_100 {
		t.Fatalf("only %d bytes of sound", len(want))
	}
	for _, size := range []uint32{1} { // of a mono track, whose samples take two bytes
		wrong := bytes.Clone(data)
		changed := 0
		for _, at := range payloads(wrong, "stsz") {
			if binary.BigEndian.Uint32(wrong[at+4:]) == 2 {
				binary.BigEndian.PutUint32(wrong[at+4:], size)
				changed++
			}
		}
		if changed != 1 {
			t.Fatalf("%d sound tracks", changed)
		}
		path := filepath.Join(t.TempDir(), "wrong.mov")
		if err := os.WriteFile(path, wrong, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := sound(path); !bytes.Equal(got, want) {
			t.Errorf("sizes of %d: %d bytes of sound instead of %d", size, len(got), len(want))
		}
	}
}
