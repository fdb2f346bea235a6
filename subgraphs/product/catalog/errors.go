package catalog

import "github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"

// UnknownProduct says that no product has the given id.
type UnknownProduct struct{ refusal.Problem }

// UnknownCategory says that no category has the given slug.
type UnknownCategory struct{ refusal.Problem }

// CreationKeyReused says that an idempotency key was used before, with another input.
type CreationKeyReused struct{ refusal.Problem }

// SlugTaken says that another product has the slug already.
type SlugTaken struct{ refusal.Problem }

// SkuTaken says that another product has the SKU already.
type SkuTaken struct{ refusal.Problem }

// ProductChanged says that a product does not have the version that a change was made for.
type ProductChanged struct {
	refusal.Problem
	Product *Product // as it is now
}

// NewUnknownProduct returns the refusal of an id in a field of the input.
func NewUnknownProduct(field string) UnknownProduct {
	return UnknownProduct{
		refusal.New("UNKNOWN_PRODUCT", "No product has this id.", refusal.At(field)),
	}
}

func unknownCategory() UnknownCategory {
	return UnknownCategory{
		refusal.New("UNKNOWN_CATEGORY", "No category has this slug.", refusal.At("category")),
	}
}

// NewCreationKeyReused returns the refusal of a key.
func NewCreationKeyReused() CreationKeyReused {
	const message = "This key was used before, with another input."
	return CreationKeyReused{
		refusal.New("CREATION_KEY_REUSED", message, refusal.At("idempotencyKey")),
	}
}

// NewSlugTaken returns the refusal of a slug.
func NewSlugTaken() SlugTaken {
	return SlugTaken{refusal.New("SLUG_TAKEN", "Another product has this slug.", refusal.At("slug"))}
}

// NewSkuTaken returns the refusal of an SKU.
func NewSkuTaken() SkuTaken {
	return SkuTaken{refusal.New("SKU_TAKEN", "Another product has this sku.", refusal.At("sku"))}
}

func productChanged(now *Product) ProductChanged {
	const message = "The product was changed meanwhile."
	return ProductChanged{refusal.New("PRODUCT_CHANGED", message, refusal.At("expectedVersion")), now}
}

func invalid(field, format string, args ...any) error {
	return refusal.Invalid(refusal.At(field), format, args...)
}
