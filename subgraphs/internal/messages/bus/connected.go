package bus

// Connected reports whether the server is connected now.
func (b *Bus) Connected() bool { return b.connection.IsConnected() }
