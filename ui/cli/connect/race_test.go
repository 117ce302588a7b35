//go:build race

package connect

// raceDetector says that the race detector is in: the long simulations are shorter then. It keeps
// what it has seen of every goroutine, and crashes itself when that is too much; the full lengths run
// without it (.ci/run).
const raceDetector = true
