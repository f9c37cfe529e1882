package library

import (
	"strings"
	"unicode"

	"conch/backend/query"
)

// Chinese and Japanese have no spaces, so a tokenizer that splits at them finds nothing inside a sentence, and
// trigrams find no word of two characters. Conch therefore indexes each such run as its single characters
// (column words) and as its overlapping pairs (column grams); a query of two or more is a phrase of pairs.

func joined(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai)
}

// runs splits text into spaced words, and runs of characters of scripts without spaces.
func runs(text string) (spaced []string, unspaced [][]rune) {
	var word []rune
	inJoined := false
	flush := func() {
		if len(word) > 0 && inJoined {
			unspaced = append(unspaced, word)
		} else if len(word) > 0 {
			spaced = append(spaced, strings.ToLower(string(word)))
		}
		word = nil
	}
	for _, r := range text {
		switch {
		case joined(r):
			if !inJoined {
				flush()
			}
			inJoined = true
			word = append(word, r)
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if inJoined {
				flush()
			}
			inJoined = false
			word = append(word, r)
		default:
			flush()
		}
	}
	flush()
	return spaced, unspaced
}

func pairs(run []rune) []string {
	var all []string
	for i := 0; i+1 < len(run); i++ {
		all = append(all, string(run[i:i+2]))
	}
	return all
}

// Marks in the index that nobody can type: everyVideo stands in each video's words, apart between what no phrase spans.
const everyVideo, apart = "\uE000", "\uE001"

// indexTerms are the two columns of a video in the search index.
func indexTerms(texts ...string) (words, grams string) {
	var w, g []string
	for _, text := range texts {
		spaced, unspaced := runs(text)
		w = append(append(w, apart), spaced...)
		for _, run := range unspaced {
			for _, r := range run {
				w = append(w, string(r))
			}
			g = append(append(g, apart), pairs(run)...)
		}
	}
	return strings.Join(append(w, everyVideo), " "), strings.Join(g, " ")
}

// matching is the query for FTS5: every word by its beginning, phrases and runs as they stand, what is negated left
// out. "" when nothing is looked for. Terms hold letters, marks and digits only, so quoting them is enough.
func matching(all []query.Term) string {
	var wanted, not []string
	for _, t := range all {
		if t.Key != "" {
			continue
		}
		terms := expressions(t)
		if t.Not && len(terms) > 0 {
			not = append(not, "("+strings.Join(terms, " AND ")+")")
			continue
		}
		wanted = append(wanted, terms...)
	}
	if len(not) == 0 {
		return strings.Join(wanted, " AND ")
	}
	if len(wanted) == 0 {
		wanted = []string{`words : "` + everyVideo + `"`}
	}
	return "(" + strings.Join(wanted, " AND ") + ") NOT (" + strings.Join(not, " OR ") + ")"
}

func expressions(t query.Term) (terms []string) {
	spaced, unspaced := runs(t.Text)
	if t.Phrase && len(spaced) > 0 {
		terms = append(terms, `words : "`+strings.Join(spaced, " ")+`"`)
	} else {
		for _, word := range spaced {
			terms = append(terms, `words : "`+word+`" *`)
		}
	}
	for _, run := range unspaced {
		if len(run) == 1 {
			terms = append(terms, `words : "`+string(run)+`"`)
			continue
		}
		terms = append(terms, `grams : "`+strings.Join(pairs(run), " ")+`"`)
	}
	return terms
}
