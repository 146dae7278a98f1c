{{/* JSON as CEL, whose lists and maps take values of one type only: dyn is that. Arguments: value. */}}
{{- define "dat-operator.cel" -}}
{{- if kindIs "map" . -}}
dyn({ {{- range $i, $key := keys . | sortAlpha }}{{ if $i }}, {{ end }}{{ $key | quote }}: {{ include "dat-operator.cel" (get $ $key) }}{{ end -}} })
{{- else if kindIs "slice" . -}}
dyn([ {{- range $i, $item := . }}{{ if $i }}, {{ end }}{{ include "dat-operator.cel" $item }}{{ end -}} ])
{{- else -}}
dyn({{ toJson . }})
{{- end -}}
{{- end -}}

{{/* Fields of the Jobs' shape as CEL; what differs between installations is filled in. Arguments: root, fields. */}}
{{- define "dat-operator.shape" -}}
{{- $root := index . 0 -}}
{{- include "dat-operator.cel" (index . 1)
    | replace "\"the-ecosystem-config\"" "variables.ecosystem + '-config'"
    | replace "\"the-wallet\"" "variables.wallet"
    | replace "\"the-key\"" "variables.key"
    | replace "\"the-image\"" (include "dat-operator.image" $root | quote)
    | replace "\"the-account\"" (include "dat-operator.jobs" $root | quote)
    | replace "\"the-pull-policy\"" ($root.Values.image.pullPolicy | quote) -}}
{{- end -}}

{{/*
A variable with the names of the fields of a level that are not as the operator makes them: with another value, missing,
or unknown to the shape, those of later versions of Kubernetes included.
Arguments: root, level, the CEL expression of the level's map.
*/}}
{{- define "dat-operator.deviations" -}}
{{- $level := index ((index . 0).Files.Get "files/job.json" | fromJson) (index . 1) -}}
- name: {{ index . 1 }}Shape
  expression: >-
    {{ include "dat-operator.shape" (list (index . 0) $level.known) }}
- name: {{ index . 1 }}Deviations
  expression: >-
    {{ index . 2 }}.filter(k, !(k in {{ $level.free | toJson }}) && !(k in variables.{{ index . 1 }}Shape
    && {{ index . 2 }}[k] == variables.{{ index . 1 }}Shape[k]))
    + {{ $level.required | toJson }}.filter(k, !(k in {{ index . 2 }}))
{{- end -}}

{{/* A validation of them. Arguments: level, where it is, what to do about it. */}}
{{- define "dat-operator.no-deviations" -}}
- expression: variables.{{ index . 0 }}Deviations.size() == 0
  messageExpression: >-
    {{ index . 1 | quote }} + ': the operator may write its own Jobs only, and these fields are not as it makes them: ' +
    variables.{{ index . 0 }}Deviations.join(', ') + {{ printf "; %s" (index . 2) | quote }}
  message: {{ index . 1 }} is not as the operator makes it; {{ index . 2 }}
{{- end -}}

{{/* The user whom all policies are about. */}}
{{- define "dat-operator.by-the-operator" -}}
- name: by-the-operator
  expression: >-
    request.userInfo.username ==
    'system:serviceaccount:{{ .Release.Namespace }}:{{ include "dat-operator.fullname" . }}'
{{- end -}}

{{/* A policy's binding. Arguments: root, name. */}}
{{- define "dat-operator.binding" -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: {{ index . 1 }}
  labels: {{- include "dat-operator.labels" (index . 0) | nindent 4 }}
spec:
  policyName: {{ index . 1 }}
  validationActions: [Deny]
{{- end -}}
