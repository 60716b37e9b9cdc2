package dev.concordat.outbound;

import dev.concordat.outbound.ProxyRule.Proxy;
import java.net.InetAddress;

/** How a request gets to where it goes. */
sealed interface Way {

  /** By a connection to this address, which has been checked. */
  record Straight(InetAddress address) implements Way {}

  /** By a proxy, which is connected to at this address. */
  record Through(Proxy proxy, InetAddress address) implements Way {}
}
