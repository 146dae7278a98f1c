{{/* The name of all objects; 58 characters leave room for a suffix. */}}
{{- define "dat-operator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride }}
{{- else if contains .Chart.Name .Release.Name -}}
{{ .Release.Name | trunc 58 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 58 | trimSuffix "-" }}
{{- end -}}
{{- end -}}

{{/* The ServiceAccount of the Jobs. */}}
{{- define "dat-operator.jobs" -}}
{{ include "dat-operator.fullname" . }}-jobs
{{- end -}}

{{/* One image for the operator and its Jobs: they share the form of their configuration. */}}
{{- define "dat-operator.image" -}}
{{ .Values.image.repository }}
{{- if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end -}}

{{/* What selects the operator's pod; it can never change. */}}
{{- define "dat-operator.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "dat-operator.labels" -}}
{{ include "dat-operator.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "dat-operator.metadata" -}}
namespace: {{ .Release.Namespace }}
labels: {{- include "dat-operator.labels" . | nindent 2 }}
{{- end -}}

{{/* Where both the operator and its Jobs may go: name servers, RPC endpoints outside the cluster, what the values add. */}}
{{- define "dat-operator.egress" -}}
{{- $values := .Values.networkPolicy -}}
{{- if $values.dns -}}
- to: {{- toYaml $values.dns | nindent 4 }}
  ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
{{ end -}}
- to:
    - ipBlock:
        cidr: 0.0.0.0/0
        # Private, shared, link-local (with the cloud's metadata), of this host, not assigned.
        except: [0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16, 224.0.0.0/3]
    - ipBlock:
        cidr: 2000::/3
  ports:
    {{- range $values.rpcPorts }}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
{{- with $values.extraEgress }}
{{ toYaml . }}
{{- end }}
{{- end -}}
