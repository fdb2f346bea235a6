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

	"github.com/caarlos0/env/v11"
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

// Load sets the fields of a struct from the variables that their tags name, each read as Lookup
// does. It returns the errors of all variables, so that a program reports all mistakes at once.
//
//	type options struct {
//		URL  string `env:"SMTP_URL"`
//		From string `env:"MAIL_FROM" envDefault:"shop@example.org"`
//	}
//
// A field is a string, or its type implements encoding.TextUnmarshaler and accepts every text: an
// error of the library would name the field and not the variable. Without its variable, a field
// gets its default or else keeps its value. prefix stands before each name. getenv is usually
// os.Getenv.
func Load(into any, prefix string, getenv func(string) string) error {
	fields, err := env.GetFieldParamsWithOptions(into, env.Options{Prefix: prefix})
	values := map[string]string{}
	for _, field := range fields {
		value, failure := Lookup(getenv, field.Key)
		values[field.Key], err = value, errors.Join(err, failure)
	}
	return errors.Join(err,
		env.ParseWithOptions(into, env.Options{Prefix: prefix, Environment: values}))
}
