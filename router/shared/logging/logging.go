// Package logging makes the log that all programs of the shop write: one line for each event.
//
// The fields have the same names and units in all programs: time, level, msg and service;
// requestId if a request causes the line; durationMs for a duration in milliseconds. A program
// logs a time.Duration under a plain name, and the log adds the unit:
//
//	log.Info("request", "duration", time.Since(start))   {…,"msg":"request","durationMs":1.234}
//
// The package is outside router and subgraphs because both write this format, and neither imports
// the other.
package logging

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"
)

// New returns the log of a program. It reads LOG_FORMAT, json (the default) or text, and
// LOG_LEVEL, debug, info (the default), warn or error.
func New(service string, to io.Writer, getenv func(string) string) (*slog.Logger, error) {
	options := &slog.HandlerOptions{ReplaceAttr: withUnit}
	if word := getenv("LOG_LEVEL"); word != "" {
		level, known := levels()[strings.ToLower(word)]
		if !known {
			return nil, fmt.Errorf("LOG_LEVEL is %q; write debug, info, warn or error", word)
		}
		options.Level = level
	}
	var handler slog.Handler
	switch format := getenv("LOG_FORMAT"); strings.ToLower(format) {
	case "", "json":
		handler = slog.NewJSONHandler(to, options)
	case "text":
		handler = slog.NewTextHandler(to, options)
	default:
		return nil, fmt.Errorf("LOG_FORMAT is %q; write json or text", format)
	}
	return slog.New(handler).With("service", service), nil
}

func levels() map[string]slog.Level {
	return map[string]slog.Level{
		"debug": slog.LevelDebug, "info": slog.LevelInfo,
		"warn": slog.LevelWarn, "error": slog.LevelError,
	}
}

// withUnit converts a duration to milliseconds and appends Ms to its name.
func withUnit(_ []string, field slog.Attr) slog.Attr {
	if field.Value.Kind() != slog.KindDuration {
		return field
	}
	micros := field.Value.Duration().Round(time.Microsecond).Microseconds()
	return slog.Float64(field.Key+"Ms", float64(micros)/1000)
}
