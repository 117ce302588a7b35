//go:build race

package media

const race = true
