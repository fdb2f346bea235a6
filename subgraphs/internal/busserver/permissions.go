package busserver

import (
	"fmt"
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
)

// published are the subjects that a service may publish to: those of its streams, and those by which
// it asks the server for its streams and its consumers.
//
// No service may make, change, purge or delete a stream. A stream can copy its messages to any
// subject, so who may change one may publish as anybody.
func published(a bus.Access) (subjects []string) {
	for _, stream := range a.Publishes {
		subjects = append(append(subjects, stream.Subjects...), "$JS.API.STREAM.INFO."+stream.Name)
	}
	for _, c := range a.Reads {
		at := c.Stream.Name + "." + c.Durable
		if c.Durable == "" {
			at += "*" // the client chooses a random name
		}
		subjects = append(subjects,
			"$JS.API.CONSUMER.CREATE."+at, "$JS.API.CONSUMER.INFO."+at,
			"$JS.API.CONSUMER.MSG.NEXT."+at, "$JS.ACK."+at+".>")
	}
	return subjects
}

// subscribed are the subjects that a service may subscribe to: its own inbox alone. Messages of
// streams arrive there too.
func subscribed(a bus.Access) []string { return []string{bus.Inbox(a.Service) + ".>"} }

// Authorization is the part of a NATS server's configuration that says who may do what. The users
// belong to the default account, where a server without users keeps its streams.
func Authorization(access []bus.Access, publicKeys map[string]string, operator string) string {
	var b strings.Builder
	b.WriteString("authorization {\n  users: [\n")
	for _, a := range access {
		fmt.Fprintf(&b, "    # %s\n    {nkey: %s, permissions: {\n", a.Service, publicKeys[a.Service])
		publish := quoted(published(a), "\n        ")
		fmt.Fprintf(&b, "      publish: {allow: [\n        %s\n      ]}\n", publish)
		fmt.Fprintf(&b, "      subscribe: {allow: [%s]}\n    }}\n", quoted(subscribed(a), ", "))
	}
	b.WriteString("    # The operator makes the streams, and may do everything.\n")
	fmt.Fprintf(&b, "    {nkey: %s}\n  ]\n}\n", operator)
	return b.String()
}

func quoted(subjects []string, between string) string {
	return `"` + strings.Join(subjects, `"`+between+`"`) + `"`
}
