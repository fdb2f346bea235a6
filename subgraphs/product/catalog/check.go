package catalog

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
)

const (
	maximumTitle       = 200
	maximumDescription = 10_000
	maximumSlug        = 100
	maximumSKU         = 40
	maximumTax         = 10_000
	maximumOnHand      = 1_000_000
	maximumImages      = 20
	maximumURL         = 2_000
	maximumAlt         = 300
	maximumPixels      = 20_000
	minimumKey         = 8
	maximumKey         = 128
)

func checkText(field, text string, minimum, maximum int) error {
	length, shown := utf8.RuneCountInString(text), utf8.RuneCountInString(strings.TrimSpace(text))
	if shown < minimum || length > maximum ||
		!utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return invalid(field, "`%s` must be a text of %d to %d characters.", field, minimum, maximum)
	}
	return nil
}

func checkSlug(slug string) error {
	allowed := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	if len(slug) > maximumSlug || !allowed.MatchString(slug) {
		return invalid("slug", "A slug has up to %d characters: lower-case letters, digits, "+
			"and single hyphens between them.", maximumSlug)
	}
	return nil
}

func checkSKU(sku string) error {
	allowed := regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]*$`)
	if len(sku) > maximumSKU || !allowed.MatchString(sku) {
		return invalid("sku", "An SKU has up to %d characters: "+
			"a letter or digit, then letters, digits and -._/", maximumSKU)
	}
	return nil
}

func checkPrice(price money.Money) error {
	if _, err := money.New(price.AmountMinor, price.Currency); err != nil || price.AmountMinor < 0 {
		return invalid("priceMinor", "A price must be an amount of money and not negative.")
	}
	return nil
}

func checkRange(field string, number, maximum int) error {
	if number < 0 || number > maximum {
		return invalid(field, "`%s` must be a number from 0 to %d.", field, maximum)
	}
	return nil
}

func checkImages(images []Image) error {
	if len(images) > maximumImages {
		return invalid("images", "A product has at most %d pictures.", maximumImages)
	}
	for _, image := range images {
		if err := image.check(); err != nil {
			return err
		}
	}
	return nil
}

func (i Image) check() error {
	switch at, err := url.Parse(i.URL); {
	case err != nil || len(i.URL) > maximumURL || !isPicture(at):
		return invalid("images", "A picture's URL must be a path that begins with one slash, "+
			"or a URL with https:// or http://")
	case i.Width < 1 || i.Width > maximumPixels || i.Height < 1 || i.Height > maximumPixels:
		return invalid("images", "A picture's width and height must be 1 to %d pixels.", maximumPixels)
	}
	if err := checkText("alt", i.Alt, 1, maximumAlt); err != nil {
		return invalid("images",
			"A picture needs a description in `alt` of 1 to %d characters.", maximumAlt)
	}
	return nil
}

func isPicture(at *url.URL) bool {
	switch at.Scheme {
	case "":
		return at.Host == "" && strings.HasPrefix(at.Path, "/")
	case "https", "http":
		return at.Host != ""
	}
	return false
}
