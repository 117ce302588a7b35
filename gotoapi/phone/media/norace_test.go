//go:build !race

package media

const race = false
