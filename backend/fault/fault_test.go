package fault_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"conch/backend/fault"
)

func TestUnknownRules(t *testing.T) {
	cause := fs.ErrNotExist
	f := fault.Wrap(cause, "no_such_rule", nil)
	if f.Code != fault.Internal || f.Rule != "internal" || !errors.Is(f, cause) || !strings.Contains(f.Error(), `"no_such_rule"`) {
		t.Errorf("%v", f)
	}
	if strings.Contains(f.Sentence(), "no_such_rule") {
		t.Errorf("a person reads %q", f.Sentence())
	}
	if f := fault.New("no_such_rule", nil); f.Code != fault.Internal || f.Err == nil {
		t.Errorf("%v", f)
	}
}

func TestOf(t *testing.T) {
	if fault.Of(nil) != nil || fault.CodeOf(nil) != "" || fault.Is(nil, "") || fault.ToWire(nil) != nil || fault.FromWire(nil) != nil {
		t.Error("nothing is something")
	}
	plain := errors.New("open /home/ann/secret.txt: permission denied")
	f := fault.Of(plain)
	if f.Code != fault.Internal || !errors.Is(f, plain) || strings.Contains(f.Sentence(), "secret") || strings.Contains(fault.ToWire(plain).Message, "secret") {
		t.Errorf("%v", f)
	}
	refused := fault.Wrap(plain, "refused", fault.Args{"reason": "no."})
	wrapped := fmt.Errorf("around: %w", errors.Join(errors.New("beside"), refused))
	if fault.Of(wrapped) != refused || !fault.Is(wrapped, fault.Invalid) || fault.Is(wrapped, fault.Key) || !errors.Is(wrapped, plain) {
		t.Errorf("%v", fault.Of(wrapped))
	}
}

func TestErrorIsSentenceAndCause(t *testing.T) {
	f := fault.New("limited", fault.Args{"seconds": 7})
	const sentence = "Atlas Cloud asks to wait 7 s before the next request. Nothing was billed."
	if f.Sentence() != sentence || f.Error() != sentence {
		t.Errorf("%q", f.Error())
	}
	if got := fault.Wrap(fs.ErrNotExist, f.Rule, f.Args).Error(); got != sentence+" (file does not exist)" {
		t.Errorf("%q", got)
	}
}

// A figure that looks like a placeholder is the service's own text, and stays as it is.
func TestFiguresAreTakenOnce(t *testing.T) {
	f := fault.New("param_not_allowed", fault.Args{"name": "{value}", "value": "{allowed}", "allowed": "{name}"})
	const want = "“{value}” can’t be {allowed}. This model allows {name}. Nothing was billed."
	for range 50 { // whatever the order of a map
		if got := f.Sentence(); got != want {
			t.Fatalf("%q", got)
		}
	}
}

func TestDetailsAreCopied(t *testing.T) {
	first := fault.New("region", nil)
	second := first.With("status", "451")
	third := second.With("request_id", "r").With("reason", "")
	if first.Details != nil || !reflect.DeepEqual(second.Details, map[string]string{"status": "451"}) ||
		!reflect.DeepEqual(third.Details, map[string]string{"status": "451", "request_id": "r"}) {
		t.Errorf("%v, %v, %v", first.Details, second.Details, third.Details)
	}
}

func TestWire(t *testing.T) {
	f := fault.Wrap(fs.ErrNotExist, "limited", fault.Args{"seconds": 7}).With("status", "429")
	stored, err := json.Marshal(fault.ToWire(fmt.Errorf("around: %w", f)))
	const want = `{"code":"limited","rule":"limited","args":{"seconds":7},"message":"Atlas Cloud asks to wait 7 s before the next request. Nothing was billed.","details":{"status":"429"}}`
	if err != nil || string(stored) != want {
		t.Fatalf("%s, %v", stored, err)
	}
	var read fault.Wire
	if err := json.Unmarshal(stored, &read); err != nil {
		t.Fatal(err)
	}
	if again, err := json.Marshal(fault.ToWire(fault.FromWire(&read))); err != nil || string(again) != want {
		t.Errorf("%s, %v", again, err)
	}
}

// A number that went through JSON is a float; people still read it as it was.
func TestLargeFiguresSurviveTheWire(t *testing.T) {
	stored, _ := json.Marshal(fault.ToWire(fault.New("picture_too_many_pixels", fault.Args{"name": "a.png", "width": 50_000_000, "height": 50_000, "max": 100})))
	var read fault.Wire
	if err := json.Unmarshal(stored, &read); err != nil {
		t.Fatal(err)
	}
	if got := fault.FromWire(&read).Sentence(); got != read.Message {
		t.Errorf("%q\nafter %q", got, read.Message)
	}
}

type sentence struct {
	Code fault.Code `json:"code"`
	Text string     `json:"text"`
}

func parsed[T any](t *testing.T, path string) map[string]T {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]T{}
	if err := json.Unmarshal(data, &all); err != nil || len(all) == 0 {
		t.Fatalf("%s: %v", path, err)
	}
	return all
}

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

func placeholders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

var codes = []fault.Code{
	fault.Internal, fault.Invalid, fault.Key, fault.Balance, fault.RunFailed, fault.Unreachable, fault.Uncertain,
	fault.NotKept, fault.Limited, fault.NotFound, fault.Vault, fault.Canceled, fault.Library,
}

func TestSentences(t *testing.T) {
	sentences := parsed[sentence](t, "sentences.json")
	for rule, s := range sentences {
		if f := fault.New(rule, nil); f.Rule != rule || f.Code != s.Code || !slices.Contains(codes, s.Code) {
			t.Errorf("%s: %v, code %q", rule, f, s.Code)
		}
		if s.Text != strings.TrimSpace(s.Text) || !strings.HasSuffix(s.Text, ".") {
			t.Errorf("%s is no sentence: %q", rule, s.Text)
		}
	}
	for _, language := range []string{"en", "zh-Hant", "zh-Hans"} {
		messages := parsed[string](t, "../../frontend/messages/"+language+"/errors.json")
		for rule, s := range sentences {
			said, there := messages["error_"+rule]
			if !there || !slices.Equal(placeholders(said), placeholders(s.Text)) {
				t.Errorf("%s, %s: %q for %q", language, rule, said, s.Text)
			}
			if language == "en" && said != s.Text {
				t.Errorf("%s reads %q in the window and %q in the command", rule, said, s.Text)
			}
		}
	}
}
