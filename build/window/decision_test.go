//go:build window && linux

package window

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// prediction is the id under which the service billed a run.
func (s *service) prediction(prompt string) string {
	s.d.t.Helper()
	answer, err := http.Get(s.base + "/_sim/ledger")
	if err != nil {
		s.d.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var entries []struct {
		ID      string         `json:"id"`
		Request map[string]any `json:"request"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&entries); err != nil {
		s.d.t.Fatal(err)
	}
	for _, e := range entries {
		if e.Request["prompt"] == prompt {
			return e.ID
		}
	}
	s.d.t.Fatal("not billed: ", prompt)
	return ""
}

// TestLostAnswer is a submit whose answer never came: the window says so, a person says what it became, nothing is
// billed twice, and the ledger has it.
func TestLostAnswer(t *testing.T) {
	d := newDesk(t)
	sim := d.simulate("127.0.0.1:0")
	d.prefer(`{"locale":"en"}`)
	d.open("ATLASCLOUD_BASE_URL="+sim.base, "ATLASCLOUD_API_KEY="+testKey)
	sim.misbehave(`[{"on":"submit","times":1,"drop":"after"}]`)
	d.generate("a boat <i>lost</i> in fog")
	d.key("ctrl+2")
	d.sees("It may have been billed. Check your Atlas Cloud history.")
	d.drawn("lost", func() {})
	d.press("Enter its prediction ID…")
	d.sees("Which Atlas Cloud run is this?")
	d.writesInto("Prediction ID")
	d.typeText("elsewhere")
	d.key("Return")
	d.sees("Atlas Cloud has no run with the prediction ID elsewhere.")
	d.drawn("lost-refused", func() {})
	d.key("ctrl+a")
	d.typeText(sim.prediction("a boat <i>lost</i> in fog"))
	d.key("Return")
	d.until("the video is kept", func() bool { return len(d.videos()) == 1 })
	d.sees("Done")
	if n := sim.billed(); n != 1 {
		t.Errorf("billed %d times", n)
	}
	d.key("ctrl+4")
	d.sees("Recorded by Conch")
	d.sees("Video saved")
	d.drawn("spending", func() {})
	csv, err := d.output(d.binary, "ledger", "--csv")
	if err != nil || !strings.Contains(csv, "a boat <i>lost</i> in fog") || strings.Count(csv, "\n") != 1 {
		t.Errorf("%v: %s", err, csv)
	}
}
