// Package sim is the simulated GoTo service: an [http.Handler] that speaks the wire format of
// GoTo Connect's OAuth, users, voice-admin, Notification Channel, Call Events, Call Events Report,
// Recording and (deprecated) Realtime APIs, with real websockets, fed by the telephone traffic of package world. The tests run
// against it, `ringside demo` runs on it without a port, and `ringside sim` serves it on loopback,
// where the vendor's own sample programs work with it once their host names are changed.
//
// One listener stands for all the service's hosts, since no path is used by two of them. URLs in
// answers keep the scheme and host of the request; websockets are wss behind TLS or
// X-Forwarded-Proto: https. Where the vendor says nothing, the behaviour is the assumption of
// goto-api.md section 10.
//
//	svc, err := sim.New(sim.Config{})
//	go svc.Run(ctx)                 // drives calls, lives and faults until ctx ends
//	http.Serve(listener, svc)       // a net.Listener, or memnet.Pipe inside a synctest bubble
//	fmt.Println(svc.Hello(baseURL)) // where to find what, and the client's secrets
//
// All time is that of package time, so the whole service obeys testing/synctest. It has one lock;
// every encoding is written with encoders of its own and shares nothing with ringside's decoder.
//
// # People
//
// /login lists the simulated people; choosing one is the whole log-in. The person at extension
// World.Me, who owns the personal access token, and the account's last person are super admins. To
// anybody else Call Events answers 403 UNAUTHORIZED within its 207.
//
// # Webhooks
//
// With [Config].Webhooks set, webhook channels can be made: the receiver is asked with OPTIONS first,
// notifications are then posted to it one by one as bare objects, signed when the channel has a
// sharedSecret, and repeated up to twice after a 5xx or 4 s of silence. 404 and 410 end the channel.
// The service wants https on port 443; this simulation also takes http, to loopback only.
//
// # The past
//
// With [world.Config].PastDays the account has finished calls of the days before it began: summaries and
// reports tell them as they tell those that end before one's eyes. They are made when asked for.
//
// # Recordings
//
// Every third call through a queue is recorded. Its ids are named when it ends; the sound can be had some
// seconds later, what was said later still, and the analysis of that last. Each changes the report, and a
// REPORT_SUMMARY_REVISION says so, as it does when somebody deletes a message. Sound and text lie behind
// addresses below /recording-store, which are good for 5 minutes and want no token.
//
// # Web calls
//
// A device can be made, an extension of the token's user be registered on it, and it is then one more
// telephone of that extension: whatever rings there rings the device too, and the person's other
// telephones are picked up by nobody but [Service.PickUp], since whoever registers a phone answers by hand.
// Calls of devices are calls of the world: Call Events, reports and truths tell them like all others, and the
// legId of a call object is that of its leg. Click to call rings the user's own telephone first. There are
// numbers to be tried ([world.TestNumbers]): *40 or +1 900 555 0140 speaks, *41 is busy, *42 is never answered, *43 is an
// echo, *44 plays music, *45 never sends any sound, *46 plays tones back, *47 presses keys, *48 fails, *49
// hangs up after three seconds, *50 loses sound on the way, *51 and *52 do so on a bad and on no way at all, *53 to *55 call
// back and are not to be answered at once, *56 cannot be dialled. Where the vendor says nothing: an extension that is registered already has the resultCode 409, a
// device of a known id is answered 409 while its channel lives, and verbs that do not fit a call's state
// are answered 409.
//
// Calls have real sound, over one UDP port on loopback ([Config].MediaIP) that is opened with the first of them:
// an ICE-lite answer in the forms of the vendor's guide ([Config].Answers), DTLS, Opus and telephone events.
// Far ends have voices of their own; whoever is on hold or waits hears music; what they hear pressed is kept
// ([Service.Tones]). With [Config].NoMedia offers are answered and lead nowhere, and nothing is opened.
//
// # Faults
//
// [Service.Faults] makes the service misbehave: rules for frames (drop, duplicate, reorder, delay,
// corrupt, oversize, close, half-open), for requests (answer, slow, garbage) and for calls (give-up: the caller is gone in the
// moment of the answer; never-sends; loss and jitter of the packets of sound), and events that happen at once (close, half-open, refresh-notice, to-be-closed,
// revoke-tokens, expire-tokens, channel-gone, unsubscribe, unregister). Each has a counter, so that a test can show
// that it struck.
//
// # The company's CRM
//
// Below /crm lies a small customer database of the simulated company, no part of GoTo: every caller with a
// company is in it, two people are on some numbers, some callers are not known, some have open tickets or
// an appointment, and one name tries to do harm to whoever shows it. Its API wants [Hello].CRM.Token as a
// bearer token and answers after [Config].CRMLatency, also 401, 404, 405 and 422 in a form of its own
// ({"error":"not_found","message":"…"}).
//
//	GET  /crm/api/contacts?phone=%2B12125550110   {"contacts":[…],"total":1}; with include=tickets the open ones too
//	POST /crm/api/contacts                        {"name":"…","company":"…","phones":["+1…"]}: 201 and the contact
//	GET  /crm/api/contacts/{id}                   one contact
//	GET  /crm/api/contacts/{id}/tickets           {"tickets":[…]}: the open ones; with state=all closed ones too
//
// Pages for people, without a token, each visit to which is logged ([Service].Visits, /_sim/crm/visits):
// /crm/contacts/{id}, /crm/tickets/{id}, and /crm/new?phone=… with a form that creates a contact.
//
// # Control
//
// Below /_sim the service is controlled with JSON and without a token. Errors are those of the API.
//
//	GET    /_sim/stats             counts: clients, frames, states, requests … ([Stats])
//	GET    /_sim/truth             {"items":[…]}: what really happens in each call kept
//	GET    /_sim/truth/{id}        the truth of one call
//	PUT    /_sim/speed             {"speed":10}: the world's seconds for each second
//	POST   /_sim/pick-up           {"extension":"1001"}: the extension's own telephone is answered
//	GET    /_sim/faults            {"rules":[…],"fired":{"drop":3}}
//	POST   /_sim/faults            {"kind":"drop","probability":0.1} or "every":5, with "count", "source";
//	                               {"kind":"delay","delay":"3s"}, {"kind":"oversize","size":5000000},
//	                               {"kind":"close","code":1012}, {"kind":"half-open","count":1},
//	                               {"kind":"answer","status":503,"path":"/call-events/","count":3};
//	                               {"kind":"answer","status":429,"path":"/web-calls/v1/calls/*/answer"};
//	                               {"kind":"loss","probability":0.05}, {"kind":"jitter","delay":"50ms"},
//	                               {"kind":"never-sends","count":1}, {"kind":"give-up","count":1};
//	                               {"kind":"slow","delay":"5s","path":"/crm/api/"}, {"kind":"garbage","path":"/crm/api/"};
//	                               with "now":true it happens once and is no rule: {"kind":"to-be-closed","now":true}
//	DELETE /_sim/faults            takes all rules out
//	DELETE /_sim/faults/{id}       takes one out
//	GET    /_sim/crm/visits        {"items":[…]}: visits to the CRM's pages ([Visit])
//	DELETE /_sim/crm/visits        forgets them
package sim
