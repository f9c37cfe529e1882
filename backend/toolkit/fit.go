package toolkit

// A title bar of an unknown window manager, and what of one must be on a screen so that a hand can take it.
const (
	grip    = 80
	barHigh = 40
)

var unknown = Frame{8, barHigh}

// Fit gives a window a place on these screens (what panels leave of each, the main one first): where it was, if that is
// there; else in the middle of the main screen; never larger than its screen. Without a screen nothing is known, and
// the place stays as it is.
func Fit(was Place, screens []Rect) Place {
	if len(screens) == 0 {
		return was
	}
	screen, there := holder(was, screens)
	now := was
	frame := was.Frame
	if frame.Height <= 0 {
		frame = unknown
	}
	now.Width, now.Height = min(was.Width, screen.Width-frame.Width), min(was.Height, screen.Height-frame.Height)
	if !there {
		now.X = screen.X + (screen.Width-now.Width-frame.Width)/2
		now.Y = screen.Y + (screen.Height-now.Height-frame.Height)/2
		return now
	}
	if now.Width == was.Width && now.Height == was.Height { // a person may have left a part of it beyond the edge
		return now
	}
	now.X = min(max(was.X, screen.X), screen.X+screen.Width-now.Width-frame.Width)
	now.Y = min(max(was.Y, screen.Y), screen.Y+screen.Height-now.Height-frame.Height)
	return now
}

// holder is the screen that has most of the window, if a hand could take its title bar there; else the main one.
func holder(p Place, screens []Rect) (Rect, bool) {
	best, most := screens[0], 0
	for _, s := range screens {
		width := min(p.X+p.Width, s.X+s.Width) - max(p.X, s.X)
		height := min(p.Y+p.Height, s.Y+s.Height) - max(p.Y, s.Y)
		if width <= 0 || height <= 0 {
			continue
		}
		if area := width * height; area > most {
			best, most = s, area
		}
	}
	for _, s := range screens {
		width := min(p.X+p.Width, s.X+s.Width) - max(p.X, s.X)
		if width >= min(grip, p.Width) && p.Y >= s.Y && p.Y < s.Y+s.Height-barHigh {
			return best, true
		}
	}
	return screens[0], false
}
