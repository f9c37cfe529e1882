package main

import (
	"testing"

	"conch/backend/fault"
)

// The browser is opened for https addresses of the allow-list alone; the window's smoke test opens one of those.
func TestOtherLinksAreRefused(t *testing.T) {
	for _, address := range []string{
		"http://atlascloud.ai/", "https://evil.example/", "https://atlascloud.ai.evil.example/", "https://atlascloud.ai@evil.example/",
		"https://atlascloud.ai:8443/", "file:///etc/passwd", "javascript:alert(1)", "//atlascloud.ai/", "atlascloud.ai", "::", "",
	} {
		if err := (&App{}).OpenLink(address); fault.Of(err).Rule != "link_refused" {
			t.Errorf("%q: %v", address, err)
		}
	}
}
