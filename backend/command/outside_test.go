package command

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode"

	"conch/backend/simulator"
)

// owned is what a terminal would obey: its title is changed, its screen cleared, a line drawn over, what is read turned round.
const owned = "\x1b]0;owned\x07\x1b[2J\u009b31mover\rwritten\u202egpj\u2066"

// obeyed finds what a terminal would obey in what was printed to it.
func obeyed(printed string) bool {
	return strings.ContainsFunc(printed, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
	})
}

// TestNothingFromOutsideIsObeyed: prompts, models, ids and the service's words are shown, whoever prints them.
func TestNothingFromOutsideIsObeyed(t *testing.T) {
	s := newShell(t, simulator.Options{})
	s.sim.SetFaults(simulator.Fault{On: "run", Fail: "refused " + owned, StatusWord: "odd" + owned, Times: 1})
	for _, args := range [][]string{
		{"generate", "--prompt", "fails " + owned},
		{"generate", "--prompt", "works " + owned},
		{"generate", "--prompt", "works " + owned, "--json"},
		{"generate", "--prompt", "x", "--model", owned},
		{"generate", "--prompt", "x", "--set", owned + "=" + owned},
		{"generate", "--prompt", "x", "--image", owned},
		{"list"}, {"list", "--json"}, {"ledger"}, {"ledger", "--csv"}, {"ledger", "--json"}, {"stats"}, {"stats", "--csv"}, {"stats", "--json"},
		{"show", owned}, {owned}, {"library", "import", owned}, {"cancel", owned}, {"list", "--query", owned}, {"library", "verify"},
	} {
		code, out, said := s.run(args...)
		if obeyed(out + said) {
			t.Errorf("%.60q (exit %d) printed %q and said %q", args, code, out, said)
		}
	}
	code, out, _ := s.run("list", "--json")
	var found int
	for line := range strings.Lines(out) {
		var v struct{ Prompt string }
		if err := json.Unmarshal([]byte(line), &v); code != 0 || err != nil {
			t.Fatal(code, err, line)
		}
		if strings.HasSuffix(v.Prompt, owned) {
			found++
		}
	}
	if found != 3 {
		t.Errorf("a reader of JSON gets %d of 3 prompts as they are:\n%s", found, out)
	}
	if _, out, _ := s.run("ledger", "--csv"); !strings.HasPrefix(out, "time,") || !strings.Contains(out, "␛]0;owned␇") {
		t.Errorf("%q", out)
	} else if rows, err := csv.NewReader(strings.NewReader(out)).ReadAll(); err != nil || len(rows) != 4 {
		t.Error(err, rows)
	}
}

func TestListIsNewestFirst(t *testing.T) {
	s := newShell(t, simulator.Options{})
	s.sim.SetFaults(simulator.Fault{On: "run", Fail: "no", Times: 1})
	for _, prompt := range []string{"first fails", "second is made", "third is made"} {
		s.run("generate", "--prompt", prompt)
		if prompt == "second is made" {
			s.sim.SetFaults(simulator.Fault{On: "run", Fail: "no", Times: 1})
			s.run("generate", "--prompt", "in between fails")
		}
	}
	order := func(args ...string) (prompts []string) {
		_, out, _ := s.run(append([]string{"list", "--json"}, args...)...)
		for line := range strings.Lines(out) {
			var v struct{ Prompt string }
			if err := json.Unmarshal([]byte(line), &v); err != nil {
				t.Fatal(err)
			}
			prompts = append(prompts, v.Prompt)
		}
		return prompts
	}
	for args, want := range map[string]string{
		"":                    "third is made, in between fails, second is made, first fails",
		"--limit 2":           "third is made, in between fails",
		"--limit 0":           "third is made, in between fails, second is made, first fails",
		"--query made":        "third is made, second is made",
		"--query fails":       "in between fails, first fails",
		"--state failed":      "in between fails, first fails",
		"--state done":        "third is made, second is made",
		"--limit 1 --query f": "in between fails",
	} {
		if got := strings.Join(order(strings.Fields(args)...), ", "); got != want {
			t.Errorf("list %s: %s; want %s", args, got, want)
		}
	}
}

// TestNothingToTell: an empty answer says that it is one, where a person reads it.
func TestNothingToTell(t *testing.T) {
	s := newShell(t, simulator.Options{})
	for args, says := range map[string]string{
		"list": "Nothing here yet.", "list --query x": "Nothing matches.", "list --state failed": "Nothing matches.", "ledger": "No runs yet.", "stats": "No runs in this period.",
	} {
		if code, out, said := s.run(strings.Fields(args)...); code != exitDone || out != "" || said != says+"\n" {
			t.Errorf("%s: exit %d, %q, said %q", args, code, out, said)
		}
		if code, out, said := s.run(append(strings.Fields(args), "--json")...); code != exitDone || out != "" || said != "" {
			t.Errorf("%s --json: exit %d, %q, said %q", args, code, out, said)
		}
	}
}

func TestPromptFromStdin(t *testing.T) {
	s := newShell(t, simulator.Options{})
	s.stdin = "a shell\nat dawn, 黎明\r\n"
	if code, _, said := s.run("generate", "--prompt", "-"); code != exitDone || s.sim.Ledger()[0].Request["prompt"] != "a shell\nat dawn, 黎明" {
		t.Fatal(code, said, s.sim.Ledger())
	}
	s.stdin = "\n"
	if code, _, said := s.run("generate", "--prompt", "-"); code != exitInvalid || !strings.Contains(said, "Enter a prompt") || len(s.sim.Ledger()) != 1 {
		t.Fatal(code, said)
	}
}

// TestCountIsCheckedFirst: no sum is told of runs that are refused for their number.
func TestCountIsCheckedFirst(t *testing.T) {
	s := newShell(t, simulator.Options{})
	for _, count := range []string{"0", "-1", "21", "500"} {
		code, out, said := s.run("generate", "--prompt", "x", "--count="+count)
		if code != exitInvalid || strings.Contains(out+said, "$") || strings.Count(said, "\n") != 1 || len(s.sim.Ledger()) != 0 {
			t.Errorf("--count %s: exit %d, %q, said %q", count, code, out, said)
		}
	}
}

// TestPicturesAsTerminalsWriteThem: a file dragged into a terminal comes as an address, in quotes, or with backslashes.
func TestPicturesAsTerminalsWriteThem(t *testing.T) {
	s := newShell(t, simulator.Options{})
	path := s.file("a picture 貓.png", picturePNG(640, 400))
	for _, written := range []string{"file://" + strings.ReplaceAll(path, " ", "%20"), "'" + path + "'", `"` + path + `"`, strings.ReplaceAll(path, " ", `\ `), strings.ReplaceAll(path, " ", "%20")} {
		if code, _, said := s.run("generate", "--prompt", "x", "--image", written); code != exitDone {
			t.Errorf("%s: exit %d, said %q", written, code, said)
		}
	}
	_, out, _ := s.run("list", "--json", "--limit", "1")
	var made video
	if err := json.Unmarshal([]byte(out), &made); err != nil {
		t.Fatal(err)
	}
	elsewhere := s.file("from elsewhere.mp4", nil)
	if data, err := os.ReadFile(made.Path); err != nil || os.WriteFile(elsewhere, data, 0o600) != nil {
		t.Fatal(err)
	}
	if code, out, said := s.run("library", "import", "file://"+strings.ReplaceAll(elsewhere, " ", "%20")); code != exitDone || !strings.Contains(out, made.ID) {
		t.Errorf("import: exit %d, %q, said %q", code, out, said)
	}
}
