package store

// SetMostFailures makes a store keep fewer names of failed attempts.
func (s *Store) SetMostFailures(most int) { s.mostFailures = most }
