package dev.concordat.outbound;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which addresses a request may go to. Private ranges are where partners live and are allowed; what
 * is refused is what only this machine, its neighbours on the link, or its cloud's control plane
 * answer on. Addresses that carry another address inside are judged by that one too.
 */
public final class AddressRule {

  /** Compared as bytes: as text, a zone id would make another address of the same. */
  private static final List<AddressRange> CONTROL_PLANES =
      Stream.of(
              "169.254.169.254",
              "100.100.100.200",
              "168.63.129.16",
              "192.0.0.192",
              "fd00:ec2::254",
              "fd20:ce::254")
          .map(it -> AddressRange.parse(it, "the list of control planes"))
          .toList();

  private final List<AddressRange> allowed;

  /**
   * @param allowed ranges (CIDR) that are let through whatever they are
   */
  public AddressRule(List<String> allowed) {
    this.allowed =
        allowed.stream()
            .map(it -> AddressRange.parse(it, "concordat.outbound.allowed-addresses"))
            .toList();
  }

  /** Why a request must not go to this address; empty where it may. */
  public Optional<String> refusal(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (allowed.stream().anyMatch(range -> range.contains(bytes))) {
      return Optional.empty();
    }
    return reason(address)
        .or(() -> embedded(address).flatMap(inside -> refusal(inside).stream()).findFirst());
  }

  private static Optional<String> reason(InetAddress address) {
    byte[] bytes = address.getAddress();
    int first = bytes[0] & 0xff;
    boolean four = address instanceof Inet4Address;
    if (CONTROL_PLANES.stream().anyMatch(range -> range.contains(bytes))) {
      return Optional.of("a cloud's control plane");
    }
    if (address.isLoopbackAddress()) {
      return Optional.of("this machine itself (loopback)");
    }
    if (address.isAnyLocalAddress() || (four && first == 0)) {
      return Optional.of("this machine itself (unspecified)");
    }
    if (address.isLinkLocalAddress()) {
      return Optional.of("on the local link only");
    }
    if (address.isMulticastAddress()) {
      return Optional.of("a multicast group");
    }
    if (four && first >= 240) {
      return Optional.of("reserved");
    }
    if (address instanceof Inet6Address six && six.isSiteLocalAddress()) {
      return Optional.of("on the local site only (deprecated range)");
    }
    return Optional.empty();
  }

  /** The IPv4 addresses inside an IPv6 one, where a gateway would unpack one. */
  private static Stream<InetAddress> embedded(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return Stream.empty();
    }
    byte[] b = address.getAddress();
    if (starts(b, 0x20, 0x02)) {
      return Stream.of(four(b, 2, 3, 4, 5)); // 6to4, RFC 3056
    }
    if (starts(b, 0x20, 0x01, 0x00, 0x00)) {
      // Teredo (RFC 4380) hides the client's address by inverting it.
      byte[] inverted = b.clone();
      for (int i = 12; i < 16; i++) {
        inverted[i] = (byte) ~inverted[i];
      }
      return Stream.of(four(inverted, 12, 13, 14, 15));
    }
    if (starts(b, 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01)) {
      // NAT64 of a network's own (RFC 8215), whose prefix may have any length of RFC 6052 from 48.
      return Stream.of(
          four(b, 6, 7, 9, 10),
          four(b, 7, 9, 10, 11),
          four(b, 9, 10, 11, 12),
          four(b, 12, 13, 14, 15));
    }
    boolean nat64 = starts(b, 0x00, 0x64, 0xff, 0x9b);
    boolean compatible = zeros(b, 0, 12);
    boolean mapped = zeros(b, 0, 10) && (b[10] & b[11] & 0xff) == 0xff;
    boolean translated = zeros(b, 0, 8) && (b[8] & b[9] & 0xff) == 0xff && zeros(b, 10, 12);
    return nat64 || compatible || mapped || translated
        ? Stream.of(four(b, 12, 13, 14, 15))
        : Stream.empty();
  }

  private static InetAddress four(byte[] from, int a, int b, int c, int d) {
    try {
      return InetAddress.getByAddress(new byte[] {from[a], from[b], from[c], from[d]});
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  private static boolean starts(byte[] address, int... prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if ((address[i] & 0xff) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean zeros(byte[] address, int from, int to) {
    return Arrays.equals(address, from, to, new byte[to - from], 0, to - from);
  }
}
