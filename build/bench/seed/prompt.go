package seed

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// vocabulary holds the words and how often each comes: as 1/rank, as words do, with many that come once.
type vocabulary struct {
	*rand.Rand
	seed  uint64
	zipfs map[int]*rand.Zipf
}

func newVocabulary(rng *rand.Rand, seed uint64) *vocabulary {
	return &vocabulary{rng, seed, map[int]*rand.Zipf{}}
}

// pick gives one of a list, the first ones most often.
func (v *vocabulary) pick(list []string) string { return list[v.rank(len(list))] }

func (v *vocabulary) rank(n int) int {
	z := v.zipfs[n]
	if z == nil {
		z = rand.NewZipf(v.Rand, 1.07, 3, uint64(n-1))
		v.zipfs[n] = z
	}
	return int(z.Uint64())
}

// rare are how many made-up names there are in each script.
const rare = 40_000

// name gives a made-up name; each rank has one.
func (v *vocabulary) name(chinese bool) string {
	own := rand.New(rand.NewPCG(v.seed, uint64(v.rank(rare))<<1|7))
	var b strings.Builder
	if chinese {
		for range 2 + own.IntN(2) {
			b.WriteRune(characters[own.IntN(len(characters))])
		}
		return b.String()
	}
	for range 2 + own.IntN(3) {
		b.WriteString(syllables[own.IntN(len(syllables))])
	}
	return strings.ToUpper(b.String()[:1]) + b.String()[1:]
}

// project is what a person works on for some days: words that come again, and its tags.
type project struct {
	chinese, traditional   bool
	title                  string
	subject, place, finish string
	tags                   []string
}

func (v *vocabulary) project() project {
	p := project{chinese: v.IntN(100) < 42, traditional: v.IntN(4) == 0}
	l := english
	if p.chinese {
		l = chinese
	}
	p.subject, p.place, p.finish, p.title = v.pick(l.subjects), v.pick(l.places), v.pick(l.styles), v.name(p.chinese)
	for range 1 + v.IntN(3) {
		p.tags = append(p.tags, v.pick(tagWords))
	}
	return p
}

// prompt says a scene of the project in its language, now and then in both.
func (v *vocabulary) prompt(p project) string {
	if !p.chinese {
		return v.english(p)
	}
	text := v.chinese(p)
	if p.traditional {
		text = toTraditional.Replace(text)
	}
	if v.IntN(8) == 0 {
		text += " " + v.pick(english.styles) + ", " + v.pick(english.lights)
	}
	return text
}

func (v *vocabulary) english(p project) string {
	l := english
	var b strings.Builder
	subject, place := p.subject, p.place
	if v.IntN(5) < 2 {
		subject, place = v.pick(l.subjects), v.pick(l.places)
	}
	if v.IntN(3) == 0 {
		b.WriteString(v.pick(cameras) + " ")
	}
	if v.IntN(2) == 0 {
		b.WriteString(v.pick(l.shots) + " of ")
	}
	fmt.Fprintf(&b, "a %s %s %s %s", v.pick(l.qualities), subject, v.pick(l.doings), place)
	if v.IntN(3) == 0 {
		b.WriteString(" near " + v.name(false))
	}
	fmt.Fprintf(&b, ", %s, %s", v.pick(l.lights), p.finish)
	for n := v.ExpFloat64() * 1.6; n > 0 && b.Len() < 1800; n-- { // some people write much
		fmt.Fprintf(&b, ". The %s %s %s, %s, %s", v.pick(l.subjects), v.pick(l.doings), v.pick(l.places), v.pick(l.qualities), v.pick(l.lights))
		if v.IntN(4) == 0 {
			b.WriteString(" as " + v.name(false) + " watches")
		}
	}
	return b.String()
}

func (v *vocabulary) chinese(p project) string {
	l := chinese
	var b strings.Builder
	subject, place := p.subject, p.place
	if v.IntN(5) < 2 {
		subject, place = v.pick(l.subjects), v.pick(l.places)
	}
	if v.IntN(4) == 0 {
		b.WriteString(v.pick(cameras))
	}
	if v.IntN(2) == 0 {
		b.WriteString(v.pick(l.shots) + ",")
	}
	if v.IntN(3) == 0 {
		b.WriteString(v.name(true) + "的")
	}
	fmt.Fprintf(&b, "%s%s%s%s,%s,%s", v.pick(l.qualities), subject, place, v.pick(l.doings), v.pick(l.lights), p.finish)
	for n := v.ExpFloat64() * 1.6; n > 0 && b.Len() < 1800; n-- {
		fmt.Fprintf(&b, "。%s%s%s,%s", v.pick(l.subjects), v.pick(l.places), v.pick(l.doings), v.pick(l.lights))
	}
	return b.String()
}

// title is what a person calls a video.
func (v *vocabulary) title(p project) string {
	if p.chinese {
		return fmt.Sprintf("%s 第%d镜", p.title, 1+v.IntN(40))
	}
	return fmt.Sprintf("%s, take %d", p.title, 1+v.IntN(40))
}

func (v *vocabulary) note() string {
	if v.IntN(5) < 2 {
		return v.pick(notesChinese) + v.name(true)
	}
	return v.pick(notes) + " " + v.name(false)
}

// tags are some of the project's and some of all; many videos have none.
func (v *vocabulary) tags(p project) []string {
	if v.IntN(10) < 3 {
		return nil
	}
	var all []string
	add := func(tag string) {
		for _, t := range all {
			if t == tag {
				return
			}
		}
		all = append(all, tag)
	}
	for _, tag := range p.tags {
		if v.IntN(3) > 0 {
			add(tag)
		}
	}
	for range v.IntN(4) {
		add(v.pick(tagWords))
	}
	return all
}
