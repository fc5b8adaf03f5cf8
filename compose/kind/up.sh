#!/bin/sh
# Makes the kind cluster unless it is there, and puts a kubeconfig into /kube by which containers reach it.
set -eu
: "${CLUSTER:?}" "${NODE_IMAGE:?}"
if kind get clusters 2>/dev/null | grep -qx "$CLUSTER"; then
  echo "the kind cluster $CLUSTER is there"
else
  kind create cluster --name "$CLUSTER" --image "$NODE_IMAGE" --wait 3m
fi
kind get kubeconfig --internal --name "$CLUSTER" > /kube/config.new
# For the user that the programs run as.
chown 65532:65532 /kube/config.new
chmod 0600 /kube/config.new
mv /kube/config.new /kube/config
