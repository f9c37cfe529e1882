package main

import (
	"bytes"
	"os"
	"testing"
)

func TestThePageIsDressed(t *testing.T) {
	page, err := os.ReadFile("frontend/index.html")
	if err != nil {
		t.Fatal(err)
	}
	got := dress(page, "dark", []string{"zh-TW", `"><script>`}, "") // what the environment says is no markup
	if want := []byte(`<html lang="en" data-theme="dark" data-languages="zh-TW &#34;&gt;&lt;script&gt;">`); !bytes.Contains(got, want) {
		t.Errorf("%s lacks %s", got, want)
	}
	got = dress(page, "dark", nil, `create"`)
	if want := []byte(` data-begin="create&#34;">`); !bytes.Contains(got, want) {
		t.Errorf("%s lacks %s", got, want)
	}
}
