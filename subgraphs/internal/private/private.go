// Package private protects the shop's files from other users of the machine. Files get the mode
// 0600 and folders 0700, whatever the umask of the program was at its start.
//
//	main ──Files──▶ umask 077 ──▶ databases, keys, mails, the bus's files
//	start ──Check──▶ a log line for each file or folder that other users can access
package private

import (
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
)

// others is the mask of the permissions of everyone but the owner.
const others = 0o077

// maxWarnings limits the lines that Check logs.
const maxWarnings = 10

// Files makes every file that the program creates from now on accessible to its owner only. The
// umask also applies to files that libraries create: SQLite's, NATS's and mails.
func Files() { syscall.Umask(others) }

// Check logs which paths users other than the owner can access: of the data folder itself, the
// paths in it that match the patterns, and everything below them. It changes no mode, because
// somebody may have set it on purpose.
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

// visit checks one path. It skips a path that it cannot read, which others cannot read either.
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
	if c.found == maxWarnings {
		return fs.SkipAll
	}
	if info.Mode()&fs.ModeSymlink == 0 && info.Mode().Perm()&others != 0 {
		c.found++
		c.log.Warn("other users of this machine can use this path", "path", path,
			"mode", fmt.Sprintf("%04o", info.Mode().Perm()), "run", c.run)
	}
	return nil
}
