package atlas

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSubmissions(t *testing.T) {
	page := Submission{ID: "pred_abc123", Status: "processing", Model: "model-name", RequestID: "req_header"}
	for name, want := range map[string]Submission{
		"envelope":             {ID: "pred_abc123", Status: "processing", Model: hailuo, RequestID: "req_body"},
		"page":                 page,
		"prediction-id":        {ID: "pred_abc123"},
		"prediction-id-nested": {ID: "81234567890123456789"},
		"accepted-500":         {ID: "pred_abc123", Status: "starting"},
	} {
		for kind, path := range map[string]string{"video": "generateVideo", "image": "generateImage"} {
			s := answering(t, "submit/"+name)
			c, _ := client(t, s.URL)
			got, err := c.Submit(t.Context(), kind, hailuo, map[string]any{"prompt": "a shell", "duration": 6})
			_, want.Raw = golden(t, "submit/"+name)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
			asked(t, s, "POST /api/v1/model/"+path)
			if body := s.bodies[0]; body != `{"duration":6,"model":"minimax/hailuo-02/standard","prompt":"a shell"}` {
				t.Errorf("%s: sent %s", name, body)
			}
			if r := s.asked[0]; r.Header.Get("Authorization") != "Bearer "+testKey || r.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%s: head %v", name, r.Header)
			}
		}
	}
}

func TestPredictions(t *testing.T) {
	began, ended := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2025, 1, 1, 0, 0, 10, 0, time.UTC)
	price := int64(230_000)
	page := Prediction{Status: "completed", Phase: Succeeded, Outputs: []string{result}, PredictTime: 45.2, CreatedAt: began, CompletedAt: ended}
	top := page
	top.RequestID, top.Model = "req_header", "model-name"
	failed := Prediction{Status: "failed", Phase: Failed, Error: "The model ran out of memory"}
	for name, want := range map[string]Prediction{
		"page":     page,
		"page-top": top,
		"settled": {
			Status: "succeeded", Phase: Succeeded, Model: "minimax/hailuo-02/standard", PredictTime: 45.2, NSFW: []bool{false, true}, Price: &price, RequestID: "req_data",
			Outputs:   []string{"https://storage.atlascloud.ai/outputs/a.mp4", "https://storage.atlascloud.ai/outputs/b.mp4"},
			CreatedAt: began, CompletedAt: ended,
		},
		"outputs-null":    {Status: "processing", Phase: Running, CreatedAt: began},
		"output-string":   {Status: "success", Phase: Succeeded, Outputs: []string{result}},
		"output-list":     {Status: "Succeeded", Phase: Succeeded, Outputs: []string{result}},
		"output-objects":  {Status: "completed", Phase: Succeeded, Outputs: []string{result}},
		"odd-figures":     {Status: "completed", Phase: Succeeded, Outputs: []string{result}},
		"unknown-word":    {Status: "Warming-Up", Phase: Running},
		"failed-200":      {Status: "failed", Phase: Failed, Error: "The input was flagged as sensitive", ErrorCode: "1039"},
		"failed-object":   {Status: "error", Phase: Failed, Error: "The input was flagged as sensitive", ErrorCode: "1039"},
		"failed-400":      {Status: "failed", Phase: Failed, Error: "The first frame could not be read", CreatedAt: began, RequestID: "req_header"},
		"failed-500":      failed,
		"failed-500-top":  failed,
		"failed-code-500": failed,
		"timeout":         {Status: "TIMEOUT", Phase: Failed, Error: "took too long"},
		"canceled":        {Status: "Cancelled", Phase: Canceled},

		"negative-figures":    {Status: "completed", Phase: Succeeded, Outputs: []string{result}},
		"failed-500-nameless": failed,
	} {
		s := answering(t, "prediction/"+name)
		c, _ := client(t, s.URL)
		got, err := c.Prediction(t.Context(), "pred_abc123")
		_, want.Raw = golden(t, "prediction/"+name)
		if want.ID = "pred_abc123"; strings.HasSuffix(name, "nameless") {
			want.ID = ""
		}
		got.CreatedAt, got.CompletedAt = got.CreatedAt.UTC(), got.CompletedAt.UTC()
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v, %v\nwant %+v", name, got, err, want)
		}
		asked(t, s, "GET /api/v1/model/prediction/pred_abc123")
	}
}

func TestStatusWords(t *testing.T) {
	for word, want := range map[string]Phase{
		"processing": Running, "starting": Running, "created": Running, "queued": Running, "pending": Running,
		"in_queue": Running, "running": Running, "": Running, "завершено": Running,
		"completed": Succeeded, "succeeded": Succeeded, "success": Succeeded, " COMPLETED ": Succeeded,
		"failed": Failed, "error": Failed, "timeout": Failed, "Failed": Failed,
		"canceled": Canceled, "cancelled": Canceled, "CANCELED": Canceled,
	} {
		if got := (Prediction{Status: word}).phaseOf(); got != want {
			t.Errorf("%q: %v, want %v", word, got, want)
		}
	}
}

// TestUnknownWords: of a word that nobody knows, what came with it tells how the run stands.
func TestUnknownWords(t *testing.T) {
	for body, want := range map[string]Phase{
		`{"data":{"id":"pred_abc123","status":"done","outputs":["https://a.test/x.mp4"]}}`:                    Succeeded,
		`{"data":{"id":"pred_abc123","status":"finished","output":{"video":{"url":"https://a.test/x.mp4"}}}}`: Succeeded,
		`{"data":{"id":"pred_abc123","status":"rejected","outputs":null,"error":"not like this"}}`:            Failed,
		`{"id":"pred_abc123","status":"rejected","error":{"message":"not like this"}}`:                        Failed,
		`{"data":{"id":"pred_abc123","status":"expired","outputs":null,"error":""}}`:                          Running,
		`{"data":{"id":"pred_abc123","status":"expired","outputs":[],"error":null}}`:                          Running,
		`{"data":{"id":"pred_abc123","status":"processing","outputs":["https://a.test/preview.jpg"]}}`:        Running,
		`{"data":{"id":"pred_abc123","status":"queued","error":"a worker was lost, trying another"}}`:         Running,
		`{"data":{"id":"pred_abc123","status":"warming","error":0}}`:                                          Running,
		`{"data":{"id":"pred_abc123","status":"warming","error":"0"}}`:                                        Running,
		`{"data":{"id":"pred_abc123","status":"warming","error":" "}}`:                                        Running,
		`{"data":{"id":"pred_abc123","status":"warming","error":"None"}}`:                                     Running,
		`{"data":{"id":"pred_abc123","status":"warming","error":"null"}}`:                                     Running,
		`{"data":{"id":"pred_abc123","status":"warming","error":{"code":0,"message":""}}}`:                    Running,
		`{"data":{"id":"pred_abc123","status":"warming","error":false}}`:                                      Running,
		`{"data":{"id":"pred_abc123","outputs":["https://a.test/x.mp4"]}}`:                                    Succeeded,
		`{"id":"pred_abc123","output":{"url":"https://a.test/x.mp4"}}`:                                        Succeeded,
		`{"data":{"id":"pred_abc123","status":null,"outputs":["https://a.test/x.mp4"]}}`:                      Succeeded,
		`{"data":{"id":"pred_abc123","state":"completed","outputs":["https://a.test/x.mp4"]}}`:                Succeeded,
		`{"data":{"id":"pred_abc123","state":"processing","outputs":["https://a.test/x.jpg"]}}`:               Running,
		`{"data":[{"id":"pred_abc123","status":"completed","outputs":["https://a.test/x.mp4"]}]}`:             Succeeded,
		`[{"id":"pred_abc123","status":"failed","error":"not like this"}]`:                                    Failed,
	} {
		got, err := answer{status: 200, body: []byte(body)}.prediction("pred_abc123")
		if err != nil || got.Phase != want {
			t.Errorf("%s: %v, %v; want %v", body, got.Phase, err, want)
		}
	}
}

// TestNoVerdict: only an answer about the run can end it.
func TestNoVerdict(t *testing.T) {
	for _, body := range []string{`{"status":"error","message":"upstream unavailable"}`, `{"status":"failed","error":"rate limit"}`, `{"status":"unauthorized","error":"no"}`, `{"id":"gateway-7","status":"error"}`} {
		for _, status := range []int{200, 400, 500, 502} {
			if got, err := (answer{status: status, body: []byte(body)}).prediction("pred_abc123"); err == nil {
				t.Errorf("%d %s: %+v", status, body, got)
			}
		}
	}
}

// TestOthersVerdict: what an answer says of another run, or with a word that nobody knows beside an outage, ends none.
func TestOthersVerdict(t *testing.T) {
	for _, a := range []answer{
		{status: 200, body: []byte(`{"data":{"id":"pred_other","status":"failed","error":"not like this"}}`)},
		{status: 200, body: []byte(`{"data":{"id":"pred_other","status":"canceled"}}`)},
		{status: 200, body: []byte(`{"data":{"id":"pred_other","status":"rejected","error":"not like this"}}`)},
		{status: 500, body: []byte(`{"code":500,"data":{"id":"pred_other","status":"failed","error":"not like this"}}`)},
		{status: 200, body: []byte(`{"code":500,"data":{"id":"pred_other","status":"failed","error":"not like this"}}`)},
		{status: 502, body: []byte(`{"code":502,"data":{"id":"pred_abc123","status":"unavailable","error":"upstream"}}`)},
		{status: 500, body: []byte(`{"code":500,"data":{"status":"unavailable","error":"upstream"}}`)},
		{status: 200, body: []byte(`{"code":503,"data":{"status":"busy","error":"upstream"}}`)},
	} {
		if got, err := a.prediction("pred_abc123"); err == nil {
			t.Errorf("%d %s: %+v", a.status, a.body, got)
		}
	}
}

// TestReceiptInList: a run that was accepted is known by its id in whatever form the receipt comes.
func TestReceiptInList(t *testing.T) {
	for _, body := range []string{`{"code":200,"data":[{"id":"pred_abc123","status":"processing"}]}`, `[{"predictionId":"pred_abc123"}]`} {
		if got, err := (answer{status: 200, body: []byte(body)}).submission(); err != nil || got.ID != "pred_abc123" {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
	if got, err := (answer{status: 200, body: []byte(`{"code":200,"data":[{"id":"a"},{"id":"b"}]}`)}).submission(); err == nil {
		t.Errorf("which of two: %+v", got)
	}
}

func TestOutputs(t *testing.T) {
	const a, b, c = "https://a.test/a.mp4", "https://a.test/b.png?sig=%20x&y=1", "http://127.0.0.1:8080/c.webm"
	for data, want := range map[string][]string{
		`"outputs":["` + a + `"]`:                 {a},
		`"outputs":{"video":{"url":"` + a + `"}}`: {a},
		`"outputs":{"url":"` + a + `"}`:           {a},
		`"outputs":[{"video_url":"` + a + `"}]`:   {a},
		`"outputs":[{"video":[{"file":{"href":"` + a + `"}}],"cover":"` + b + `"},"` + c + `"]`: {a, b, c},
		`"outputs":{"z":"` + a + `","a":"` + b + `"}`:                                           {a, b},
		`"outputs":["` + a + `",{"url":"` + a + `"},"` + b + `"]`:                               {a, b},
		`"output":"` + a + `"`:                        {a},
		`"outputs":null,"output":{"mp4":"` + a + `"}`: {a},
		`"outputs":[],"files":[{"url":"` + a + `"}]`:  {a},
		`"outputs":["a poem about https, of two words","` + a + `","data:video/mp4;base64,AAAA","file:///etc/passwd","https://","//a.test/x",7,true,null]`: {a},
		`"outputs":[" ` + a + `\n"]`:                      {a},
		`"outputs":["a poem"]`:                            nil,
		`"outputs":null`:                                  nil,
		`"outputs":"",` + `"input":{"image":"` + b + `"}`: nil,
		`"urls":{"get":"` + b + `"}`:                      nil,
	} {
		got, err := answer{status: 200, body: []byte(`{"data":{"id":"x","status":"completed",` + data + `}}`)}.prediction("x")
		if err != nil || !slices.Equal(got.Outputs, want) {
			t.Errorf("%s: %q, %v", data, got.Outputs, err)
		}
	}
}

func TestUploadAddresses(t *testing.T) {
	for _, name := range []string{"page", "filename", "url", "url-nested"} {
		s := answering(t, "upload/"+name)
		c, _ := client(t, s.URL)
		got, err := c.Upload(t.Context(), "image.png", "image/png", 4, opening("\x89PNG"), nil)
		if err != nil || got != stored {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		asked(t, s, "POST /api/v1/model/uploadMedia")
	}
}

func TestModels(t *testing.T) {
	s := answering(t, "models/list")
	c, _ := client(t, s.URL, func(o *Options) { o.Key = nil })
	got, err := c.Models(t.Context())
	standard, still := int64(230_000), int64(40_000)
	want := []Model{
		{
			ID: hailuo, Type: "Video", Name: "Hailuo 02 Standard", Family: "Hailuo Video Models", Profile: "MiniMax's next-generation AI video model",
			SchemaURL: "https://static.atlascloud.ai/model/schema/minimax-hailuo-02-standard.json", Tags: []string{"image-to-video", "new"}, BasePrice: &standard, Displayed: true,
		},
		{ID: "acme/still", Type: "Image", Name: "Still", BasePrice: &still},
		{ID: "acme/talk", Type: "Text", Displayed: true},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	asked(t, s, "GET /api/v1/models")

	c, _ = client(t, answering(t, "models/bare").URL)
	if got, err := c.Models(t.Context()); err != nil || len(got) != 1 || got[0].ID != "acme/still" || got[0].BasePrice != nil {
		t.Errorf("bare list: %+v, %v", got, err)
	}
}

func TestSchema(t *testing.T) {
	s := answering(t, "models/schema")
	c, _ := client(t, s.URL)
	got, err := c.Schema(t.Context(), s.URL+"/model/schema/minimax-hailuo-02-standard.json")
	if _, want := golden(t, "models/schema"); err != nil || string(got) != string(want) {
		t.Errorf("%s, %v", got, err)
	}
	asked(t, s, "GET /model/schema/minimax-hailuo-02-standard.json")
}

func TestQuotes(t *testing.T) {
	for name, want := range map[string]Quote{
		"strings": {Price: 230_000, OriginPrice: 280_000, Discount: "82%"},
		"numbers": {Price: 230_000, OriginPrice: 280_000, Discount: "0.82", Estimated: true},
		"top":     {Price: 1, OriginPrice: 1},
	} {
		s := answering(t, "quote/"+name)
		c, _ := client(t, s.URL)
		if got, err := c.Quote(t.Context(), hailuo, map[string]any{"duration": 10}); err != nil || got != want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		asked(t, s, "POST /api/v1/model/calculate")
		if s.bodies[0] != `{"duration":10,"model":"minimax/hailuo-02/standard"}` {
			t.Errorf("%s: sent %s", name, s.bodies[0])
		}
	}
}

func TestBalances(t *testing.T) {
	for name, want := range map[string]Balance{
		"page":   {Available: 125_500_000, Currency: "USD"},
		"nested": {Available: 125_500_000, Currency: "USD"},
		"plain":  {Available: 125_500_000, Currency: "USD"},
		"owing":  {Available: -500_000, Currency: "USD"},
	} {
		s := answering(t, "balance/"+name)
		c, _ := client(t, s.URL)
		if got, err := c.Balance(t.Context()); err != nil || got != want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		asked(t, s, "GET /public/v1/balance")
	}
}

func TestCosts(t *testing.T) {
	start := time.Date(2025, 1, 1, 1, 0, 0, 0, time.FixedZone("", 2*60*60)) // still the last day of 2024 in UTC
	for name, want := range map[string]int64{"buckets": 270_000, "plain": 270_000, "none": 0} {
		s := answering(t, "costs/"+name)
		c, _ := client(t, s.URL)
		if got, err := c.Costs(t.Context(), start, start.AddDate(0, 0, 2)); err != nil || got != want {
			t.Errorf("%s: %d, %v", name, got, err)
		}
		asked(t, s, "GET /public/v1/model-costs?end_date=2025-01-02&start_date=2024-12-31")
	}
}
