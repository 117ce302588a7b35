package call

// What the tests of recorded calls, which must read the wire and so stand outside, need of the inside.
var (
	LawOfLanes   = lawOfLanes
	LawOfLadder  = lawOfLadder
	LawOfPacking = lawOfPacking
	LanesText    = lanesText
	LadderText   = ladderText
)
