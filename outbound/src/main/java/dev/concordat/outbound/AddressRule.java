package dev.concordat.outbound;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which addresses a request may go to. Private ranges are where partners live and are allowed; what
 * is refused is what only this machine, its neighbours on the link, or its cloud's control plane
 * answer on. Addresses that carry another address inside are judged by that one too.
 */
public final class AddressRule {

  /** A range of addresses. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Range(byte[] network, int bits) {

    static Range parse(String cidr) {
      int slash = cidr.indexOf('/');
      try {
        String address = slash < 0 ? cidr : cidr.substring(0, slash);
        if (!address.matches("[0-9a-fA-F:.]+")) {
          throw new UnknownHostException(address);
        }
        byte[] network = InetAddress.getByName(address).getAddress();
        int bits = slash < 0 ? network.length * 8 : Integer.parseInt(cidr.substring(slash + 1));
        if (bits < 0 || bits > network.length * 8) {
          throw new NumberFormatException(cidr);
        }
        return new Range(network, bits);
      } catch (UnknownHostException | NumberFormatException e) {
        throw new IllegalArgumentException(
            "concordat.outbound.allowed-addresses has "
                + cidr
                + ", and must have ranges such as 127.0.0.0/8 or ::1/128",
            e);
      }
    }

    boolean contains(byte[] address) {
      if (address.length != network.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((address[bit / 8] & mask) != (network[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  private static final Set<String> CONTROL_PLANES =
      Set.of(
          "169.254.169.254",
          "100.100.100.200",
          "168.63.129.16",
          "192.0.0.192",
          "fd00:ec2:0:0:0:0:0:254",
          "fd20:ce:0:0:0:0:0:254");

  private final List<Range> allowed;

  /**
   * @param allowed ranges (CIDR) that are let through whatever they are
   */
  public AddressRule(List<String> allowed) {
    this.allowed = allowed.stream().map(Range::parse).toList();
  }

  /** Why a request must not go to this address; empty where it may. */
  public Optional<String> refusal(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (allowed.stream().anyMatch(range -> range.contains(bytes))) {
      return Optional.empty();
    }
    return reason(address).or(() -> embedded(address).flatMap(this::refusal));
  }

  private static Optional<String> reason(InetAddress address) {
    byte[] bytes = address.getAddress();
    int first = bytes[0] & 0xff;
    boolean four = address instanceof Inet4Address;
    if (CONTROL_PLANES.contains(address.getHostAddress())) {
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

  /** The IPv4 address inside an IPv6 one, where a gateway would unpack it. */
  private static Optional<InetAddress> embedded(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return Optional.empty();
    }
    byte[] b = address.getAddress();
    byte[] inside = null;
    if (starts(b, 0x20, 0x02)) {
      inside = Arrays.copyOfRange(b, 2, 6);
    } else if (starts(b, 0x20, 0x01, 0x00, 0x00)) {
      // Teredo hides the client's address by inverting it.
      inside = Arrays.copyOfRange(b, 12, 16);
      for (int i = 0; i < 4; i++) {
        inside[i] = (byte) ~inside[i];
      }
    } else if (starts(b, 0x00, 0x64, 0xff, 0x9b) || startsWithZeros(b)) {
      inside = Arrays.copyOfRange(b, 12, 16);
    }
    try {
      return inside == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(inside));
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

  private static boolean startsWithZeros(byte[] address) {
    for (int i = 0; i < 12; i++) {
      if (address[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
