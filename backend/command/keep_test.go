package command

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conch/backend/simulator"
)

func (s *shell) clip(name, to string) string {
	s.t.Helper()
	data, err := os.ReadFile("../container/testdata/" + name)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.file(to, data)
}

// lines reads JSON lines.
func lines(t *testing.T, out string) (all []map[string]any) {
	t.Helper()
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		var one map[string]any
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		all = append(all, one)
	}
	return all
}

// From the run to a lost database and back, with a film from elsewhere beside it.
func TestTheFilesAreTheirs(t *testing.T) {
	s := newShell(t, simulator.Options{})
	if code, _, said := s.run("generate", "--prompt", "a cat on a roof", "--json"); code != 0 {
		t.Fatalf("%d %s", code, said)
	}
	film, bad := s.clip("clip.mov", "Holiday.mov"), s.file("bad\nfilm.mp4", nil)
	code, out, said := s.run("library", "import", film, film, bad)
	if code != exitProblems || !strings.Contains(out, "1 imported, 0 restored from the trash, 1 already in the library, 1 with a problem") || !strings.Contains(said, `bad\nfilm.mp4`) || strings.Count(said, "\n") != 1 {
		t.Fatalf("%d %q %q", code, out, said)
	}
	code, out, said = s.run("library", "verify", "--json")
	if end := lines(t, out); code != 0 || end[len(end)-1]["whole"] != 2.0 {
		t.Fatalf("%d %s %s", code, out, said)
	}
	_, before, _ := s.run("list", "--json")

	export := filepath.Join(s.home, "export.zip")
	if code, out, said = s.run("library", "export", export, "--query", "cat"); code != 0 || !strings.Contains(out, "1 exported") {
		t.Fatalf("%d %s %s", code, out, said)
	}
	if code, _, said = s.run("library", "export", export); code != exitInvalid || !strings.Contains(said, "already exists") {
		t.Fatalf("%d %s", code, said)
	}

	if err := os.RemoveAll(s.places.Data); err != nil {
		t.Fatal(err)
	}
	code, out, said = s.run("library", "rebuild", "--json")
	end := lines(t, out)
	if last := end[len(end)-1]; code != 0 || last["added"] != 2.0 || last["problems"] != 0.0 {
		t.Fatalf("%d %s %s", code, out, said)
	}
	_, after, _ := s.run("list", "--json")
	was, is := lines(t, before), lines(t, after)
	if len(was) != 2 || len(is) != 2 {
		t.Fatalf("%s\nwas\n%s", after, before)
	}
	for i := range was {
		for _, field := range []string{"id", "name", "prompt", "model", "path", "created_at", "generation_id", "prediction_id", "width", "duration"} {
			if was[i][field] != is[i][field] {
				t.Errorf("%s is %v, was %v", field, is[i][field], was[i][field])
			}
		}
	}

	path, _ := is[0]["path"].(string)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	code, out, said = s.run("library", "verify")
	if code != exitProblems || strings.Count(said, "\n") != 1 || !strings.Contains(said, "is no longer at") || !strings.Contains(out, "1 OK, 1 with a problem") {
		t.Fatalf("%d %s %s", code, out, said)
	}
}
