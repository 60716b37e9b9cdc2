{{/* What the chart knows of each service; the ports are those of the design. */}}
{{- define "concordat.services" -}}
trustRegistry: {name: trust-registry, port: 8081, management: 9081}
metadataService: {name: metadata-service, port: 8082, management: 9082}
tokenService: {name: token-service, port: 8083, management: 9083}
probeService: {name: probe-service, port: 8084, management: 9084}
{{- end }}

{{- define "concordat.fullname" -}}
{{- .Values.fullnameOverride | default .Release.Name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* Labels of everything; what a selector uses is in concordat.selector. */}}
{{- define "concordat.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: concordat
{{- end }}

{{/* Call with (dict "root" $ "name" "token-service"). */}}
{{- define "concordat.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "concordat.image" -}}
{{- $digest := get .root.Values.image.digests .name -}}
{{- $image := printf "%s/%s" (trimSuffix "/" .root.Values.image.registry) .name -}}
{{- if $digest }}{{ printf "%s@%s" $image $digest }}{{ else }}{{ printf "%s:%s" $image (.root.Values.image.tag | default .root.Chart.AppVersion) }}{{ end }}
{{- end }}

{{- define "concordat.scheme" -}}
{{ .Values.tls.enabled | ternary "https" "http" }}
{{- end }}

{{- define "concordat.tlsSecret" -}}
{{ .Values.tls.secret | default (printf "%s-tls" (include "concordat.fullname" .)) }}
{{- end }}

{{- define "concordat.signingSecret" -}}
{{ .Values.signing.currentSecret | default (printf "%s-signing" (include "concordat.fullname" .)) }}
{{- end }}

{{/* Host names that we are called by: given, or those of the public URLs. */}}
{{- define "concordat.hosts" -}}
{{- if .Values.identity.hosts -}}
{{ join "," .Values.identity.hosts }}
{{- else -}}
{{ list (urlParse .Values.publicUrls.metadata).hostname (urlParse .Values.publicUrls.token).hostname | uniq | join "," }}
{{- end -}}
{{- end }}

{{/* What no schema can say. */}}
{{- define "concordat.check" -}}
{{- if not (or .Values.oidc.authServerUrl .Values.oidc.publicKey) }}
{{- fail "oidc.authServerUrl: who may call is not configured; give the issuer's URL, or oidc.publicKey with oidc.issuer" }}
{{- end }}
{{- if and .Values.oidc.publicKey (not .Values.oidc.issuer) }}
{{- fail "oidc.issuer: oidc.publicKey is given, so say whose it is" }}
{{- end }}
{{- if not (or .Values.signing.currentSecret .Values.signing.certManager.enabled) }}
{{- fail "signing.currentSecret: name the kubernetes.io/tls Secret with the signing key, or set signing.certManager.enabled" }}
{{- end }}
{{- if and .Values.signing.certManager.enabled (not .Values.signing.certManager.issuer) }}
{{- fail "signing.certManager.issuer: name the (Cluster)Issuer" }}
{{- end }}
{{- if and .Values.tls.enabled (not (or .Values.tls.secret .Values.tls.certManager.enabled)) }}
{{- fail "tls.secret: name the kubernetes.io/tls Secret, or set tls.certManager.enabled" }}
{{- end }}
{{- if and .Values.tls.certManager.enabled (not .Values.tls.certManager.issuer) }}
{{- fail "tls.certManager.issuer: name the (Cluster)Issuer" }}
{{- end }}
{{- if and .Values.probeService.keda.enabled .Values.probeService.autoscaling.enabled }}
{{- fail "probeService.keda.enabled: KEDA and probeService.autoscaling would both set the replicas; choose one" }}
{{- end }}
{{- if and .Values.gateway.enabled (not .Values.gateway.parentRefs) }}
{{- fail "gateway.parentRefs: name the Gateway that the routes hang on" }}
{{- end }}
{{- range $key, $service := include "concordat.services" . | fromYaml }}
{{- $scaling := (index $.Values $key).autoscaling }}
{{- if gt (int $scaling.min) (int $scaling.max) }}
{{- fail (printf "%s.autoscaling.min: %d is more than max, %d" $key (int $scaling.min) (int $scaling.max)) }}
{{- end }}
{{- end }}
{{- end }}
