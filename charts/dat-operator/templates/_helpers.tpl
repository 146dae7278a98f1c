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
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
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
