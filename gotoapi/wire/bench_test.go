package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
)

// other gives a frame of the same length and texts in which each object differs from f's at its end, and takes
// its place among those that are remembered.
func other(f []byte) []byte {
	for _, change := range [][2]string{{`"9988776655443322110"`, `"9988776655443322111"`}, {`"PSTN"`, `"NSTP"`}, {`"executionId":"`, `"executionIt":"`}, {`"name":"Agent `, `"eman":"Agent `}} {
		f = bytes.ReplaceAll(f, []byte(change[0]), []byte(change[1]))
	}
	return f
}

// The same frames through three: this decoder, json.Valid as the measure of the machine, and
// encoding/json into structs as what one would write without it. The decoder reads them twice: "decode" when
// no object is the one that was there before, and "again" when each is.
func BenchmarkFrame(b *testing.B) {
	frames := map[string][]byte{"inbound_queue": fixture(b, "frames/inbound_queue.json")}
	for _, n := range []int{2, 5, 20} {
		frames[fmt.Sprintf("participants_%02d", n)] = bigFrame(7, n, 0)
	}
	frames["dial_plan"] = bigFrame(7, 1, 3)
	for name, f := range frames {
		decode := func(turns ...[]byte) func(b *testing.B) {
			return func(b *testing.B) {
				d := NewDecoder()
				b.SetBytes(int64(len(f)))
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					if _, err := d.Frame(turns[i%len(turns)]); err != nil {
						b.Fatal(err)
					}
				}
			}
		}
		b.Run(name+"/decode", decode(f, other(f)))
		b.Run(name+"/again", decode(f))
		b.Run(name+"/valid", func(b *testing.B) {
			b.SetBytes(int64(len(f)))
			for b.Loop() {
				if !json.Valid(f) {
					b.Fatal("not valid")
				}
			}
		})
		b.Run(name+"/unmarshal", func(b *testing.B) {
			b.SetBytes(int64(len(f)))
			b.ReportAllocs()
			for b.Loop() {
				var v stdFrame
				if err := json.Unmarshal(f, &v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkReport(b *testing.B) {
	f := fixture(b, "report.json")
	b.Run("decode", func(b *testing.B) {
		d := NewDecoder()
		b.SetBytes(int64(len(f)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := d.Report(f); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("valid", func(b *testing.B) {
		b.SetBytes(int64(len(f)))
		for b.Loop() {
			if !json.Valid(f) {
				b.Fatal("not valid")
			}
		}
	})
}

func BenchmarkRecording(b *testing.B) {
	var file []byte
	for i := range 1000 {
		file = append(append(file, bigFrame(i+1, 2, 1)...), '\n')
	}
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		stats, err := ReadRecording(bytes.NewReader(file), func(Frame, int) error { return nil })
		if err != nil || stats.Frames != 1000 {
			b.Fatal(stats, err)
		}
	}
}

// BenchmarkStrangers has no text come twice, so that nothing is found in the table.
func BenchmarkStrangers(b *testing.B) {
	d := NewDecoder()
	var frames [][]byte
	for i := range 2000 {
		frames = append(frames, bytesReplaceIDs(bigFrame(7, 5, 2), i))
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := d.Frame(frames[i%len(frames)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

// bytesReplaceIDs makes every UUID of a frame another one.
func bytesReplaceIDs(f []byte, n int) []byte {
	mark := fmt.Sprintf("-9%03x-", n&0xfff)
	for i := 0; i+36 < len(f); i++ {
		if f[i] == '"' && f[i+9] == '-' && f[i+14] == '-' && f[i+19] == '-' {
			copy(f[i+19:], mark)
		}
	}
	return f
}

type stdFrame struct {
	Event     string
	EventID   uint64
	Timestamp string
	Data      struct {
		Source, Type, Timestamp string
		TTL                     int
		Content                 struct {
			Metadata struct {
				ConversationSpaceID, Direction, AccountKey, CallCreated, CallInitiator, DialString string
			}
			State struct {
				SequenceNumber  uint64
				Type, Timestamp string
				Participants    []struct {
					ID, LegID, Originator string
					Status                struct{ Value string }
					Type                  struct {
						Value, LineID, DeviceID, ExtensionNumber, Name, Number, PhoneNumberID string
						Device                                                                struct {
							ID, Model string
							User      struct{ ID string }
						}
						Caller, Callee struct{ Name, Number string }
					}
				}
				Systems []struct {
					ID, Originator string
					Status         struct{ Value string }
					Type           struct {
						Value, DialPlanID, QueueID, QueueName string
						CurrentNode, PreviousNode             struct{ ID, Type, Result, Connector string }
						ConfiguredWrapUpDuration              int
					}
				} `json:"interactiveVoiceResponseSystems"`
			}
		}
	}
}
