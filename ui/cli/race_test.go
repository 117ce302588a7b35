//go:build race

package cli

// raceDetector says that the race detector is in: long simulations are shorter then.
const raceDetector = true
