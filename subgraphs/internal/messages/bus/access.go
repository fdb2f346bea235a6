package bus

// Access lists what one service may do on the bus. The server's permissions are made from it.
type Access struct {
	Service string
	// Publishes are the streams that this service publishes to. No other service does.
	Publishes []Stream
	// Reads are the consumers that the service creates and reads.
	Reads []Consumer
}
