// Package wire is the one and only decoder of what GoTo Connect sends about calls: websocket
// messages, webhook deliveries, pages of states, reports, and files of any of these. Everything
// becomes a call.Event or a part of call.Report; no other package knows the vendor's JSON.
//
// A Decoder reads the bytes once, without reflection and without an intermediate tree. It is as
// strict as encoding/json about what is JSON, and lenient about what the JSON says: unknown members
// are skipped, unknown words are kept, a value of an unexpected kind counts as absent and is counted
// as odd. Member names are compared exactly, and of a repeated member the last one counts.
//
// Every text that leaves the package has gone through call.Clean, page markers excepted.
//
// The facts about the format are those of the vendor's guides 15 (Call Events) and 16 (Call Events
// Report) at developer.goto.com/guides/GoToConnect, and of recorded traffic.
package wire
