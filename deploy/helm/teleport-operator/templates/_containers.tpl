{{- define "operator.tbotLite" -}}
name: tbot-lite
image: {{ printf "%s:%s" .Values.tbotLite.image (.Values.imageTag | default .Chart.AppVersion) | quote }}
imagePullPolicy: {{ .Values.imagePullPolicy }}
args:
  - start
  - --join-method={{ .Values.joinMethod }}
  - {{ printf "--token=%s" .Values.token | quote }}
  - {{ printf "--auth-server=%s" .Values.teleportAddress | quote }}
  {{- range .Values.caPins }}
  - --ca-pin={{ . }}
  {{- end }}
  - --destination=/var/run/teleport/identity
  - --certificate-ttl={{ .Values.tbotLite.certificateTTL }}
  - --diag-addr=:3001
  - --log-level={{ .Values.log.level }}
  - --log-format={{ .Values.log.format }}
  {{- with .Values.tbotLite.extraArgs }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .Values.tbotLite.extraEnv }}
env: {{- toYaml . | nindent 2 }}
{{- end }}
ports:
  - { name: bot-diag, containerPort: 3001, protocol: TCP }
livenessProbe:
  httpGet: { path: /livez, port: bot-diag }
  periodSeconds: 20
readinessProbe:
  httpGet: { path: /readyz, port: bot-diag }
{{- with .Values.tbotLite.resources }}
resources: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.securityContext }}
securityContext: {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts:
  - { name: identity, mountPath: /var/run/teleport }
{{- end }}

{{- define "operator.controller" -}}
name: controller
image: {{ printf "%s:%s" .Values.image (.Values.imageTag | default .Chart.AppVersion) | quote }}
imagePullPolicy: {{ .Values.imagePullPolicy }}
args:
  - run
  - --identity-dir=/var/run/teleport/identity
  - {{ printf "--auth-server=%s" .Values.teleportAddress | quote }}
  - {{ printf "--leader-election-id=%s" .Values.leaderElectionID | quote }}
  - --sync-period={{ .Values.syncPeriod }}
  - --adopt={{ .Values.adopt }}
  - --drift-policy={{ .Values.driftPolicy }}
  - --deletion-brake={{ .Values.deletionBrake }}
  {{- with .Values.namespaces }}
  - {{ printf "--namespace=%s" (join "," .) | quote }}
  {{- end }}
  {{- with .Values.selector }}
  - {{ printf "--selector=%s" . | quote }}
  {{- end }}
  {{- with .Values.clusterID }}
  - {{ printf "--cluster-id=%s" . | quote }}
  {{- end }}
  - --log-level={{ .Values.log.level }}
  - --log-format={{ .Values.log.format }}
  {{- with .Values.extraArgs }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
env:
  - name: POD_NAMESPACE
    valueFrom: { fieldRef: { fieldPath: metadata.namespace } }
  {{- with .Values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
ports:
  - { name: metrics, containerPort: 8080, protocol: TCP }
  - { name: health, containerPort: 8081, protocol: TCP }
livenessProbe:
  httpGet: { path: /healthz, port: health }
  periodSeconds: 20
readinessProbe:
  httpGet: { path: /readyz, port: health }
{{- with .Values.resources }}
resources: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.securityContext }}
securityContext: {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts:
  - { name: identity, mountPath: /var/run/teleport, readOnly: true }
{{- end }}
