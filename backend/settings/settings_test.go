package settings

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "conch", "settings.json")
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Get(); got.Parallel != DefaultParallel || got.Theme != "system" || got.TrashDays != DefaultTrashDays {
		t.Fatalf("defaults: %+v", got)
	}
	if _, err := s.Update(func(s *Settings) { s.Theme, s.Parallel, s.Window.Width, s.TrashDays = "dark", 99, 1000, KeepTrash }); err != nil {
		t.Fatal(err)
	}
	again, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := again.Get(); got.Theme != "dark" || got.Parallel != MostParallel || got.Window.Width != 1000 || got.TrashDays != KeepTrash {
		t.Fatalf("read back: %+v", got)
	}
	if got, err := again.Update(func(s *Settings) { s.TrashDays = -7 }); err != nil || got.TrashDays != DefaultTrashDays {
		t.Fatalf("what is no choice is the default: %+v %v", got, err)
	}
}

func TestPatchesLeaveTheRestAlone(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "settings.json"))
	if err != nil {
		t.Fatal(err)
	}
	theme, parallel, folder, none := "dark", 7, "/films", ""
	budget, days := int64(5_000_000), 90
	for _, p := range []Patch{{Theme: &theme}, {Parallel: &parallel}, {Budget: &budget}, {TrashDays: &days}, {VideosFolder: &folder}, {VideosFolder: &none}, {}} {
		if _, err := s.Update(func(s *Settings) { s.Change(p) }); err != nil {
			t.Fatal(err)
		}
	}
	want := Settings{Theme: "dark", Parallel: 7, Budget: 5_000_000, TrashDays: 90}
	if got := s.Get(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestDamagedFileIsSetAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	torn := `{"theme":"dark","para`
	if err := os.WriteFile(path, []byte(torn), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(s.SetAside)
	if err != nil || string(kept) != torn {
		t.Fatalf("set aside %q: %q, %v", s.SetAside, kept, err)
	}
}

func TestALinkToADamagedFileStays(t *testing.T) {
	file, path := filepath.Join(t.TempDir(), "mine.json"), filepath.Join(t.TempDir(), "settings.json")
	if err := errors.Join(os.WriteFile(file, []byte("{torn"), 0o600), os.Symlink(file, path)); err != nil {
		t.Skip(err)
	}
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Update(func(now *Settings) { now.Theme = "dark" }); err != nil {
		t.Fatal(err)
	}
	to, err := os.Readlink(path)
	if err != nil || to != file {
		t.Errorf("the link leads to %q: %v", to, err)
	}
	if again, err := Open(file); err != nil || again.Get().Theme != "dark" {
		t.Error("its target was not written:", err)
	}
	if kept, err := os.ReadFile(s.SetAside); err != nil || string(kept) != "{torn" || filepath.Dir(s.SetAside) != filepath.Dir(file) {
		t.Errorf("set aside %q: %q %v", s.SetAside, kept, err)
	}
}

func TestUnknownFieldsSurvive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	if err := os.WriteFile(path, []byte(`{"theme":"light","fromTheFuture":{"a":1}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Update(func(s *Settings) { s.Demo = true }); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(data), "fromTheFuture") {
		t.Fatalf("%s, %v", data, err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{}`, `{"parallel":-4,"theme":7}`, `{"window":{"x":1e9}}`, `null`, `[]`, "\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, _, err := decode(data)
		if err == nil && (s.Parallel < LeastParallel || s.Parallel > MostParallel || s.Theme == "") {
			t.Fatalf("%q became %+v", data, s)
		}
	})
}
