package sqlite

import (
	"path/filepath"
	"testing"

	"ringside/store/archive"
	"ringside/store/archive/contract"
)

func TestContractOnDisk(t *testing.T) {
	contract.Run(t, func(t *testing.T) archive.Archive { return open(t, filepath.Join(t.TempDir(), "calls.db")) })
}

func TestContractInMemory(t *testing.T) {
	contract.Run(t, func(t *testing.T) archive.Archive { return open(t, "") })
}
