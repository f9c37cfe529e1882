// Package query reads what a person types into the gallery's search box: words, "phrases", filters such as
// rating:>=4, and any of these negated by a hyphen. Nothing that can be typed is an error.
package query

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Query is what was typed. All of its terms must hold.
type Query struct {
	Terms []Term
	Hints []string // what names a filter but can't be read as one, as typed; its words are looked for instead
}

// Term is one condition: a filter, or a text to be found.
type Term struct {
	Not    bool
	Key    Key    // "" for a text
	Text   string // what is looked for; for a filter its value as typed
	Phrase bool   // the text was in quotes: its words stand together
	Filter Filter // for keys with a range, a set or a word
}

// Key names a filter.
type Key string

// The filters.
const (
	Model     Key = "model"    // a part of the model's id
	Duration  Key = "duration" // seconds; the range is in milliseconds
	Favourite Key = "fav"
	Tag       Key = "tag"
	Rating    Key = "rating" // 1 to 5; 0 and none are none
	Label     Key = "label"
	After     Key = "after"  // from the beginning of a day, month or year on
	Before    Key = "before" // until that beginning
	On        Key = "on"     // in that day, month or year
	Cost      Key = "cost"   // dollars; the range is in millionths
	Has       Key = "has"    // image, note, tag, collection, origin
	Is        Key = "is"     // trashed, missing, demo

	Collection Key = "collection" // the name of one of a person's own
)

// Keys lists the filters in the order they are suggested in.
var Keys = []Key{Model, Duration, Favourite, Tag, Collection, Rating, Label, After, Before, On, Cost, Has, Is}

// Filter is a filter's value as it was read.
type Filter struct {
	Word     string // one of the key's words: "yes", "red", "image"
	Low, Top int64  // at least Low and less than Top
}

// piece is one term as it stands in the text; from and to are bytes.
type piece struct {
	text     string
	not      bool
	key      string // as typed, without its colon
	value    string // behind the colon, or the whole text, without quotes
	quoted   bool
	from, to int
}

// Parse reads a text; now and its location give the dates their meaning.
func Parse(text string, clock Clock) Query {
	var q Query
	for _, p := range pieces(text) {
		if p.key != "" {
			if key, known := keyOf(p.key); known {
				if filter, ok := read(key, p.value, clock); ok {
					q.Terms = append(q.Terms, Term{Not: p.not, Key: key, Text: p.value, Filter: filter})
					continue
				}
				q.Hints = append(q.Hints, p.text)
			}
		}
		words := p.value
		if p.key != "" {
			words = p.key + " " + words
		}
		if strings.IndexFunc(words, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) >= 0 {
			q.Terms = append(q.Terms, Term{Not: p.not, Text: words, Phrase: p.quoted || p.not})
		}
	}
	return q
}

// Unfinished is the term that a text ends in, for completing it.
type Unfinished struct {
	From  int // where it begins, in bytes
	Not   bool
	Key   Key    // "" while no key was typed
	Typed string // of the value, or of the whole term while there is no key
}

// End gives the term that a text ends in; one without letters when it ends in a space.
func End(text string) Unfinished {
	all := pieces(text)
	if len(all) == 0 || all[len(all)-1].to < len(text) {
		return Unfinished{From: len(text)}
	}
	p := all[len(all)-1]
	u := Unfinished{From: p.from, Not: p.not, Typed: p.value}
	if p.key != "" {
		var known bool
		if u.Key, known = keyOf(p.key); !known {
			u.Typed = p.key + ":" + p.value
		}
	}
	return u
}

var closing = map[rune]rune{'"': '"', '“': '”', '「': '」', '『': '』'}

// Write gives a filter as it is typed, with quotes around a value that needs them; false for one that no quotes hold.
func Write(key Key, value string) (text string, ok bool) {
	first, _ := utf8.DecodeRuneInString(value)
	if _, opens := closing[first]; !opens && !strings.ContainsFunc(value, unicode.IsSpace) && !strings.Contains(value, ":") {
		return string(key) + ":" + value, true
	}
	for _, open := range `"“「『` {
		if end := closing[open]; !strings.ContainsRune(value, end) {
			return string(key) + ":" + string(open) + value + string(end), true
		}
	}
	return "", false
}

// pieces splits a text at its spaces, but for those in quotes. A quote that nothing closes runs to the end.
func pieces(text string) []piece {
	var all []piece
	runes := []rune(text)
	offsets := make([]int, 0, len(runes)+1)
	for i := range text {
		offsets = append(offsets, i)
	}
	offsets = append(offsets, len(text))
	for i := 0; i < len(runes); {
		if unicode.IsSpace(runes[i]) {
			i++
			continue
		}
		p := piece{from: offsets[i]}
		if (runes[i] == '-' || runes[i] == '－') && i+1 < len(runes) && !unicode.IsSpace(runes[i+1]) {
			p.not = true
			i++
		}
		var value []rune
		for ; i < len(runes) && !unicode.IsSpace(runes[i]); i++ {
			r := runes[i]
			end, opens := closing[r]
			switch {
			case opens && len(value) == 0:
				p.quoted = true
				for i++; i < len(runes) && runes[i] != end; i++ {
					value = append(value, runes[i])
				}
			case (r == ':' || r == '：') && p.key == "" && !p.quoted && len(value) > 0:
				p.key, value = string(value), nil
			default:
				value = append(value, r)
			}
		}
		p.value, p.to = string(value), offsets[min(i, len(runes))]
		p.text = text[p.from:p.to]
		all = append(all, p)
	}
	return all
}

// names are what the keys and words are called beside their own names.
var names = map[string]string{
	"favourite": "fav", "favorite": "fav", "收藏": "fav", "最愛": "fav", "最爱": "fav", "模型": "model", "時長": "duration", "时长": "duration", "length": "duration",
	"標籤": "tag", "标签": "tag", "合輯": "collection", "合集": "collection", "評分": "rating", "评分": "rating", "stars": "rating", "顏色": "label", "颜色": "label", "color": "label", "colour": "label",
	"之後": "after", "之后": "after", "since": "after", "之前": "before", "until": "before", "日期": "on", "date": "on", "費用": "cost", "费用": "cost", "price": "cost", "有": "has", "是": "is",
}

func keyOf(typed string) (Key, bool) {
	name := strings.ToLower(typed)
	if other, known := names[name]; known {
		name = other
	}
	for _, key := range Keys {
		if string(key) == name {
			return key, true
		}
	}
	return "", false
}
