package ratelimit

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are the networks of the proxies whose X-Forwarded-For header is trusted.
type Proxies []netip.Prefix

// ParseProxies parses networks, for example 10.0.0.0/8, and single addresses.
func ParseProxies(texts []string) (Proxies, error) {
	var p Proxies
	for _, text := range texts {
		if address, err := netip.ParseAddr(text); err == nil {
			p = append(p, netip.PrefixFrom(address, address.BitLen()))
			continue
		}
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, err
		}
		p = append(p, network)
	}
	return p, nil
}

func (p Proxies) has(a netip.Addr) bool {
	return slices.ContainsFunc(p, func(network netip.Prefix) bool { return network.Contains(a) })
}

// Address returns a client's IPv4 address, or the /64 network of its IPv6 address. The client's
// address is the one nearest to the router that is not a trusted proxy's. The router does not read
// the addresses before it in X-Forwarded-For, because a client can invent those.
func (p Proxies) Address(r *http.Request) string {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	address := at.Addr().Unmap()
	if len(p) > 0 && p.has(address) {
		address = p.before(address, r.Header.Values("X-Forwarded-For"))
	}
	if address.Is6() {
		network, _ := address.Prefix(64)
		return network.String()
	}
	return address.String()
}

// before returns the address from which the first trusted proxy got the request. It reads
// X-Forwarded-For from its end, and stops at an entry that is not an address.
func (p Proxies) before(address netip.Addr, forwarded []string) netip.Addr {
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for _, hop := range slices.Backward(hops) {
		next, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			return address
		}
		address = next.Unmap()
		if !p.has(address) {
			return address
		}
	}
	return address
}
