package busserver

import (
	"fmt"
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
)

// published returns the subjects to which a service may publish: those of its streams, and those
// of its requests to the server about its streams and consumers.
//
// No service may create, change, purge or delete a stream. A stream can copy its messages to any
// subject, so a service that can change one can publish as any other.
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

// subscribed returns the subjects to which a service may subscribe: only those below its own
// inbox. Messages of streams arrive there too.
func subscribed(a bus.Access) []string { return []string{bus.Inbox(a.Service) + ".>"} }

// Authorization returns the users and permissions for a NATS server's configuration. The users
// belong to the default account, in which a server without users keeps its streams.
func Authorization(access []bus.Access, publicKeys map[string]string, operator string) string {
	var b strings.Builder
	b.WriteString("authorization {\n  users: [\n")
	for _, a := range access {
		fmt.Fprintf(&b, "    # %s\n    {nkey: %s, permissions: {\n", a.Service, publicKeys[a.Service])
		publish := quoted(published(a), "\n        ")
		fmt.Fprintf(&b, "      publish: {allow: [\n        %s\n      ]}\n", publish)
		fmt.Fprintf(&b, "      subscribe: {allow: [%s]}\n    }}\n", quoted(subscribed(a), ", "))
	}
	b.WriteString("    # The operator creates the streams and may do everything.\n")
	fmt.Fprintf(&b, "    {nkey: %s}\n  ]\n}\n", operator)
	return b.String()
}

func quoted(subjects []string, between string) string {
	return `"` + strings.Join(subjects, `"`+between+`"`) + `"`
}
