package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"html"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"conch/backend/engine"
	"conch/backend/fault"
	"conch/backend/picture"
	"conch/backend/toolkit"
)

// dropped takes what was let go over the window: files, or a picture of a web page, else a sentence.
func (a *App) dropped(d toolkit.Drop) {
	host, _ := os.Hostname()
	what, err := sorted(d, host, toolkit.LocalPath)
	switch {
	case err != nil:
		runtime.EventsEmit(a.ctx, "fault", fault.ToWire(err))
	case what.address != "":
		runtime.EventsEmit(a.ctx, "address", what.address)
	case what.picture != nil:
		a.dropPicture(func(ctx context.Context, e *engine.Engine) (picture.Picture, error) {
			return e.Shelf.Add(ctx, "picture", bytes.NewReader(what.picture))
		})
	default:
		a.drop(what.files)
	}
}

// lot is what a drop comes to: one of these.
type lot struct {
	files   []string // whole paths
	address string   // of a picture in the web
	picture []byte   // that a web page has within itself
}

// sorted says what was dropped. local gives the file behind an address that the system shows as one, or "".
// Faults: drop_mixed, drop_elsewhere, drop_nothing, picture_many, picture_broken.
func sorted(d toolkit.Drop, host string, local func(string) string) (lot, error) {
	var what lot
	var web []string
	for _, address := range d.Addresses {
		u, err := url.Parse(address)
		if err != nil {
			return lot{}, fault.Wrap(err, "drop_nothing", nil)
		}
		switch scheme := strings.ToLower(u.Scheme); scheme {
		case "http", "https", "data":
			web = append(web, address)
		case "file":
			if here := u.Host == "" || strings.EqualFold(u.Host, "localhost") || strings.EqualFold(u.Host, host); here && filepath.IsAbs(u.Path) {
				what.files = append(what.files, u.Path)
				continue
			}
			return lot{}, fault.New("drop_elsewhere", fault.Args{"place": scheme + "://" + u.Host})
		default:
			path := local(address)
			if path == "" || !filepath.IsAbs(path) {
				return lot{}, fault.New("drop_elsewhere", fault.Args{"place": scheme + "://" + u.Host})
			}
			what.files = append(what.files, path)
		}
	}
	switch {
	case len(what.files) > 0 && len(web) > 0:
		return lot{}, fault.New("drop_mixed", nil)
	case len(what.files) > 0:
		return what, nil
	case len(web) == 0:
		return lot{}, fault.New("drop_nothing", nil)
	case len(web) > 1:
		return lot{}, fault.New("picture_many", fault.Args{"count": len(web)})
	}
	address := web[0]
	if shown := pictureIn(d.HTML); shown != "" { // a picture that is a link is dragged with the address that it links to
		address = shown
	}
	if !strings.HasPrefix(strings.ToLower(address), "data:") {
		return lot{address: address}, nil
	}
	raw, err := within(address)
	if err != nil {
		return lot{}, err
	}
	return lot{picture: raw}, nil
}

var (
	pictures = regexp.MustCompile(`(?is)<img\b(?:[^>"']|"[^"]*"|'[^']*')*?\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)')`)
	webBegin = regexp.MustCompile(`(?i)^(https?://|data:image/)`)
)

// pictureIn is the address of the one picture in a piece of a web page, else "".
func pictureIn(piece string) string {
	found := pictures.FindAllStringSubmatch(piece, 2)
	if len(found) != 1 {
		return ""
	}
	if address := html.UnescapeString(found[0][1] + found[0][2]); webBegin.MatchString(address) {
		return address
	}
	return ""
}

// within is the picture that an address holds itself (data:image/png;base64,…).
func within(address string) ([]byte, error) {
	head, body, _ := strings.Cut(address, ",")
	text, err := url.PathUnescape(body)
	if err != nil {
		return nil, fault.Wrap(err, "picture_broken", fault.Args{"name": "data:"})
	}
	if !strings.HasSuffix(strings.ToLower(head), ";base64") {
		return []byte(text), nil
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil, fault.Wrap(err, "picture_broken", fault.Args{"name": "data:"})
	}
	return raw, nil
}
