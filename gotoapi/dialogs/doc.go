// Package dialogs is another way in: the calls of single lines over the Realtime interface, for
// agents who may not read the whole account (goto-api.md 7; the vendor's first screen-pop tutorial).
//
// The interface tells of legs: this line, on this telephone, rings, is joined, is parted, is gone.
// A Source makes numbered snapshots of calls of them, in the form in which Call Events come, so that
// the same board and the same card show them. The numbers are ours: the messages of one socket are in
// order, so each call counts from 1, and from 2 when its beginning was not seen.
//
// What it cannot know it does not say: which queue a caller waited in, who else was rung, who put
// whom on hold, who hung up, and what was up before it came.
package dialogs
