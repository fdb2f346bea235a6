// Package private keeps what the programs write from the other users of the machine: files get the
// mode 0600 and folders 0700, whatever umask the program was started with.
//
//	main ──Files──▶ umask 077 ──▶ databases, keys, mails, the bus's files
//	start ──Check──▶ a line in the log for each that an earlier version left open to others
package private

import (
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
)

// others are the permissions of all but the owner.
const others = 0o077

// mostWarnings bounds the lines that Check writes.
const mostWarnings = 10

// Files gives all files that the program makes from now on to their owner alone. The umask reaches
// the files of libraries too: SQLite's, NATS's, the mails'.
func Files() { syscall.Umask(others) }

// Check writes to the log where others than the owner may use the data folder, the files of these
// patterns in it, and all that is below them. It changes no mode: whoever widened one may have had a
// reason.
func Check(log *slog.Logger, dataDir string, patterns ...string) {
	c := check{log: log, run: "chmod -R go= " + dataDir}
	if info, err := os.Stat(dataDir); err == nil {
		_ = c.look(dataDir, info)
	}
	for _, pattern := range patterns {
		roots, _ := filepath.Glob(filepath.Join(dataDir, pattern))
		for _, root := range roots {
			_ = filepath.WalkDir(root, c.visit)
		}
	}
}

type check struct {
	log   *slog.Logger
	run   string
	found int
}

// visit is a step of a walk. What cannot be read is not open to others either.
func (c *check) visit(path string, entry fs.DirEntry, err error) error {
	if err != nil {
		return nil
	}
	info, err := entry.Info()
	if err != nil {
		return nil
	}
	return c.look(path, info)
}

func (c *check) look(path string, info fs.FileInfo) error {
	if c.found == mostWarnings {
		return fs.SkipAll
	}
	if info.Mode()&fs.ModeSymlink == 0 && info.Mode().Perm()&others != 0 {
		c.found++
		c.log.Warn("other users of this machine can use this path", "path", path,
			"mode", fmt.Sprintf("%04o", info.Mode().Perm()), "run", c.run)
	}
	return nil
}
