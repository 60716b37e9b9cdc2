package dev.concordat.probe.running;

import dev.concordat.diagnosis.Unreached;
import dev.concordat.outbound.OutboundFailure;
import dev.concordat.outbound.OutboundFailure.Reason;
import java.util.List;

/** What the guard calls a failure, in the words of the diagnosis, which knows no guard. */
final class Failures {

  private Failures() {}

  static Unreached unreached(Reason reason) {
    return switch (reason) {
      case Reason.RefusedUrl _ -> new Unreached.RefusedUrl();
      case Reason.RefusedAddress(String address) -> new Unreached.RefusedAddress(address);
      case Reason.UnknownHost _ -> new Unreached.UnknownHost();
      case Reason.ConnectFailed _ -> new Unreached.ConnectFailed();
      case Reason.ProxyFailed(var status) -> new Unreached.ProxyFailed(status);
      case Reason.TlsFailed(var problem, var chain) ->
          new Unreached.TlsFailed(problem(problem), links(chain));
      case Reason.TimedOut _ -> new Unreached.TimedOut();
      case Reason.TooLarge(int limit) -> new Unreached.TooLarge(limit);
      case Reason.Undecodable(String coding) -> new Unreached.Undecodable(coding);
      case Reason.TooManyRedirects _ -> new Unreached.TooManyRedirects();
      case Reason.RefusedRedirect(String location) -> new Unreached.RefusedRedirect(location);
      case Reason.ConnectionLost _ -> new Unreached.ConnectionLost();
    };
  }

  private static Unreached.TlsProblem problem(OutboundFailure.TlsProblem problem) {
    return switch (problem) {
      case UNTRUSTED_ROOT -> Unreached.TlsProblem.UNTRUSTED_ROOT;
      case NAME_MISMATCH -> Unreached.TlsProblem.NAME_MISMATCH;
      case EXPIRED -> Unreached.TlsProblem.EXPIRED;
      case NOT_YET_VALID -> Unreached.TlsProblem.NOT_YET_VALID;
      case HANDSHAKE -> Unreached.TlsProblem.HANDSHAKE;
    };
  }

  private static List<Unreached.ChainLink> links(List<OutboundFailure.ChainLink> chain) {
    return chain.stream()
        .map(
            it ->
                new Unreached.ChainLink(
                    it.subject(), it.issuer(), it.notBefore(), it.notAfter(), it.thumbprint()))
        .toList();
  }
}
