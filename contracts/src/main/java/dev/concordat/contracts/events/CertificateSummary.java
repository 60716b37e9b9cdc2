package dev.concordat.contracts.events;

import java.time.Instant;

/**
 * What an admin asks first of a certificate.
 *
 * @param thumbprint SHA-1 of the DER, upper-case hexadecimal, as Windows shows it
 * @param subject its subject's distinguished name
 * @param notBefore when it becomes valid
 * @param notAfter when it ends
 * @param keyBits the size of its public key in bits
 */
public record CertificateSummary(
    String thumbprint, String subject, Instant notBefore, Instant notAfter, int keyBits) {}
