-- +goose Up
-- Composed and decomposed accents, and domains in Unicode and in punycode, are one from now on.
-- The service folds names and addresses again that may have them.
UPDATE users SET name_folded = NULL
WHERE email_folded GLOB '*[^ -~]*' OR email_folded LIKE '%xn--%' OR name_folded GLOB '*[^ -~]*';

-- +goose Down
SELECT 1;
