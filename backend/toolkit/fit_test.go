package toolkit

import "testing"

func TestFit(t *testing.T) {
	left, right := Rect{0, 0, 1280, 800}, Rect{1280, 0, 1920, 1080}
	panel := Rect{0, 28, 1280, 772}
	above := Rect{0, -1080, 1920, 1080}
	at := func(x, y, width, height int) Place {
		return Place{Rect: Rect{x, y, width, height}, Frame: Frame{2, 22}}
	}
	maximised := func(p Place) Place { p.Maximised = true; return p }
	for name, c := range map[string]struct {
		was     Place
		screens []Rect
		want    Place
	}{
		"nothing is known of screens":         {at(9000, 9000, 900, 600), nil, at(9000, 9000, 900, 600)},
		"where it was":                        {at(180, 90, 940, 620), []Rect{left}, at(180, 90, 940, 620)},
		"on the second screen":                {at(1500, 200, 1000, 700), []Rect{left, right}, at(1500, 200, 1000, 700)},
		"the second one is the main one":      {at(180, 90, 940, 620), []Rect{right, left}, at(180, 90, 940, 620)},
		"above the main one":                  {at(100, -900, 1000, 700), []Rect{left, above}, at(100, -900, 1000, 700)},
		"its screen is gone":                  {at(1500, 200, 1000, 700), []Rect{left}, at(139, 39, 1000, 700)},
		"gone, and it was larger":             {at(1300, 20, 1900, 1000), []Rect{left}, at(0, 0, 1278, 778)},
		"gone, and it was maximised":          {maximised(at(1500, 200, 1000, 700)), []Rect{left}, maximised(at(139, 39, 1000, 700))},
		"maximised on the second screen":      {maximised(at(1500, 200, 1000, 700)), []Rect{left, right}, maximised(at(1500, 200, 1000, 700))},
		"the screen is smaller now":           {at(100, 50, 1700, 950), []Rect{left}, at(0, 0, 1278, 778)},
		"wider alone":                         {at(300, 50, 1300, 600), []Rect{left}, at(0, 50, 1278, 600)},
		"as high as the screen without frame": {at(0, 0, 1000, 800), []Rect{left}, at(0, 0, 1000, 778)},
		"below a panel":                       {at(100, 10, 900, 700), []Rect{panel}, at(189, 53, 900, 700)},
		"partly beyond the edge":              {at(-300, 90, 940, 620), []Rect{left}, at(-300, 90, 940, 620)},
		"hardly to be seen":                   {at(-900, 90, 940, 620), []Rect{left}, at(169, 79, 940, 620)},
		"its title bar is below the screen":   {at(100, 790, 940, 620), []Rect{left}, at(169, 79, 940, 620)},
		"across two screens":                  {at(900, 90, 1000, 620), []Rect{left, right}, at(900, 90, 1000, 620)},
		"in the gap of two screens":           {at(0, 900, 1000, 620), []Rect{left, right}, at(139, 79, 1000, 620)},
		"a very small screen":                 {at(0, 0, 1280, 800), []Rect{{0, 0, 640, 480}}, at(0, 0, 638, 458)},
	} {
		if got := Fit(c.was, c.screens); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	was := Place{Rect: Rect{-5000, 0, 1280, 800}} // the first start
	if got, want := Fit(was, []Rect{left}), (Place{Rect: Rect{0, 0, 1272, 760}}); got != want {
		t.Errorf("first: %+v, want %+v", got, want)
	}
}
