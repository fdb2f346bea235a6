package busserver

import (
	"fmt"
	"log/slog"
)

// logger writes the server's log as that of the services, and passes on the errors after which the
// server does not go on.
type logger struct {
	to    *slog.Logger
	fatal chan<- error
}

func (l logger) Noticef(format string, v ...any) { l.to.Info(fmt.Sprintf(format, v...)) }
func (l logger) Warnf(format string, v ...any)   { l.to.Warn(fmt.Sprintf(format, v...)) }
func (l logger) Errorf(format string, v ...any)  { l.to.Error(fmt.Sprintf(format, v...)) }
func (l logger) Debugf(string, ...any)           {}
func (l logger) Tracef(string, ...any)           {}

// Fatalf keeps the first error: the others follow from it.
func (l logger) Fatalf(format string, v ...any) {
	select {
	case l.fatal <- fmt.Errorf("the bus: "+format, v...):
	default:
		l.to.Error(fmt.Sprintf(format, v...))
	}
}
