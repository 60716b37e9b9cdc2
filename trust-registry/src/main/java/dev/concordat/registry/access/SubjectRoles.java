package dev.concordat.registry.access;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/** Adds the roles that a caller has by the subject of its token, once that token holds. */
@Startup
@Singleton
public class SubjectRoles implements SecurityIdentityAugmentor {

  private static final String ADMIN = "admin";
  private static final String VIEWER = "viewer";

  private final Set<String> admins;
  private final Set<String> viewers;

  @Inject
  SubjectRoles(AccessSettings settings) {
    admins = subjects("concordat.access.admins", settings.admins());
    viewers = subjects("concordat.access.viewers", settings.viewers());
  }

  @Override
  public Uni<SecurityIdentity> augment(
      SecurityIdentity identity, AuthenticationRequestContext context) {
    if (identity.isAnonymous() || !(identity.getPrincipal() instanceof JsonWebToken token)) {
      return Uni.createFrom().item(identity);
    }
    Set<String> roles = roles(token.getSubject());
    return Uni.createFrom()
        .item(
            roles.isEmpty()
                ? identity
                : QuarkusSecurityIdentity.builder(identity).addRoles(roles).build());
  }

  /** The roles of a subject. */
  Set<String> roles(@Nullable String subject) {
    if (subject == null) {
      return Set.of();
    }
    var roles = new HashSet<String>();
    if (admins.contains(subject)) {
      roles.add(ADMIN);
    }
    if (viewers.contains(subject)) {
      roles.add(VIEWER);
    }
    return roles;
  }

  private static Set<String> subjects(String key, Optional<List<String>> named) {
    List<String> subjects = named.orElse(List.of());
    for (String subject : subjects) {
      // Whoever writes one expects that it stands for many, and it would stand for nobody.
      if (subject.isBlank() || subject.contains("*") || !subject.equals(subject.strip())) {
        throw new ConfigurationException(
            "%s has '%s', and must be a list of subjects, each as it stands in tokens, such as system:serviceaccount:concordat:gitops: no pattern and not empty."
                .formatted(key, subject));
      }
    }
    return Set.copyOf(subjects);
  }
}
