#!/bin/sh
# usage: wait-for-chat.sh NAMESPACE NAME
set -eu
kubectl wait -n "$1" --for=jsonpath='{.status.state}'=stable "clusterinstallation/$2" --timeout=10m
kubectl get pods -n "$1" -l "v1alpha1.mattermost.com/installation=$2"
