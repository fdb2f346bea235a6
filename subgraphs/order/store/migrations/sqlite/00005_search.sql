-- +goose Up
-- The words by which a placed order is found, folded and separated by blanks, with a full text
-- index. They come from the number, the name and the items as placed. At its start the service
-- adds the missing rows.
CREATE TABLE order_words (
    docid    INTEGER PRIMARY KEY,
    order_id TEXT    NOT NULL UNIQUE REFERENCES orders (id),
    words    TEXT    NOT NULL
) STRICT;

CREATE VIRTUAL TABLE order_search USING fts4 (content="order_words", words, tokenize=simple);

-- +goose StatementBegin
CREATE TRIGGER order_words_added AFTER INSERT ON order_words BEGIN
    INSERT INTO order_search (docid, words) VALUES (new.docid, new.words);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_words_changing BEFORE UPDATE ON order_words BEGIN
    DELETE FROM order_search WHERE docid = old.docid;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_words_changed AFTER UPDATE ON order_words BEGIN
    INSERT INTO order_search (docid, words) VALUES (new.docid, new.words);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER order_words_going BEFORE DELETE ON order_words BEGIN
    DELETE FROM order_search WHERE docid = old.docid;
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE order_search;
DROP TABLE order_words;
