package desktop

import (
	"slices"
	"testing"
)

func TestLanguages(t *testing.T) {
	for name, c := range map[string]struct {
		language, all, messages, lang string
		want                          []string
	}{
		"nothing":           {},
		"one":               {lang: "zh_TW.UTF-8", want: []string{"zh-TW"}},
		"with a modifier":   {lang: "sr_RS.UTF-8@latin", want: []string{"sr-RS"}},
		"modifier alone":    {lang: "de_DE@euro", want: []string{"de-DE"}},
		"no language":       {all: "C", messages: "POSIX", lang: "C.UTF-8"},
		"a list":            {language: "zh_Hant:zh_TW:en", lang: "zh_TW.UTF-8", want: []string{"zh-Hant", "zh-TW", "en", "zh-TW"}},
		"a list with holes": {language: ":zh_CN::C:", want: []string{"zh-CN"}},
		"in small letters":  {lang: "c.utf-8"},
		"no tag":            {language: "german:de_DE_:x:zh_Hans_CN", lang: "../etc", want: []string{"zh-Hans-CN"}},
		"all over one":      {all: "ja_JP.UTF-8", messages: "de_DE", lang: "fr_FR", want: []string{"ja-JP", "de-DE", "fr-FR"}},
		"messages over one": {messages: "zh_HK.Big5-HKSCS", lang: "en_US", want: []string{"zh-HK", "en-US"}},
	} {
		t.Setenv("LANGUAGE", c.language)
		t.Setenv("LC_ALL", c.all)
		t.Setenv("LC_MESSAGES", c.messages)
		t.Setenv("LANG", c.lang)
		if got := Languages(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
