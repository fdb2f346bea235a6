package store

// SelectOrders lets a test ask the database how it would run the statement.
var SelectOrders = selectOrders
