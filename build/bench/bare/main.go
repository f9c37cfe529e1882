//go:build linux && production

// Command bare is the smallest Wails window: one still page of as many tiles as Conch's gallery shows. It is what
// the bench measures Conch against.
package main

import (
	"embed"
	"log"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
)

//go:embed all:page
var page embed.FS

func main() {
	if err := wails.Run(&options.App{
		Title: "Bare", Width: 1280, Height: 800,
		AssetServer: &assetserver.Options{Assets: page},
	}); err != nil {
		log.Fatal(err)
	}
}
