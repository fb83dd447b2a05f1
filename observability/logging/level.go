package logging

import (
	"fmt"
	"strconv"
	"strings"

	"go.uber.org/zap/zapcore"
)

// Level says which lines are written: those of the level and the more important ones.
type Level int8

// Levels. Zap has none for tracing: such lines have zap's debug level.
const (
	Off   Level = iota - 1 // nothing
	Error                  // faults of the client itself
	Warn                   // what an operator should look at: failed calls, lost connections, nodes that leave
	Info                   // other changes in the cluster
	Debug                  // failures that are part of life (no such record), attempts tried again, connections
	Trace                  // every call and every attempt
)

var levelNames = [...]string{"off", "error", "warn", "info", "debug", "trace"}

// String returns the level's name.
func (l Level) String() string {
	if l >= Off && l <= Trace {
		return levelNames[l+1]
	}
	return fmt.Sprintf("Level(%d)", int8(l))
}

// ParseLevel reads a level from its name or number, such as "warn" or "1".
func ParseLevel(text string) (Level, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	for i, name := range levelNames {
		if l := Level(i - 1); text == name || text == strconv.Itoa(int(l)) {
			return l, nil
		}
	}
	return Off, fmt.Errorf("logging: %.32q is no level: off, error, warn, info, debug, trace or -1 to 4", text)
}

// zap returns the level that zap knows.
func (l Level) zap() zapcore.Level {
	switch {
	case l <= Error:
		return zapcore.ErrorLevel
	case l == Warn:
		return zapcore.WarnLevel
	case l == Info:
		return zapcore.InfoLevel
	}
	return zapcore.DebugLevel
}
