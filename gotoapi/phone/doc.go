// Package phone makes this program one more telephone of an extension, over the Web Calls API
// (goto-api.md 6, the vendor's guide 17): it keeps the registration, rings, dials, answers and moves
// calls, and publishes what it knows as views of store/phone.
//
// What the service tells arrives on a notification channel of the phone's own, kept by
// gotoapi/stream. Sound is somebody else's: see Engine. In both directions the phone offers a session
// description and the service answers it.
//
// The goroutines, all ended and waited for when Run returns: Run's own; the stream's; the clock, which
// does what is due; and, for each call, one that prepares its sound and one that watches it.
package phone
