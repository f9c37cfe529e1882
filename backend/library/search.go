package library

import (
	"strings"
	"unicode"
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

// indexTerms are the two columns of a video in the search index.
func indexTerms(text string) (words, grams string) {
	spaced, unspaced := runs(text)
	var g []string
	for _, run := range unspaced {
		for _, r := range run {
			spaced = append(spaced, string(r))
		}
		g = append(g, pairs(run)...)
	}
	return strings.Join(spaced, " "), strings.Join(g, " ")
}

// matchExpression is the query for FTS5: every word by its beginning, every run as it stands. "" when
// nothing can be looked for. Terms hold letters, marks and digits only, so quoting them is enough.
func matchExpression(query string) string {
	spaced, unspaced := runs(query)
	var terms []string
	for _, word := range spaced {
		terms = append(terms, `words : "`+word+`" *`)
	}
	for _, run := range unspaced {
		if len(run) == 1 {
			terms = append(terms, `words : "`+string(run)+`"`)
			continue
		}
		terms = append(terms, `grams : "`+strings.Join(pairs(run), " ")+`"`)
	}
	return strings.Join(terms, " AND ")
}
