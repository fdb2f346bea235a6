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

// forwardedHeader lists the addresses that a request came through: each proxy adds the address of
// its client.
const forwardedHeader = "X-Forwarded-For"

type clientKey struct{}

// withClient adds the client's address and a new account.Request to the request's context. A peer
// in a trusted network is a router or proxy, whose forwardedHeader is believed; without the
// header, the client's address is unknown. Other peers could invent the header.
func withClient(trusted []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client := account.Client{Address: addressOf(r, trusted), Request: new(account.Request)}
		ctx := context.WithValue(r.Context(), clientKey{}, client)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func clientOf(ctx context.Context) account.Client {
	client, _ := ctx.Value(clientKey{}).(account.Client)
	client.Device = cookiesOf(ctx).value(deviceCookie)
	return client
}

// clientWith returns the client of a request, with the device that the input names, if any.
func clientWith(ctx context.Context, device string) account.Client {
	client := clientOf(ctx)
	client.Device = cmp.Or(device, client.Device)
	return client
}

// addressOf returns the last address on the path that is not trusted: the addresses before it are
// unverified claims. It returns "" if all addresses are trusted or one cannot be read.
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

// network returns the address range of one customer of a provider: an IPv4 address, or an IPv6
// /64.
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
