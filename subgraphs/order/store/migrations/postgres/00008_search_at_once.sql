-- +goose Up
-- New words go into the index at once. By default they wait in a list of up to 4 MB that each search reads, and that who
-- writes one word too many has to put in: a search among 100,000 rows took five times as long, and at 10,000 the planner
-- rather read the whole table.
ALTER INDEX order_words_search SET (fastupdate = off);
SELECT gin_clean_pending_list('order_words_search');

-- +goose Down
ALTER INDEX order_words_search RESET (fastupdate);
