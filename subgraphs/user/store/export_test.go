package store

// SetMaxFailures makes a store keep fewer names of failed attempts.
func (s *Store) SetMaxFailures(count int) { s.maxFailures = count }
