package dev.concordat.simulator.cmdlets;

import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.simulator.outgoing.Caller;
import dev.concordat.simulator.outgoing.Credentials;
import dev.concordat.simulator.outgoing.HttpOut;
import dev.concordat.simulator.outgoing.MetadataReads;
import dev.concordat.simulator.trust.PartnerApplications;
import dev.concordat.simulator.trust.PartnerApplications.NotConfigured;
import dev.concordat.simulator.trust.TokenServer;
import dev.concordat.simulator.trust.TrustView;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A server of some other make that can sign nothing: it has a secret with a token server, and calls
 * others with the tokens that it gets there. Its one command, {@code Use-TokenServer}, is made up.
 */
public final class ForeignShell implements Shell {

  private final PrincipalName name;
  private final MetadataReads reads;
  private final AtomicReference<TrustView> known =
      new AtomicReference<>(new TrustView(List.of(), List.of()));
  private final AtomicReference<Credentials> credentials;
  private final Caller caller;

  public ForeignShell(PrincipalName name, MetadataReads reads, HttpOut http, InstantSource clock) {
    this.name = name;
    this.reads = reads;
    credentials = new AtomicReference<>(new Credentials.Secret(name, ""));
    caller = new Caller(credentials::get, known::get, http, clock);
  }

  /** It, as a caller. */
  public Caller caller() {
    return caller;
  }

  @Override
  public Object run(Cmdlet cmdlet) throws CmdletFailed, InterruptedException {
    if (!cmdlet.foldedName().equals("use-tokenserver")) {
      throw new CmdletFailed("The foreign server knows only Use-TokenServer.");
    }
    cmdlet.allowing("MetadataUrl", "ClientSecret", "TokenEndpoint");
    String url = cmdlet.required("MetadataUrl");
    try {
      var read = PartnerApplications.read(url, reads.fetch(url, false));
      known.set(
          new TrustView(
              List.of(),
              List.of(
                  new TokenServer(
                      "token-server",
                      read.issuer(),
                      url,
                      false,
                      cmdlet.text("TokenEndpoint").orElse(read.tokenEndpoint()),
                      read.certificates(),
                      true))));
      credentials.set(new Credentials.Secret(name, cmdlet.required("ClientSecret")));
      return Map.of("ClientId", name.toString(), "TokenServer", read.issuer().toString());
    } catch (IOException | NotConfigured e) {
      throw new CmdletFailed("The token server's document can't be read: " + e.getMessage());
    }
  }
}
