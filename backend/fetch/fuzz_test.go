package fetch

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

func FuzzContentRange(f *testing.F) {
	for _, s := range []string{"bytes 10-99/100", "bytes 0-0/1", "bytes 10-99/*", "bytes */100", "bytes 100-199/100", "bytes -1-9/10", "bytes 1-2/9223372036854775808", "bytes", "", "10-99/100", "bytes +1-2/3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		first, size, ok := contentRange(value)
		if !ok && (first != 0 || size != 0) || ok && (first < 0 || size != 0 && size <= first) {
			t.Errorf("%q: %d, %d, %v", value, first, size, ok)
		}
		if ok {
			whole := "*"
			if size > 0 {
				whole = fmt.Sprint(size)
			}
			if again, same, ok := contentRange(fmt.Sprintf("bytes %d-%d/%s", first, first, whole)); !ok || again != first || same != size {
				t.Errorf("%q: %d, %d and then %d, %d", value, first, size, again, same)
			}
		}
		if size, ok := unsatisfied(value); ok && (size < 0 || !strings.HasPrefix(value, "bytes */")) {
			t.Errorf("%q: %d", value, size)
		}
	})
}

func TestContentRange(t *testing.T) {
	for value, want := range map[string][2]int64{"bytes 10-99/100": {10, 100}, "bytes 0-0/1": {0, 1}, "bytes 10-99/*": {10, 0}, "10-99/100": {10, 100}} {
		if first, size, ok := contentRange(value); !ok || first != want[0] || size != want[1] {
			t.Errorf("%q: %d, %d, %v", value, first, size, ok)
		}
	}
	for _, value := range []string{"", "bytes", "bytes 10", "bytes 10/100", "bytes x-99/100", "bytes 10-99/x", "bytes 100-199/100", "bytes -10-99/100", "bytes 9223372036854775808-1/*", "items 1-2/3"} {
		if first, size, ok := contentRange(value); ok {
			t.Errorf("%q: %d, %d", value, first, size)
		}
	}
	for value, want := range map[string]int64{"bytes */100": 100, "bytes */0": 0, "bytes */*": -1, "bytes */-1": -1, "*/100": -1, "": -1} {
		if size, ok := unsatisfied(value); ok != (want >= 0) || ok && size != want {
			t.Errorf("%q: %d, %v", value, size, ok)
		}
	}
}

// Every old spelling of an address is read as the C library reads it: written down from the address, it comes back.
func FuzzSpelledAddresses(f *testing.F) {
	f.Add(uint32(0x7f000001), uint8(0), uint8(0))
	f.Add(uint32(0xa9fea9fe), uint8(3), uint8(1))
	f.Add(uint32(0xc0a80001), uint8(2), uint8(2))
	f.Add(uint32(0x08080808), uint8(1), uint8(27))
	f.Fuzz(func(t *testing.T, whole uint32, form, bases uint8) {
		parts := int(form%4) + 1
		var said []string
		for i := range parts {
			n := whole << (8 * i) >> 24
			if i == parts-1 {
				n = whole << (8 * i) >> (8 * i)
			}
			said = append(said, fmt.Sprintf([]string{"%d", "0x%x", "0%o", "0X%X"}[bases>>(2*i)&3], n))
		}
		var raw [4]byte
		binary.BigEndian.PutUint32(raw[:], whole)
		host := strings.Join(said, ".")
		if ip, ok := numeric(host); !ok || ip != netip.AddrFrom4(raw) {
			t.Errorf("%s is read as %v, %v", host, ip, ok)
		}
		u, err := url.Parse("https://" + host + "/x")
		if err != nil || (checkAddress(u, false) == nil) != isPublic(netip.AddrFrom4(raw)) {
			t.Errorf("%s: %v", host, err)
		}
	})
}

func FuzzNumeric(f *testing.F) {
	for _, s := range append(spellings, "8.8.8.8", "1.2.3.4.5", "256.1.1.1", "1.1.1.256", "4294967296", "0x100000000", "08", "0o17", "0b1", "1_0", "-1", "+1", "0x", "1..1", ".1", "1e3") {
		f.Add(strings.Trim(s, "[]"))
	}
	f.Fuzz(func(t *testing.T, host string) {
		ip, ok := numeric(host)
		if ok != ip.IsValid() {
			t.Errorf("%q: %v, %v", host, ip, ok)
		}
		if plain, err := netip.ParseAddr(host); err == nil && (!ok || ip != plain) {
			t.Errorf("%q: %v, %v", host, ip, ok)
		}
		if ok && !strings.ContainsAny(host, ":") && !ip.Is4() {
			t.Errorf("%q: %v", host, ip)
		}
	})
}

func TestNumbersThatAreNoAddresses(t *testing.T) {
	for _, host := range []string{"", "1.2.3.4.5", "256.1.1.1", "1.1.1.256", "1.16777216", "1.1.65536", "4294967296", "0x100000000", "08", "0o17", "0b1", "1_0", "-1", "+1", "1..1", ".1", "1e3", "a.b", "storage.atlascloud.ai"} {
		if ip, ok := numeric(host); ok {
			t.Errorf("%q: %v", host, ip)
		}
	}
}
