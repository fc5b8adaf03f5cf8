{{- define "operator.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "operator.fullName" -}}
{{- if .Values.fullNameOverride }}
{{- .Values.fullNameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains (include "operator.name" .) .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "operator.name" .) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "operator.serviceAccount" -}}
{{- if .Values.serviceAccount.name }}
{{- .Values.serviceAccount.name }}
{{- else if eq .Values.mode "sidecar" }}
{{- fail "serviceAccount.name: in mode sidecar it must be the auth pod's, for the chart teleport-cluster usually the name of its release" }}
{{- else }}
{{- include "operator.fullName" . }}
{{- end }}
{{- end }}

{{- define "operator.selector" -}}
app.kubernetes.io/name: {{ include "operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "operator.labels" -}}
{{ include "operator.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "operator.metadata" -}}
name: {{ include "operator.fullName" . | quote }}
namespace: {{ .Release.Namespace | quote }}
labels: {{- include "operator.labels" . | nindent 2 }}
{{- end }}

{{- /* Which pods the metrics come from. */ -}}
{{- define "operator.podSelector" -}}
{{- if eq .Values.mode "sidecar" }}
{{- toYaml .Values.authPod.labels }}
{{- else }}
{{- include "operator.selector" . }}
{{- end }}
{{- end }}

{{- /* The rules of one of the Roles in files/roles.yaml, which `controller rbac` writes. */ -}}
{{- define "operator.rules" -}}
{{- range splitList "---\n" (.root.Files.Get "files/roles.yaml") }}
{{- $role := fromYaml . }}
{{- if and $role (eq $role.metadata.name $.role) }}
{{- toYaml $role.rules }}
{{- end }}
{{- end }}
{{- end }}
