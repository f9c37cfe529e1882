package fetch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"conch/backend/fault"
)

func TestFoldersThatAreNone(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := storing(t, whole(content(1, 10), v1))
	f, _ := fetcher()
	for name, path := range map[string]string{
		"a file in the way": filepath.Join(file, "video.part"), "no folder": filepath.Join(folder, "none", "video.part"), "a folder in the way": folder,
	} {
		r := request(t, s)
		r.Path = path
		_, err := f.Download(t.Context(), r)
		if ruled(t, name, err, "folder_missing"); err != nil && fault.Of(err).Args["folder"] != filepath.Dir(path) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(s.ranges()) != 0 {
		t.Error("asked for what can't be kept")
	}
}

func TestDiskFaults(t *testing.T) {
	for err, rule := range map[error]string{
		&fs.PathError{Op: "open", Err: fs.ErrPermission}: "folder_read_only",
		fmt.Errorf("wrapped: %w", fs.ErrNotExist):        "folder_missing",
		errors.New("input/output error"):                 "folder_missing",
	} {
		got := DiskFault(err, filepath.Join("videos", "x"))
		if ruled(t, err.Error(), got, rule); !errors.Is(got, err) || !fault.Is(got, fault.NotKept) || fault.Of(got).Args["folder"] != "videos" {
			t.Errorf("%v", got)
		}
	}
}

// The marks are a help, not a need: a download without one only begins anew.
func TestMarksThatCannotBeWritten(t *testing.T) {
	data := content(1, 1000)
	s := storing(t, cut(whole(data, v1), 400), whole(data, v1))
	f, _ := fetcher()
	r := request(t, s)
	if err := os.Mkdir(markPath(r.Path), 0o700); err != nil {
		t.Fatal(err)
	}
	if got, err := f.Download(t.Context(), r); err != nil || got.Bytes != 1000 || s.ranges()[1] != [2]string{} {
		t.Fatalf("%+v, %v, %v", got, err, s.ranges())
	}
}
