// Package seed makes libraries to measure with: as many videos as wanted, as a studio's years leave them. The same
// seed gives the same rows on every machine.
package seed

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"conch/backend/fault"
	"conch/backend/generation"
)

// Service is whose runs these are.
const Service = "https://api.atlascloud.ai"

// Options say which library.
type Options struct {
	Seed  uint64
	Count int // of videos
}

// Piece is one run and, unless it failed, its video with what a person did to it.
type Piece struct {
	Run   generation.Generation
	Video *generation.Video // Path and Bytes are the folder's to say; nil: the run failed
	Clip  string            // which of the simulator's films its file is
	Marks Marks
}

// Marks are a person's.
type Marks struct {
	Rating int    // 0 to 5
	Label  string // a colour, or ""
	Notes  string
	Tags   []string
	From   string // the id of the video whose last frame this one began with, or that it varies
	Again  bool   // the same prompt, model and pictures as the one before
}

// Pieces are the library from the oldest to the newest; Count of them have a video.
func Pieces(o Options) iter.Seq[Piece] {
	return func(yield func(Piece) bool) {
		rng := rand.New(rand.NewPCG(o.Seed, 0))
		s := &studio{rng: rng, words: newVocabulary(rng, o.Seed)}
		for at := range moments(o) {
			for s.rng.Float64() < 0.06 { // a failed run and its repetition
				if !yield(s.failed(at.Add(-90 * time.Second))) {
					return
				}
			}
			if !yield(s.made(at)) {
				return
			}
		}
	}
}

// studio is what a person has in mind while they work.
type studio struct {
	rng     *rand.Rand
	words   *vocabulary
	project project
	left    int // videos of the project to come
	last    request
	repeats int                // of the last request to come
	recent  []generation.Video // to go on from
}

// request is what is asked for, and how it came about.
type request struct {
	generation.Request
	side, seconds int
	price         generation.Money
	from          string
}

func (s *studio) made(at time.Time) Piece {
	again := s.repeats > 0
	if again {
		s.repeats--
	} else {
		s.last = s.ask()
	}
	r := s.last
	id := s.id(at)
	took := time.Duration(40+s.rng.ExpFloat64()*70) * time.Second
	g := s.run(id, at, r)
	g.State, g.CompletedAt = generation.Done, at.Add(took).UnixMilli()
	g.EndedAt = g.CompletedAt + 2500
	g.PredictTime = took.Seconds()
	if s.rng.Float64() < 0.9 {
		charged := r.price
		if s.rng.Float64() < 0.05 {
			charged = r.price * 3 / 4
		}
		g.Charged = &charged
	}
	v := &generation.Video{
		ID: uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "conch:%s:0", id)).String(), GenerationID: id, PredictionID: g.PredictionID, Service: Service,
		Name: s.name(r.Prompt()), Prompt: r.Prompt(), Model: r.Model, Params: r.Params, Pictures: r.Pictures, Width: (r.side*16/9 + 1) &^ 1, Height: r.side,
		Duration: int64(r.seconds) * 1000, FrameRate: 25, Cost: g.Charged, Price: g.Price, Favourite: s.rng.Float64() < 0.07, HasPoster: true, CreatedAt: g.CreatedAt,
	}
	g.Videos = []string{v.ID}
	if s.recent = append(s.recent, *v); len(s.recent) > 40 {
		s.recent = s.recent[1:]
	}
	return Piece{Run: g, Video: v, Clip: s.clip(r), Marks: s.marks(r, again)}
}

func (s *studio) failed(at time.Time) Piece {
	r := s.ask()
	g := s.run(s.id(at), at, r)
	g.State, g.EndedAt = generation.Failed, at.Add(35*time.Second).UnixMilli()
	rule := "run_failed"
	if s.rng.IntN(3) == 0 {
		rule = "run_moderated"
	}
	g.Fault = fault.ToWire(fault.New(rule, fault.Args{"reason": "code 1039."}))
	return Piece{Run: g}
}

func (s *studio) run(id string, at time.Time, r request) generation.Generation {
	return generation.Generation{
		ID: id, Service: Service, Request: r.Request, PredictionID: fmt.Sprintf("%016x", s.rng.Uint64()), ServiceStatus: "completed",
		Price: &generation.Price{Amount: r.price, Source: generation.FromQuote}, Dismissed: true, Attempt: 1, CreatedAt: at.UnixMilli(), SubmittedAt: at.UnixMilli() + 900,
	}
}

// id is a UUIDv7 of the seed's making.
func (s *studio) id(at time.Time) string {
	var id uuid.UUID
	ms := at.UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	for i := 6; i < len(id); i++ {
		id[i] = byte(s.rng.Uint32())
	}
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80
	return id.String()
}

// model is one of those that a person chooses between.
type model struct {
	id            string
	share         int // of a hundred
	picture, long bool
	side          int
	six, ten      generation.Money
}

var models = []model{
	{"minimax/hailuo-02/t2v-standard", 38, false, true, 768, 230_000, 560_000},
	{"minimax/hailuo-02/standard", 27, true, true, 768, 230_000, 560_000},
	{"minimax/hailuo-02/fast", 14, true, true, 768, 100_000, 190_000},
	{"minimax/hailuo-02/t2v-pro", 9, false, false, 1080, 490_000, 0},
	{"minimax/hailuo-02/i2v-pro", 7, true, false, 1080, 490_000, 0},
	{"minimax/hailuo-2.3/t2v-standard", 5, false, true, 768, 280_000, 560_000},
}

// ask makes the next request: of the project at hand, or of a new one.
func (s *studio) ask() request {
	if s.left--; s.left < 0 {
		s.project, s.left = s.words.project(), int(s.rng.ExpFloat64()*25)
	}
	m, at := models[0], s.rng.IntN(100)
	for _, m = range models {
		if at -= m.share; at < 0 {
			break
		}
	}
	r := request{side: m.side, seconds: 6, price: m.six}
	r.Model, r.Params = m.id, map[string]any{"prompt": s.words.prompt(s.project), "enable_prompt_expansion": s.rng.IntN(4) == 0}
	if m.long && s.rng.IntN(100) < 22 {
		r.seconds, r.price = 10, m.ten
	}
	if m.long {
		r.Params["duration"] = r.seconds
	}
	if m.picture {
		r.Pictures = map[string]string{"image": fmt.Sprintf("%016x%016x", s.rng.Uint64(), s.rng.Uint64())}
		if len(s.recent) > 0 && s.rng.IntN(3) == 0 {
			r.from = s.recent[s.rng.IntN(len(s.recent))].ID
		}
	}
	if s.rng.Float64() < 0.18 {
		s.repeats = 1 + s.rng.IntN(5)
	} else {
		s.repeats = 0
	}
	return r
}

// clips are the simulator's films by height and seconds.
var clips = map[int]map[int][]string{
	768:  {6: {"dusk", "sea", "aurora", "ink"}, 10: {"dusk", "sea", "aurora", "ink"}},
	1080: {6: {"dusk", "aurora"}},
}

func (s *studio) clip(r request) string {
	scenes := clips[r.side][r.seconds]
	return fmt.Sprintf("%s-%d-%d.mp4", scenes[s.rng.IntN(len(scenes))], r.side, r.seconds)
}

var labels = []string{"red", "orange", "yellow", "green", "blue", "purple"}

func (s *studio) marks(r request, again bool) Marks {
	m := Marks{From: r.from, Again: again, Tags: s.words.tags(s.project)}
	if s.rng.IntN(100) < 30 {
		m.Rating = 1 + max(s.rng.IntN(5), s.rng.IntN(5))
	}
	if s.rng.IntN(100) < 10 {
		m.Label = labels[s.rng.IntN(len(labels))]
	}
	if s.rng.IntN(100) < 6 {
		m.Notes = s.words.note()
	}
	return m
}

// name is the prompt's beginning, as Conch gives it, or what a person called it.
func (s *studio) name(prompt string) string {
	if s.rng.IntN(100) < 15 {
		return s.words.title(s.project)
	}
	const longest = 60
	if runes := []rune(prompt); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return prompt
}
