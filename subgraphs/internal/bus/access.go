package bus

// Access is what one service may do on the bus. The server's permissions are made of it.
type Access struct {
	Service string
	// Publishes are the streams that the service publishes to, and no other service does.
	Publishes []Stream
	// Reads are the consumers that the service makes and reads.
	Reads []Consumer
}
