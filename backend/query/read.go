package query

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Clock tells the time; its location is the person's.
type Clock func() time.Time

// Words lists the values of the keys that have a few.
var Words = map[Key][]string{
	Favourite: {"yes", "no"},
	Label:     {"red", "orange", "yellow", "green", "blue", "purple", "none"},
	Has:       {"image", "note", "tag", "collection", "origin"},
	Is:        {"trashed", "missing", "demo"},
}

var values = map[string]string{
	"true": "yes", "1": "yes", "是": "yes", "false": "no", "0": "no", "否": "no",
	"紅": "red", "红": "red", "紅色": "red", "红色": "red", "橙": "orange", "橙色": "orange", "黃": "yellow", "黄": "yellow", "黃色": "yellow", "黄色": "yellow",
	"綠": "green", "绿": "green", "綠色": "green", "绿色": "green", "藍": "blue", "蓝": "blue", "藍色": "blue", "蓝色": "blue", "紫": "purple", "紫色": "purple", "無": "none", "无": "none",
	"picture": "image", "圖片": "image", "图片": "image", "notes": "note", "備註": "note", "备注": "note", "tags": "tag", "標籤": "tag", "标签": "tag", "合輯": "collection", "合集": "collection", "parent": "origin", "來源": "origin", "来源": "origin",
	"trash": "trashed", "垃圾桶": "trashed", "废纸篓": "trashed", "gone": "missing", "遺失": "missing", "丢失": "missing", "示範": "demo", "演示": "demo",
}

// read makes a filter of a value; false when it can't be read.
func read(key Key, value string, clock Clock) (f Filter, ok bool) {
	value = strings.ToLower(strings.TrimSpace(value))
	if value == "" {
		return f, false
	}
	switch key {
	case Model, Tag, Collection:
		f.Word = value
		return f, true
	case Rating:
		if value == "none" || value == "無" || value == "无" {
			value = "0"
		}
		f.Low, f.Top, ok = ranged(value, 1, false)
		return f, ok
	case Duration:
		f.Low, f.Top, ok = ranged(strings.TrimSuffix(value, "s"), 1000, true)
		return f, ok
	case Cost:
		f.Low, f.Top, ok = ranged(strings.ReplaceAll(value, "$", ""), 1_000_000, false)
		return f, ok
	case After, Before, On:
		from, to, ok := period(value, clock)
		switch {
		case !ok:
			return f, false
		case key == After:
			f.Low, f.Top = from.UnixMilli(), math.MaxInt64
		case key == Before:
			f.Low, f.Top = math.MinInt64, from.UnixMilli()
		default:
			f.Low, f.Top = from.UnixMilli(), to.UnixMilli()
		}
		return f, true
	}
	if other, known := values[value]; known && !slices.Contains(Words[key], value) {
		value = other
	}
	f.Word = value
	return f, slices.Contains(Words[key], value)
}

var number = regexp.MustCompile(`^\d{1,9}(\.\d{0,6})?$|^\.\d{1,6}$`)

// ranged reads "4", ">4", ">=4", "<4", "<=4", "2..4", "2.." and "..4" in units. A number that was typed stands for all that
// round to it when it is compared for being equal, and, for what is rounded, in comparisons too.
func ranged(value string, unit float64, rounded bool) (low, top int64, ok bool) {
	low, top = math.MinInt64, math.MaxInt64
	amount := func(text string) (from, to, at int64, ok bool) {
		if !number.MatchString(text) {
			return 0, 0, 0, false
		}
		n, err := strconv.ParseFloat(text, 64)
		_, decimals, _ := strings.Cut(text, ".")
		half := 0.5 * math.Pow10(-len(decimals))
		up := func(x float64) int64 { return int64(math.Ceil(x*unit - 1e-4)) }
		return up(n - half), up(n + half), int64(math.Round(n * unit)), err == nil
	}
	if a, b, isRange := strings.Cut(value, ".."); isRange && (a != "" || b != "") {
		okA, okB := true, true
		if a != "" {
			low, _, _, okA = amount(a)
		}
		if b != "" {
			_, top, _, okB = amount(b)
		}
		return low, top, okA && okB
	}
	how := value[:len(value)-len(strings.TrimLeft(value, "<>=≥≤"))]
	from, to, at, ok := amount(value[len(how):])
	if !rounded && how != "" && how != "=" {
		from, to = at, at+1
	}
	switch how {
	case "", "=":
		low, top = from, to
	case ">":
		low = to
	case ">=", "≥":
		low = from
	case "<":
		top = from
	case "<=", "≤":
		top = to
	default:
		ok = false
	}
	return low, top, ok
}

// period reads a day, a month, a year, "today" or "yesterday", with its end.
func period(value string, clock Clock) (from, to time.Time, ok bool) {
	now := clock()
	year, month, day := now.Date()
	at := func(y int, m time.Month, d int) time.Time { return DayStart(y, m, d, now.Location()) }
	switch value {
	case "today", "今天":
		return at(year, month, day), at(year, month, day+1), true
	case "yesterday", "昨天":
		return at(year, month, day-1), at(year, month, day), true
	}
	value = strings.NewReplacer("/", "-", ".", "-", "年", "-", "月", "-", "日", "").Replace(value)
	value = strings.TrimSuffix(value, "-")
	for _, form := range []struct {
		layout  string
		y, m, d int
	}{{"2006-1-2", 0, 0, 1}, {"2006-1", 0, 1, 0}, {"2006", 1, 0, 0}} {
		if t, err := time.Parse(form.layout, value); err == nil {
			y, m, d := t.Date()
			return at(y, m, d), at(y+form.y, m+time.Month(form.m), d+form.d), true
		}
	}
	return from, to, false
}

// DayStart is the first moment of a day, also where the clocks are changed at midnight.
func DayStart(year int, month time.Month, day int, in *time.Location) time.Time {
	noon := time.Date(year, month, day, 12, 0, 0, 0, in)
	midnight := noon.Add(-12 * time.Hour)
	changed, _ := noon.ZoneBounds()
	if changed.IsZero() || changed.Before(midnight) {
		return midnight
	}
	before := changed.Add(-1)
	if before.YearDay() != noon.YearDay() {
		return changed
	}
	_, was := before.Zone()
	_, is := noon.Zone()
	return midnight.Add(time.Duration(is-was) * time.Second)
}
