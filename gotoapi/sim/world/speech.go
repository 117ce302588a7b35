package world

import "strings"

// dialogue chooses what is said in a recorded call, by its queue.
func (c *call) dialogue() dialogue {
	var fit []dialogue
	for _, d := range dialogues() {
		if d.queue == c.truth.queue || d.queue == "" {
			fit = append(fit, d)
		}
	}
	return fit[c.lot(lotDialogue, int64(len(fit)))]
}

// named puts the names of agent and caller into a line.
func (c *call) named() *strings.Replacer {
	agent, _, _ := strings.Cut(c.legs[c.recordLeg].who.line.Name, " ")
	caller := ""
	for _, k := range c.w.floor.callers {
		if k.Number == c.truth.from.Number && k.Company != "" {
			caller, _, _ = strings.Cut(k.Name, " ")
		}
	}
	if caller == "" { // what a network shows is no name to call somebody by
		return strings.NewReplacer("{agent}", agent, ", {caller} here.", ".", "{caller} here, ", "", "This is {caller}. ", "",
			"it's {caller} again", "it's me again", ", {caller}.", ".", " {caller}.", "")
	}
	return strings.NewReplacer("{agent}", agent, "{caller}", caller)
}

// speech is what is said between the answer and the end of a recorded call. A talk that ends early
// breaks off; in one that lasts, the waits are long.
func (c *call) speech() []Utterance {
	d, names := c.dialogue(), c.named()
	total := c.endedAt - c.recordAt
	lengths, sum, waits := make([]int64, len(d.lines)), int64(600), int64(0)
	for i, l := range d.lines {
		words := int64(strings.Count(l.text, " ") + 1)
		lengths[i] = 300 + words*(230+c.lot(lotSpeech+uint64(i), 90))
		sum += lengths[i] + c.pause(i)
		if l.wait {
			waits++
		}
	}
	slack := max(total-sum-500, 0) / max(waits, 1)
	var out []Utterance
	at := int64(600)
	for i, l := range d.lines {
		if at+lengths[i] > total {
			break
		}
		out = append(out, Utterance{
			Type: "utterances", Transcript: names.Replace(l.text), Final: true,
			StartMS: at, EndMS: at + lengths[i], Channel: i % 2, Language: "en-US",
		})
		at += lengths[i] + c.pause(i)
		if l.wait {
			at += slack
		}
	}
	return out
}

// pause is the silence after line i; now and then the next one begins while it is still being said.
func (c *call) pause(i int) int64 { return c.lot(lotPause+uint64(i), 1100) - 150 }

// Analysis is what the service makes of a talk.
type Analysis struct {
	Sentiment string   `json:"sentiment"` // POSITIVE, NEGATIVE, NEUTRAL
	Summary   string   `json:"summary"`
	Topics    []string `json:"topics"`
	Flags     []string `json:"flags"`
}

// analysis is what a report says of the talk by now; nil for nothing.
func (c *call) analysis(now int64) *Analysis {
	if at := c.analysedAt(); at == 0 || at > now {
		return nil
	}
	d := c.dialogue()
	return &Analysis{Sentiment: d.sentiment, Summary: d.summary, Topics: d.topics, Flags: []string{}}
}
