package events_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
)

// decoders returns the decoder of each stream by its name.
func decoders() map[string]func(bus.Message) error {
	return map[string]func(bus.Message) error{
		"CATALOGUE":      func(m bus.Message) error { _, err := events.DecodeProductChanged(m); return err },
		"SESSIONS":       func(m bus.Message) error { _, err := events.DecodeSessionRevoked(m); return err },
		"STOCK_COMMANDS": func(m bus.Message) error { _, err := events.DecodeStockCommand(m); return err },
		"STOCK_REPLIES":  func(m bus.Message) error { _, err := events.DecodeStockReply(m); return err },
	}
}

// good returns messages as their publishers send them, by stream.
func good() map[string][]bus.Message {
	return map[string][]bus.Message{
		"CATALOGUE": {{ID: "1", Subject: "product.changed.prd_1", Data: []byte(`{"id":"prd_1","version":1}`)}},
		"SESSIONS":  {{ID: "1", Subject: "user.session.revoked", Data: []byte(`{"sessionId":"ses_1","expiresAt":"2026-01-01T00:00:00Z"}`)}},
		"STOCK_COMMANDS": {
			{ID: "1", Subject: "stock.reserve", Data: []byte(`{"kind":"reserve","orderId":"ord_1","attempt":1,"items":[{"productId":"prd_1","quantity":1}]}`)},
			{ID: "1", Subject: "stock.ship", Data: []byte(`{"kind":"ship","orderId":"ord_1","attempt":2}`)},
		},
		"STOCK_REPLIES": {
			{ID: "1", Subject: "stock.reserved", Data: []byte(`{"kind":"reserved","orderId":"ord_1","attempt":1}`)},
			{ID: "1", Subject: "stock.rejected", Data: []byte(`{"kind":"rejected","orderId":"ord_1","attempt":1,"rejections":[{"reason":"NOT_IN_TIME"}]}`)},
		},
	}
}

// TestAMessageBelongsToItsSubject decodes each good message as one of each stream, under each
// subject.
func TestAMessageBelongsToItsSubject(t *testing.T) {
	t.Parallel()
	for stream, messages := range good() {
		for _, m := range messages {
			for reader, decode := range decoders() {
				if reader == stream {
					require.NoError(t, decode(m), "%s", m.Data)
				} else {
					require.ErrorIs(t, decode(m), events.ErrMalformed, "%s in %s", m.Data, reader)
				}
			}
			for _, others := range good() {
				for _, other := range others {
					moved := m
					if moved.Subject = other.Subject; moved.Subject != m.Subject {
						require.ErrorIs(t, decoders()[stream](moved), events.ErrMalformed, "%s as %s", m.Data, moved.Subject)
					}
				}
			}
			anonymous := m
			anonymous.ID = ""
			require.ErrorIs(t, decoders()[stream](anonymous), events.ErrMalformed, "%s without an id", m.Data)
		}
	}
}

func TestAMessageThatNoPublisherSendsIsMalformed(t *testing.T) {
	t.Parallel()
	for _, m := range []bus.Message{
		{Subject: "product.changed.prd_1", Data: []byte(`{"id":"prd_2","version":1}`)},
		{Subject: "product.changed.prd_1", Data: []byte(`{"id":"prd_1","version":0}`)},
		{Subject: "product.changed.", Data: []byte(`{"version":1}`)},
		{Subject: "product.changed.prd_1", Data: []byte(`[]`)},
		{Subject: "user.session.revoked", Data: []byte(`{"sessionId":"ses_1"}`)},
		{Subject: "stock.reserve", Data: []byte(`{"kind":"reserve","attempt":1}`)},
		{Subject: "stock.reserve", Data: []byte(`{"kind":"reserve","orderId":"ord_1"}`)},
		{Subject: "stock.reserved", Data: []byte(`{"kind":"reserved","orderId":"ord_1","attempt":1,"rejections":[{}]}`)},
		{Subject: "stock.rejected", Data: []byte(`{"kind":"rejected","orderId":"ord_1","attempt":1}`)},
	} {
		m.ID = "1"
		for stream, decode := range decoders() {
			require.ErrorIs(t, decode(m), events.ErrMalformed, "%s as %s in %s", m.Data, m.Subject, stream)
		}
	}
}

// TestEachStreamHasOnePublisher also checks that each subject has one stream. The permissions
// depend on both.
func TestEachStreamHasOnePublisher(t *testing.T) {
	t.Parallel()
	subjects, read := map[string]string{}, map[string]bool{}
	for _, a := range events.Access() {
		for _, stream := range a.Publishes {
			require.Contains(t, decoders(), stream.Name)
			for _, subject := range stream.Subjects {
				require.NotContains(t, subjects, subject)
				subjects[subject] = a.Service
			}
		}
		for _, c := range a.Reads {
			read[c.Stream.Name] = true
		}
	}
	for _, stream := range events.Streams() {
		require.True(t, read[stream.Name], "%s has a reader", stream.Name)
	}
}
