package sqlite

import (
	"encoding/json"
	"fmt"

	"github.com/klauspost/compress/zstd"

	"ringside/store/call"
)

// press makes JSON and the service's own texts small. It also reads the states that were kept before they were
// packed (call.EventPacker), which were compressed against a sample of what they look like.
type press struct {
	in  *zstd.Encoder
	out *zstd.Decoder
}

// sampleID names the sample within what was compressed. A better one gets the next number; the ones
// before stay, for what is in the archive.
const sampleID = 1

// sample is what a state looks like (as encoding/json writes a call.Event).
const sample = `"Folder":"","Message":0,"Result":"SUCCESS"},"Status":6,"Node":{"ID":"AttendantPromptNode_1004","Type":"AttendantPromptNode","Option":"1","Result":"DIALED_OPTION","Via":"option_1"}}` +
	`{"Name":"","Number":""},"Called":false},"Status":4,"StatusText":"","Move":{"Initiator":{"Participant":"","Conversation":"","Extension":"1001","Name":"","Number":""},"Transferrer":{"Participant":"","Conversation":"","Extension":"","Name":"","Number":""},"Destination":{"Participant":"","Conversation":"","Extension":"","Name":"","Number":""}}},` +
	`{"Kind":1,"Source":0,"Received":"2026-11-02T09:00:00.123456789Z","Meta":{"ID":"0d1a2b3c-4d5e-6f70-8192-a3b4c5d6e7f8","Account":"1234567890123456789","Inbound":true,"Outbound":false,"Created":"2026-11-02T09:00:00Z","Initiator":"DIRECT","DialString":"","Associated":null,"HangupBy":""},` +
	`"Snapshot":{"Seq":1,"Stage":2,"At":"2026-11-02T09:00:00.123Z","Legs":[{"Participant":{"ID":"","LegID":"","Originator":"","Kind":2,"KindText":"","Name":"","Extension":"","LineID":"","DeviceID":"","Device":"","UserID":"","NumberID":"","Number":"+1","Outside":{"Name":"","Number":"+1"},"Called":false},"Status":3,"StatusText":"","Move":null},` +
	`{"Participant":{"ID":"","LegID":"","Originator":"","Kind":1,"KindText":"","Name":"","Extension":"1001","LineID":"","DeviceID":"","Device":"goto.clients","UserID":"","NumberID":"","Number":"","Outside":{"Name":"","Number":""},"Called":false},"Status":1,"StatusText":"","Move":null}],` +
	`"Systems":[{"System":{"ID":"","Originator":"","Kind":1,"KindText":"","PlanID":"","QueueID":"","QueueName":"","WrapUp":0,"BoxID":"","Number":"","Folder":"","Message":0,"Result":""},"Status":2,"Node":{"ID":"","Type":"","Option":"","Result":"","Via":""}}],"Recorded":0}}`

// mostPressed bounds what is unpacked: a report of an hours-long call is some megabytes.
const mostPressed = 256 << 20

// compressed is how everything begins that a press has made.
const compressed = "\x28\xb5\x2f\xfd"

func newPress() (*press, error) {
	in, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(1<<18), zstd.WithEncoderDictRaw(sampleID, []byte(sample)))
	if err != nil {
		return nil, err
	}
	out, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(mostPressed), zstd.WithDecoderDictRaw(sampleID, []byte(sample)))
	if err != nil {
		return nil, err
	}
	return &press{in, out}, nil
}

func (p *press) close() {
	p.in.Close() //nolint:errcheck // nothing is under way
	p.out.Close()
}

func (p *press) pack(b []byte) []byte { return p.in.EncodeAll(b, nil) }

func (p *press) unpack(b []byte) ([]byte, error) { return p.out.DecodeAll(b, nil) }

func (p *press) packJSON(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return p.pack(b), nil
}

func (p *press) unpackJSON(b []byte, v any) error {
	plain, err := p.unpack(b)
	if err != nil {
		return fmt.Errorf("unpacking: %w", err)
	}
	return json.Unmarshal(plain, v)
}

// packExtra packs what a report tells beside its states and its text.
func (p *press) packExtra(r *call.Report) ([]byte, error) {
	extra := *r
	extra.Events, extra.Raw, extra.Call = nil, nil, nil
	return p.packJSON(&extra)
}
