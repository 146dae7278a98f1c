{{- define "dat-operator.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "dat-operator.selector" -}}
app.kubernetes.io/name: dat-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "dat-operator.labels" -}}
{{ include "dat-operator.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}
