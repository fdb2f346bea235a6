-- +goose Up
-- The words by which a placed order is found, folded, with blanks between them; the full text index is
-- over them. They are of number, name and items as they were placed. An order without a row here is
-- given one when the service starts.
CREATE TABLE order_words (
    docid    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES orders (id),
    words    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX order_words_search ON order_words USING gin (array_to_tsvector(string_to_array(words, ' ')));

-- +goose Down
DROP TABLE order_words;
