-- +goose Up
-- The words by which a placed order is found, folded and separated by blanks, with a full text
-- index. They come from the number, the name and the items as placed. At its start the service
-- adds the missing rows.
CREATE TABLE order_words (
    docid    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES orders (id),
    words    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX order_words_search ON order_words USING gin (array_to_tsvector(string_to_array(words, ' ')));

-- +goose Down
DROP TABLE order_words;
