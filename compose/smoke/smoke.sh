#!/bin/bash
# Applies the quick-start manifests with kubectl and asks Teleport with tctl what came of them: create, change, a change
# made in Teleport, delete. Ends with 0 if all is as declared.
#
# KUBECONFIG    the cluster
# AUTH_SERVER   the auth service (127.0.0.1:3025)
# IDENTITY      the identity file that tbot-lite publishes (/var/run/teleport/identity/identity)
# MANIFESTS     role.yaml and user.yaml (/manifests)
# PATIENCE      how long each step may take (120s)
set -euo pipefail
: "${AUTH_SERVER:=127.0.0.1:3025}" "${IDENTITY:=/var/run/teleport/identity/identity}"
: "${MANIFESTS:=/manifests}" "${PATIENCE:=120s}"
export HOME="${HOME:-/tmp}"

step() { printf '\n== %s\n' "$*"; }

# Runs until it succeeds; the last failure is shown.
await() {
  local end=$((SECONDS + ${PATIENCE%s}))
  until "$@" > "$log" 2>&1; do
    if ((SECONDS >= end)); then
      cat "$log"
      echo "failed: not within $PATIENCE: $*" >&2
      exit 1
    fi
    sleep 1
  done
}

tctl() { command tctl --auth-server "$AUTH_SERVER" --identity "$IDENTITY" "$@"; }
holds() { tctl get "$1" --format=yaml | grep -q -- "- $2\$"; }
lacks() { tctl get "$1" --format=yaml > "$log.got" && ! grep -q -- "- $2\$" "$log.got"; }
is_gone() { ! tctl get "$1" > /dev/null 2>&1 && tctl get roles > /dev/null; }
ready() { kubectl wait --for=condition=Ready --timeout="$PATIENCE" "$@"; }

log=$(mktemp)
trap 'rm -f "$log" "$log".*' EXIT

step "waiting for Kubernetes, and for the certificates of tbot-lite"
await kubectl get --raw /readyz
await test -s "$IDENTITY"

step "create: kubectl apply"
kubectl apply -f "$MANIFESTS/role.yaml" -f "$MANIFESTS/user.yaml"
ready teleportrolesv7/quick-start teleportusers/quick-start
await holds role/quick-start ubuntu
await holds user/quick-start quick-start
kubectl get teleportrolesv7,teleportusers

step "change: kubectl patch"
kubectl patch teleportrolesv7 quick-start --type=merge -p '{"spec":{"allow":{"logins":["ubuntu","admin"]}}}'
await holds role/quick-start admin
ready teleportrolesv7/quick-start

step "somebody changes the role in Teleport: it is put back"
tctl get role/quick-start --format=yaml | sed 's/- admin/- intruder/' > "$log.yaml"
tctl create -f "$log.yaml"
await lacks role/quick-start intruder
await holds role/quick-start admin

step "delete: kubectl delete"
kubectl delete --timeout="$PATIENCE" -f "$MANIFESTS/user.yaml"
kubectl delete --timeout="$PATIENCE" -f "$MANIFESTS/role.yaml"
await is_gone role/quick-start

step "all is as declared"
