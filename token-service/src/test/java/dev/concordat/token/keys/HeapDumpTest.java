package dev.concordat.token.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.concordat.token.TestKeys;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever gets hold of a heap dump does not get the signing key with it: native code holds it. The
 * JDK's own implementation can't do that, so this is about the usual one alone.
 */
class HeapDumpTest {

  /** Turns what is looked for into something else, so that it isn't found where it is kept. */
  private static final byte MASK = 0x5A;

  private static final int LONG_ENOUGH = 48;
  private static final int CHUNK = 1 << 20;

  /** To see that looking works. */
  private static final String PUBLIC_KEY = "the public key";

  @TempDir Path folder;

  @Test
  void holds_the_public_key_and_nothing_of_the_private_one() throws Exception {
    var implementation = Rs256.choose(SigningConfig.Implementation.AUTO);
    assumeTrue(implementation.provider().getName().contains("Corretto"), "no native code here");
    Map<String, byte[]> secrets = written();
    ActiveKeyRing ring = KeyRings.of(folder, SigningConfig.Implementation.AUTO);
    assertThat(ring.ring().current().sign("{}".getBytes(StandardCharsets.US_ASCII))).isNotEmpty();
    Files.delete(folder.resolve("current.key"));
    byte[] modulus =
        masked(((RSAPublicKey) ring.ring().current().certificate().publicKey()).getModulus());

    Path dump = folder.resolve("heap.hprof");
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpHeap(dump.toString(), true);

    secrets.put(PUBLIC_KEY, modulus);
    assertThat(found(dump, secrets)).containsExactly(PUBLIC_KEY);
    assertThat(ring.ring().current().sign("{}".getBytes(StandardCharsets.US_ASCII))).isNotEmpty();
  }

  /** Writes a key that nothing else holds, and tells what must not be found of it, masked. */
  private Map<String, byte[]> written() throws IOException {
    TestKeys.Pair pair = TestKeys.nobodyElses();
    pair.writeTo(folder, "current");
    var key = (RSAPrivateCrtKey) pair.privateKey();
    var secrets = new LinkedHashMap<String, byte[]>();
    secrets.put("private exponent", masked(key.getPrivateExponent()));
    secrets.put("prime p", masked(key.getPrimeP()));
    secrets.put("prime q", masked(key.getPrimeQ()));
    secrets.put("exponent of p", masked(key.getPrimeExponentP()));
    secrets.put("PEM", masked(inTheMiddle(Files.readAllBytes(folder.resolve("current.key")))));
    return secrets;
  }

  private static byte[] masked(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return masked(Arrays.copyOfRange(bytes, bytes.length - LONG_ENOUGH, bytes.length));
  }

  /** A line of base64 that is neither the first nor the last. */
  private static byte[] inTheMiddle(byte[] pem) {
    return Arrays.copyOfRange(pem, pem.length / 2, pem.length / 2 + LONG_ENOUGH);
  }

  private static byte[] masked(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= MASK;
    }
    return bytes;
  }

  /** What of this is in the file, in one pass. */
  private static Set<String> found(Path file, Map<String, byte[]> masked) throws IOException {
    var byFirst = new HashMap<Byte, List<Map.Entry<String, byte[]>>>();
    boolean[] begins = new boolean[256];
    for (var one : masked.entrySet()) {
      byte first = (byte) (one.getValue()[0] ^ MASK);
      begins[first & 0xFF] = true;
      byFirst.computeIfAbsent(first, _ -> new ArrayList<>()).add(one);
    }
    var found = new TreeSet<String>();
    byte[] chunk = new byte[CHUNK + LONG_ENOUGH];
    try (var in = Files.newInputStream(file)) {
      int kept = 0;
      for (int read = in.readNBytes(chunk, 0, chunk.length);
          read > 0;
          read = in.readNBytes(chunk, LONG_ENOUGH, CHUNK)) {
        int end = kept + read;
        for (int i = 0; i + LONG_ENOUGH <= end; i++) {
          if (begins[chunk[i] & 0xFF]) {
            for (var one : byFirst.get(chunk[i])) {
              if (isAt(chunk, i, one.getValue())) {
                found.add(one.getKey());
              }
            }
          }
        }
        System.arraycopy(chunk, Math.max(0, end - LONG_ENOUGH), chunk, 0, LONG_ENOUGH);
        kept = LONG_ENOUGH;
      }
    }
    return found;
  }

  private static boolean isAt(byte[] bytes, int at, byte[] masked) {
    for (int j = 0; j < masked.length; j++) {
      if (bytes[at + j] != (byte) (masked[j] ^ MASK)) {
        return false;
      }
    }
    return true;
  }
}
