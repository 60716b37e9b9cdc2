{{/* The settings of a service as application.properties. Call with (dict "root" $ "key" "tokenService" "service" {…}). */}}
{{- define "concordat.properties" -}}
{{- $values := .root.Values -}}
{{- $own := index $values .key -}}
{{- $name := .service.name -}}
{{- $fullname := include "concordat.fullname" .root -}}
{{- $settings := dict
  "kafka.bootstrap.servers" $values.kafka.bootstrapServers
  "concordat.identity.application-identifier" $values.identity.applicationIdentifier
  "concordat.identity.realm" $values.identity.realm
  "concordat.identity.hosts" (include "concordat.hosts" .root)
  "concordat.identity.display-name" $values.identity.displayName
  "concordat.metadata.public-url" $values.publicUrls.metadata
  "quarkus.shutdown.delay" (printf "%ds" (int $values.pods.shutdownDelaySeconds))
  "quarkus.shutdown.timeout" (printf "%ds" (int $values.pods.shutdownTimeoutSeconds))
  "quarkus.console.color" "false"
-}}
{{- with $values.oidc.authServerUrl }}{{ $_ := set $settings "quarkus.oidc.auth-server-url" . }}{{ end -}}
{{- with $values.oidc.publicKey }}{{ $_ := set $settings "quarkus.oidc.public-key" . }}{{ end -}}
{{- with $values.oidc.issuer }}{{ $_ := set $settings "quarkus.oidc.token.issuer" . }}{{ end -}}
{{- with $values.oidc.audience }}{{ $_ := set $settings "quarkus.oidc.token.audience" . }}{{ end -}}
{{- if $values.oidc.caSecret }}{{ $_ := set $settings "quarkus.tls.oidc.trust-store.pem.certs" "/etc/concordat/oidc-ca/ca.crt" }}{{ $_ := set $settings "quarkus.oidc.tls.tls-configuration-name" "oidc" }}{{ end -}}
{{- with $values.access.admins }}{{ $_ := set $settings "concordat.access.admins" (join "," .) }}{{ end -}}
{{- with $values.access.viewers }}{{ $_ := set $settings "concordat.access.viewers" (join "," .) }}{{ end -}}
{{- if ne $values.kafka.security "none" }}
  {{- $_ := set $settings "kafka.security.protocol" (eq $values.kafka.security "scram-sha-512" | ternary "SASL_SSL" "SSL") }}
  {{- if $values.kafka.caSecret }}
    {{- $_ := set $settings "kafka.ssl.truststore.type" "PEM" }}
    {{- $_ := set $settings "kafka.ssl.truststore.location" (printf "/etc/concordat/kafka-ca/%s" $values.kafka.caKey) }}
  {{- end }}
{{- end -}}
{{- /* The client reads the secrets from their files itself: they are in no environment and no ConfigMap. */ -}}
{{- if has $values.kafka.security (list "scram-sha-512" "mtls") }}
  {{- $_ := set $settings "kafka.config.providers" "dir" }}
  {{- $_ := set $settings "kafka.config.providers.dir.class" "org.apache.kafka.common.config.provider.DirectoryConfigProvider" }}
{{- end -}}
{{- if eq $values.kafka.security "scram-sha-512" }}
  {{- $_ := set $settings "kafka.sasl.mechanism" "SCRAM-SHA-512" }}
  {{- $_ := set $settings "kafka.sasl.jaas.config" "${dir:/etc/concordat/kafka-user:sasl.jaas.config}" }}
{{- else if eq $values.kafka.security "mtls" }}
  {{- $_ := set $settings "kafka.ssl.keystore.type" "PKCS12" }}
  {{- $_ := set $settings "kafka.ssl.keystore.location" "/etc/concordat/kafka-user/user.p12" }}
  {{- $_ := set $settings "kafka.ssl.keystore.password" "${dir:/etc/concordat/kafka-user:user.password}" }}
{{- end -}}
{{- if $values.tls.enabled }}
  {{- $_ := set $settings "quarkus.http.ssl-port" (.service.port | int | toString) }}
  {{- $_ := set $settings "quarkus.http.insecure-requests" "disabled" }}
  {{- $_ := set $settings "quarkus.http.tls-configuration-name" "server" }}
  {{- $_ := set $settings "quarkus.tls.server.key-store.pem.server.cert" "/etc/concordat/tls/tls.crt" }}
  {{- $_ := set $settings "quarkus.tls.server.key-store.pem.server.key" "/etc/concordat/tls/tls.key" }}
  {{- $_ := set $settings "quarkus.tls.server.reload-period" "1m" }}
{{- end -}}
{{- if has $name (list "metadata-service" "probe-service" "token-service") }}
  {{- with $values.outbound.proxy }}{{ $_ := set $settings "concordat.outbound.proxy" . }}{{ end }}
  {{- with $values.outbound.noProxy }}{{ $_ := set $settings "concordat.outbound.no-proxy" (join "," .) }}{{ end }}
  {{- with $values.outbound.allowedAddresses }}{{ $_ := set $settings "concordat.outbound.allowed-addresses" (join "," .) }}{{ end }}
  {{- if $values.outbound.caSecret }}
    {{- $_ := set $settings "concordat.outbound.ca-bundle" "/etc/concordat/outbound-ca/ca.crt" }}
  {{- else if and $values.tls.enabled (eq $name "probe-service") }}
    {{- $_ := set $settings "concordat.outbound.ca-bundle" "/etc/concordat/tls/ca.crt" }}
  {{- end }}
{{- end -}}
{{- if eq $name "trust-registry" }}
  {{- if $values.declarations.enabled }}{{ $_ := set $settings "concordat.registry.declarations.folder" "/etc/concordat/declarations" }}{{ end }}
{{- else if eq $name "metadata-service" }}
  {{- $_ := set $settings "concordat.metadata.token-service-url" $values.publicUrls.token }}
{{- else if eq $name "token-service" }}
  {{- $_ := set $settings "concordat.token.public-url" $values.publicUrls.token }}
  {{- $_ := set $settings "concordat.signing.folder" "/etc/concordat/signing" }}
{{- else if eq $name "probe-service" }}
  {{- $_ := set $settings "concordat.probe.token-service-url" (printf "%s://%s-token-service.%s.svc:8083" (include "concordat.scheme" .root) $fullname .root.Release.Namespace) }}
  {{- $_ := set $settings "concordat.probe.metadata-service-url" $values.publicUrls.metadata }}
  {{- $_ := set $settings "concordat.probe.client-assertion-file" "/var/run/secrets/concordat/token" }}
  {{- $_ := set $settings "concordat.probe.status-page.public" ($own.publicStatusPage | toString) }}
{{- end -}}
{{- /* Of these a backslash and ${ are meant as they stand; of the service's own properties, expressions are. */ -}}
{{- $lines := dict -}}
{{- range $property, $value := $settings }}{{ $_ := set $lines $property ($value | toString | replace "\\" "\\\\" | replace "${" "\\\\${") }}{{ end -}}
{{- range $property, $value := $own.properties }}{{ $_ := set $lines $property ($value | toString | replace "\\" "\\\\") }}{{ end -}}
{{- range $property := keys $lines | sortAlpha }}
{{ $property }}={{ get $lines $property }}
{{- end }}
{{- end }}
