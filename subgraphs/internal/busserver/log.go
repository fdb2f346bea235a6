package busserver

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
)

// logger writes the lines of NATS to the log of the shop, and passes on the errors after which the
// server does not go on.
type logger struct {
	log   *slog.Logger
	fatal chan<- error
}

func (l logger) on(level slog.Level) bool { return l.log.Enabled(context.Background(), level) }

func (l logger) write(level slog.Level, format string, values []any) {
	if l.on(level) {
		l.log.Log(context.Background(), level, strings.TrimSpace(fmt.Sprintf(format, values...)))
	}
}

// Noticef writes what an operator may want to know.
func (l logger) Noticef(format string, values ...any) { l.write(slog.LevelInfo, format, values) }

// Warnf writes a warning.
func (l logger) Warnf(format string, values ...any) { l.write(slog.LevelWarn, format, values) }

// Errorf writes an error.
func (l logger) Errorf(format string, values ...any) { l.write(slog.LevelError, format, values) }

// Debugf writes what a developer may want to know.
func (l logger) Debugf(format string, values ...any) { l.write(slog.LevelDebug, format, values) }

// Tracef writes what passes over the wire.
func (l logger) Tracef(format string, values ...any) { l.write(slog.LevelDebug, format, values) }

// Fatalf keeps the first error: the others follow from it.
func (l logger) Fatalf(format string, values ...any) {
	select {
	case l.fatal <- fmt.Errorf("the bus: "+format, values...):
	default:
		l.write(slog.LevelError, format, values)
	}
}
