package busserver

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
)

// logger writes NATS's log lines to the log of the shop, and passes on the errors that stop the
// server.
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

// Noticef logs what an operator may want to know.
func (l logger) Noticef(format string, values ...any) { l.write(slog.LevelInfo, format, values) }

// Warnf logs a warning.
func (l logger) Warnf(format string, values ...any) { l.write(slog.LevelWarn, format, values) }

// Errorf logs an error.
func (l logger) Errorf(format string, values ...any) { l.write(slog.LevelError, format, values) }

// Debugf logs what a developer may want to know.
func (l logger) Debugf(format string, values ...any) { l.write(slog.LevelDebug, format, values) }

// Tracef logs what the server sends and receives.
func (l logger) Tracef(format string, values ...any) { l.write(slog.LevelDebug, format, values) }

// Fatalf passes on the first error, and logs the others, which follow from it.
func (l logger) Fatalf(format string, values ...any) {
	select {
	case l.fatal <- fmt.Errorf("the bus: "+format, values...):
	default:
		l.write(slog.LevelError, format, values)
	}
}
