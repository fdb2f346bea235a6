// Package env reads settings from the environment, each from a variable or from a file.
//
// NAME holds a value. NAME_FILE holds the path of a file with the value: containers mount secrets
// as files, which neither `docker inspect` nor a crash report shows. Setting both is an error,
// because one of them would be ignored.
package env

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// maxFile bounds the file of a value: a path like /dev/zero must not fill the memory.
const maxFile = 64 << 10

// Lookup returns the value of a variable, or "" if neither NAME nor NAME_FILE is set. An empty
// variable counts as not set, but an empty file is an error. The end of the file's last line is
// not part of the value.
func Lookup(getenv func(string) string, name string) (string, error) {
	value, path := getenv(name), getenv(name+"_FILE")
	switch {
	case path == "":
		return value, nil
	case value != "":
		return "", fmt.Errorf("%s and %s_FILE are both set; unset one of them", name, name)
	}
	text, err := read(path)
	if err != nil {
		return "", fmt.Errorf("%s_FILE: %w", name, err)
	}
	return text, nil
}

func read(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return "", err
	}
	if len(text) > maxFile {
		return "", fmt.Errorf("%s is larger than %d bytes", path, maxFile)
	}
	value := strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
	if value == "" {
		return "", fmt.Errorf("%s is empty; write the value into it", path)
	}
	return value, nil
}

// Reader reads many variables and collects the errors, so that a program reports all mistakes at
// once.
type Reader struct {
	getenv func(string) string
	wrong  []error
}

// NewReader returns a Reader of the environment that getenv, usually os.Getenv, reads.
func NewReader(getenv func(string) string) *Reader { return &Reader{getenv: getenv} }

// Get returns the value of a variable as Lookup does, or "" if it cannot be read.
func (r *Reader) Get(name string) string {
	value, err := Lookup(r.getenv, name)
	if err != nil {
		r.wrong = append(r.wrong, err)
	}
	return value
}

// Err returns the errors of all variables that were read.
func (r *Reader) Err() error { return errors.Join(r.wrong...) }
