// Ringside is a live call desk in the terminal for GoTo Connect.
package main

import (
	"os"

	"ringside/ui/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
