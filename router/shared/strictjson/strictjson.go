// Package strictjson reads JSON that clients send, and refuses what encoding/json would change.
//
// If two members have the same name, encoding/json takes the last. It ignores the case of names,
// replaces bytes that are not UTF-8 and halves of surrogate pairs with U+FFFD, and ignores text
// after the value. Two programs that read such a text may see two requests. Decode refuses all of
// these except the case of names; Members matches names exactly.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Errors for texts that encoding/json accepts.
var (
	ErrTrailing  = errors.New("there is more text after the value")
	ErrEncoding  = errors.New("it is not valid UTF-8")
	ErrDuplicate = errors.New("an object has two members with the same name")
	ErrSurrogate = errors.New("a string has half of a surrogate pair, which is not a character")
)

// byteOrderMark may stand before JSON: RFC 8259, section 8.1, lets a parser skip it.
const byteOrderMark = "\uFEFF"

// TrimMark returns the text without the byte order mark that may stand before it.
func TrimMark(text []byte) []byte { return bytes.TrimPrefix(text, []byte(byteOrderMark)) }

// Decode reads one JSON value. A number becomes a json.Number, which keeps its text, so that an
// integer beyond 2^53 does not lose its last digits. Errors other than those of this package come
// from encoding/json.
func Decode(text []byte, into any) error {
	if err := check(text); err != nil {
		return err
	}
	return decode(text, into)
}

// decode reads a value whose text check has accepted.
func decode(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return ErrTrailing
	}
	return nil
}

// Members reads one JSON object. It stores the value of each member in the variable that into has
// for its name, and ignores other names. Names must match exactly: encoding/json reads "QUERY" as
// "query".
func Members(text []byte, into map[string]any) error {
	var members map[string]json.RawMessage
	if err := Decode(text, &members); err != nil {
		return err
	}
	for name, value := range members {
		if into[name] == nil {
			continue
		}
		if err := decode(value, into[name]); err != nil {
			var wrong *json.UnmarshalTypeError
			if errors.As(err, &wrong) && wrong.Field == "" {
				wrong.Field = name
			}
			return err
		}
	}
	return nil
}

func check(text []byte) error {
	if !utf8.Valid(text) {
		return ErrEncoding
	}
	err := jsontext.NewDecoder(bytes.NewReader(text)).SkipValue()
	var syntax *jsontext.SyntacticError
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return ErrDuplicate
	case errors.As(err, &syntax) && strings.Contains(syntax.Err.Error(), "surrogate"):
		return ErrSurrogate
	default:
		return nil // encoding/json finds all other errors
	}
}
