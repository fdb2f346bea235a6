package graph

import (
	"cmp"
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/trefoil-graph/trefoil/subgraphs/user/account"
)

// forwardedHeader lists where a request came from: each proxy adds the address that it was asked by.
const forwardedHeader = "X-Forwarded-For"

type clientKey struct{}

// withClient puts into the request's context where its client is, and what it has cost: nothing yet. Who asks from one of the trusted networks is a
// router or a proxy: it tells for whom it asks, or nothing is known. What others tell is theirs to make up.
func withClient(trusted []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client := account.Client{Address: addressOf(r, trusted), Request: new(account.Request)}
		ctx := context.WithValue(r.Context(), clientKey{}, client)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func clientOf(ctx context.Context) account.Client {
	client, _ := ctx.Value(clientKey{}).(account.Client)
	client.Device = jarOf(ctx).value(deviceCookie)
	return client
}

// clientWith is the client of a request, with the device that the input names, if it names one.
func clientWith(ctx context.Context, device string) account.Client {
	client := clientOf(ctx)
	client.Device = cmp.Or(device, client.Device)
	return client
}

// addressOf is the last address on the way that is not trusted: those before it are only its word.
func addressOf(r *http.Request, trusted []netip.Prefix) string {
	way := strings.Split(strings.Join(r.Header.Values(forwardedHeader), ","), ",")
	peer := r.RemoteAddr
	if at, err := netip.ParseAddrPort(peer); err == nil {
		peer = at.Addr().String()
	}
	for _, hop := range slices.Backward(append(way, peer)) {
		address, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			return ""
		}
		address = address.Unmap().WithZone("")
		if !slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(address) }) {
			return network(address)
		}
	}
	return ""
}

// network is what one customer of a provider has: of IPv6 a whole network.
func network(address netip.Addr) string {
	const ofOneCustomer = 64
	if address.Is4() {
		return address.String()
	}
	prefix, err := address.Prefix(ofOneCustomer)
	if err != nil {
		return ""
	}
	return prefix.String()
}
