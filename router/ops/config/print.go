package config

import (
	"net/url"
	"reflect"

	"github.com/goccy/go-yaml"
)

// secret replaces the values of fields with the tag `secret:"true"`.
const secret = "redacted"

// Print returns the configuration as YAML, with all defaults, and without secrets: the value of a
// field with the tag `secret:"true"`, and the password of a URL.
func (c Config) Print() ([]byte, error) {
	shown := withoutSecrets(reflect.ValueOf(c)).Interface()
	return yaml.MarshalWithOptions(shown, yaml.IndentSequence(true))
}

// withoutSecrets returns a deep copy of the value without secrets.
func withoutSecrets(value reflect.Value) reflect.Value {
	changed := reflect.New(value.Type()).Elem()
	changed.Set(value)
	switch value.Kind() {
	case reflect.Struct:
		for i := range value.NumField() {
			changed.Field(i).Set(withoutSecrets(value.Field(i)))
			if value.Type().Field(i).Tag.Get("secret") == "true" {
				hide(changed.Field(i))
			}
		}
	case reflect.Slice:
		if value.IsNil() {
			return changed
		}
		changed.Set(reflect.MakeSlice(value.Type(), value.Len(), value.Len()))
		for i := range value.Len() {
			changed.Index(i).Set(withoutSecrets(value.Index(i)))
		}
	case reflect.Map:
		if value.IsNil() {
			return changed
		}
		changed.Set(reflect.MakeMapWithSize(value.Type(), value.Len()))
		for _, key := range value.MapKeys() {
			changed.SetMapIndex(key, withoutSecrets(value.MapIndex(key)))
		}
	case reflect.Pointer:
		if !value.IsNil() {
			changed.Set(reflect.New(value.Type().Elem()))
			changed.Elem().Set(withoutSecrets(value.Elem()))
		}
	case reflect.String:
		if u, err := url.Parse(value.String()); err == nil && u.User != nil {
			changed.SetString(u.Redacted())
		}
	}
	return changed
}

// hide replaces all strings of a secret field, and empties a field of another kind.
func hide(field reflect.Value) {
	switch {
	case field.IsZero():
	case field.Kind() == reflect.String:
		field.SetString(secret)
	case field.Kind() == reflect.Slice && field.Type().Elem().Kind() == reflect.String:
		for i := range field.Len() {
			field.Index(i).SetString(secret)
		}
	default:
		field.SetZero()
	}
}
