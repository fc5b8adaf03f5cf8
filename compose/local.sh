#!/bin/bash
# The profile sandbox without containers: the same programs and the same smoke test, as processes of this machine.
# Takes kubectl and a tctl of Teleport 14 in the PATH. `make smoke` builds what it runs.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in kubectl tctl; do
  command -v "$tool" > /dev/null || { echo "$tool is needed in the PATH" >&2; exit 1; }
done
bin=${BIN:-.build/debug}
place=$(mktemp -d)
trap 'kill $(jobs -p) 2> /dev/null || true; wait; rm -rf "$place"' EXIT
mkdir -m 0700 "$place/identity"

"$bin/sandbox" --directory "$place/sandbox" --teleport-major 14 > "$place/sandbox.log" 2>&1 &
until [ -s "$place/sandbox/ready.json" ]; do
  kill -0 $! 2> /dev/null || { cat "$place/sandbox.log" >&2; exit 1; }
  sleep 0.1
done
export KUBECONFIG="$place/sandbox/kubeconfig"
AUTH_SERVER=$(sed -n 's/.*"teleportAuth" *: *"\([^"]*\)".*/\1/p' "$place/sandbox/ready.json")
export AUTH_SERVER IDENTITY="$place/identity/output/identity" MANIFESTS=compose/manifests

"$bin/tbot-lite" start --auth-server "$AUTH_SERVER" --teleport-data-dir "$place/sandbox/teleport" \
  --destination "$place/identity/output" &
"$bin/controller" crds install > /dev/null
"$bin/controller" run --auth-server "$AUTH_SERVER" --identity-dir "$place/identity/output" --namespace default \
  --metrics-bind-address 0 --health-probe-bind-address 0 &
compose/smoke/smoke.sh
