package world

// lot draws a number of [0, n) that belongs to a call and to one use of it. It takes nothing from the
// call's source of chance, so that what is told of a call later does not change the calls after it.
func (c *call) lot(use uint64, n int64) int64 {
	return int64(mix(c.seed^mix(use)) % uint64(n))
}

// The uses of lots.
const (
	lotUpload uint64 = iota + 1
	lotTranscript
	lotAnalysis
	lotMailTwice
	lotMailDeleted
	lotMailDeletedAt
	lotMailDeletedIn
	lotDialogue
	lotReturn
	lotReturnAfter
	lotSpeech = 1 << 32 // and above: one for each utterance
	lotPause  = 2 << 32 // the same
)
