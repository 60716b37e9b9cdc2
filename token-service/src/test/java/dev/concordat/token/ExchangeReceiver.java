package dev.concordat.token;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;
import java.util.Set;

/** The service as the receiver of the vectors, with a clock that the test sets. */
public final class ExchangeReceiver implements QuarkusTestProfile {

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        "concordat.identity.application-identifier",
        "00000002-0000-0ff1-ce00-000000000000",
        "concordat.identity.realm",
        "litwareinc.com",
        "concordat.identity.hosts",
        "atl-exchange-001.litwareinc.com,autodiscover.litwareinc.com",
        "concordat.validation.add-ins",
        "https://addin.litwareinc.com/taskpane.html");
  }

  @Override
  public Set<Class<?>> getEnabledAlternatives() {
    return Set.of(TestClock.class);
  }
}
