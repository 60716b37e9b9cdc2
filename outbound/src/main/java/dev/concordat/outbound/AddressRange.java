package dev.concordat.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** A range of addresses. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record AddressRange(byte[] network, int bits) {

  /**
   * @param cidr such as {@code 127.0.0.0/8} or {@code ::1}
   * @param key the setting that has it, for the message
   * @throws IllegalArgumentException if it is none
   */
  static AddressRange parse(String cidr, String key) {
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
      return new AddressRange(network, bits);
    } catch (UnknownHostException | NumberFormatException e) {
      throw new IllegalArgumentException(
          key + " has " + cidr + ", and must have ranges such as 127.0.0.0/8 or ::1/128", e);
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
