package fetch

import (
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

var errPrivate = errors.New("address is not one to fetch from")

// transport leaves the names to TLS, which proves who answers, wherever the resolver leads: a proxy that answers for
// every name with an address of its own (198.18.0.0/15, 100.64.0.0/10), or a gateway in the house, is how much of the
// world is online. checkAddress refuses hosts that are written as private addresses.
func transport(proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy = proxy
	t.DialContext = (&net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	t.ResponseHeaderTimeout = 60 * time.Second
	t.MaxResponseHeaderBytes = 1 << 20
	t.DisableCompression = true // ranges and sizes are of the bytes as stored
	t.ReadBufferSize = 64 << 10
	return t
}

// neverPublic are the ranges that the standard library counts as ordinary unicast and that lead nowhere, or home.
var neverPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),     // this network
	netip.MustParsePrefix("100.64.0.0/10"), // carriers' NAT
	netip.MustParsePrefix("192.0.0.0/24"),  // protocol assignments
	netip.MustParsePrefix("192.0.2.0/24"),  // documentation
	netip.MustParsePrefix("198.18.0.0/15"), // benchmarks
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"),    // reserved
	netip.MustParsePrefix("::/96"),          // IPv4-compatible
	netip.MustParsePrefix("64:ff9b:1::/48"), // local NAT64
	netip.MustParsePrefix("100::/64"),       // discard
	netip.MustParsePrefix("2001::/32"),      // Teredo
	netip.MustParsePrefix("2001:db8::/32"),  // documentation
	netip.MustParsePrefix("fec0::/10"),      // site-local
}

var (
	nat64  = netip.MustParsePrefix("64:ff9b::/96")
	sixTo4 = netip.MustParsePrefix("2002::/16")
)

func isPublic(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsValid() || !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return false
	}
	for _, p := range neverPublic {
		if p.Contains(ip) {
			return false
		}
	}
	switch raw := ip.As16(); {
	case nat64.Contains(ip):
		return isPublic(netip.AddrFrom4([4]byte(raw[12:16])))
	case sixTo4.Contains(ip):
		return isPublic(netip.AddrFrom4([4]byte(raw[2:6])))
	}
	return true
}

// checkAddress allows https only, and http where private addresses are allowed. A host written as a number is
// looked at here too, in every form that a resolver takes: behind a proxy there is no dial to look at.
func checkAddress(u *url.URL, private bool) error {
	host := strings.TrimRight(u.Hostname(), ".")
	if host == "" || (u.Scheme != "https" && (!private || u.Scheme != "http")) {
		return errPrivate
	}
	if private {
		return nil
	}
	if strings.ContainsFunc(host, func(r rune) bool { return r > '~' }) { // net/http folds look-alikes into digits and dots
		return errPrivate
	}
	if ip, ok := numeric(host); ok && !isPublic(ip) {
		return errPrivate
	}
	if name := strings.ToLower(host); name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return errPrivate
	}
	return nil
}

// numeric reads an address, also in the old forms "127.1", "2130706433" and "0x7f.1".
func numeric(host string) (netip.Addr, bool) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip, true
	}
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var whole uint32
	for i, part := range parts {
		n, ok := oldNumber(part)
		last := i == len(parts)-1
		room := 8
		if last {
			room = 8 * (5 - len(parts))
		}
		if !ok || n >= 1<<room {
			return netip.Addr{}, false
		}
		if last {
			whole |= uint32(n)
		} else {
			whole |= uint32(n) << (24 - 8*i)
		}
	}
	var raw [4]byte
	binary.BigEndian.PutUint32(raw[:], whole)
	return netip.AddrFrom4(raw), true
}
