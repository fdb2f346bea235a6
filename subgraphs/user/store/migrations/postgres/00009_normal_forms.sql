-- +goose Up
-- From now on, composed and decomposed accents are equal, and so are domains in Unicode and in
-- punycode. The service folds names and addresses that may contain them again.
UPDATE users SET name_folded = NULL
WHERE email_folded ~ '[^ -~]' OR email_folded LIKE '%xn--%' OR name_folded ~ '[^ -~]';

-- +goose Down
SELECT 1;
