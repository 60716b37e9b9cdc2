package dev.concordat.simulator.junit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Resolves the simulated hosts to this machine, in this JVM; every other name as ever. The JDK
 * finds it by {@code META-INF/services}.
 */
public final class SimulatedHosts extends InetAddressResolverProvider {

  private static final Set<String> HERE = ConcurrentHashMap.newKeySet();

  /** Made by the JDK. */
  public SimulatedHosts() {}

  static void add(Collection<String> hosts) {
    HERE.addAll(hosts);
  }

  @Override
  public InetAddressResolver get(Configuration configuration) {
    return new Resolver(configuration.builtinResolver());
  }

  @Override
  public String name() {
    return "partner simulator";
  }

  private record Resolver(InetAddressResolver others) implements InetAddressResolver {

    @Override
    public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
        throws UnknownHostException {
      return HERE.contains(host.toLowerCase(Locale.ROOT))
          ? Stream.of(InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1}))
          : others.lookupByName(host, policy);
    }

    @Override
    public String lookupByAddress(byte[] address) throws UnknownHostException {
      return others.lookupByAddress(address);
    }
  }
}
