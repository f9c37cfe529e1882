//go:build torture && linux

package torture

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"conch/backend/container"
)

func readWrite(path string) *sql.DB {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath())
	if err != nil {
		panic(err) // the name of the driver is wrong
	}
	db.SetMaxOpenConns(1)
	return db
}

// close: everything billed is in the ledger as done and lies in the gallery, whole; nothing else lies anywhere.
func (l *lane) close(b books) {
	shown := map[string]listed{}
	for _, v := range b.gallery {
		switch {
		case v.State == "canceled": // an uncertain one that was never billed
		case v.State != "done":
			l.t.Errorf("%s: not ended: %+v", l.name, v)
		case b.billed[v.Prediction] != v.Prompt:
			l.t.Errorf("%s: in the gallery, never billed: %+v", l.name, v)
		case shown[v.Prediction].ID != "":
			l.t.Errorf("%s: twice in the gallery: %+v", l.name, v)
		default:
			shown[v.Prediction] = v
		}
	}
	decoded := false
	for prediction, prompt := range b.billed {
		v, there := shown[prediction]
		if !there || b.known[prediction].Outcome != "done" {
			l.t.Errorf("%s: lost: %s for %q, in the ledger %+v", l.name, prediction, prompt, b.known[prediction])
			continue
		}
		l.whole(v)
		if !decoded {
			decoded = true
			l.decodes(v.Path)
		}
	}
	l.tally.add(func(t *tally) { t.runs += len(b.billed); t.videos += len(shown) })
	l.nothingLeft(shown)
}

// whole: the file is a video with the right tags and the very samples that the service has.
func (l *lane) whole(v listed) {
	_, err := container.Check(v.Path)
	tags, found, tagsErr := container.ReadTags(v.Path)
	if err != nil || tagsErr != nil || !found || tags.PredictionID != v.Prediction || tags.GenerationID != v.Generation || tags.VideoID != v.ID {
		l.t.Errorf("%s: broken file %s: %v, %v, %+v", l.name, v.Path, err, tagsErr, tags)
		return
	}
	here, err := os.ReadFile(v.Path)
	if err != nil {
		l.t.Error(err)
	}
	answer := httptest.NewRecorder()
	l.sim.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/outputs/"+v.Prediction+".mp4", nil))
	if samples := mdat(answer.Body.Bytes()); len(samples) == 0 || !bytes.Equal(samples, mdat(here)) {
		l.t.Errorf("%s: %s has other samples than were sent", l.name, v.Path)
	}
}

// mdat is the box of a file that holds the samples.
func mdat(file []byte) []byte {
	for len(file) >= 8 {
		size := int(binary.BigEndian.Uint32(file))
		if size < 8 || size > len(file) {
			return nil
		}
		if string(file[4:8]) == "mdat" {
			return file[:size]
		}
		file = file[size:]
	}
	return nil
}

func (l *lane) decodes(path string) {
	if said, err := exec.Command("ffmpeg", "-v", "error", "-i", path, "-f", "null", "-").CombinedOutput(); err != nil || len(said) > 0 {
		l.t.Errorf("%s: %s can't be decoded: %v %s", l.name, path, err, said)
	}
}

// allowed is what may lie in a home once everything ended.
var allowed = regexp.MustCompile(`^(data/conch/(library\.db(-wal|-shm|\.lock)?|journal\.jsonl|pictures/[0-9a-f]{64}\.(jpg|json)` +
	`|backups/(\.lock|library-\d{8}T\d{6}Z\.db))|config/conch/settings\.json|\.local/state/conch/activity\.log)$`)

func (l *lane) nothingLeft(shown map[string]listed) {
	kept := map[string]bool{}
	for _, v := range shown {
		kept[v.Path] = true
	}
	err := filepath.WalkDir(l.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		short := strings.TrimPrefix(path, l.home+"/")
		if !kept[path] && !allowed.MatchString(short) {
			l.t.Errorf("%s: left over: %s", l.name, short)
		}
		return nil
	})
	if err != nil {
		l.t.Error(err)
	}
}
