#!/usr/bin/env bash
# Builds a folder, converts what it holds and pushes the result as an OCI artifact for Flux.
#   push.sh PATH oci://registry.example.com/chat:prod
set -euo pipefail
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
# Nothing is pushed where the build fails or an installation is blocked. Post-build variables stay for Flux to fill in.
kustomize build "$1" | ci2mm convert - >"$out/manifests.yaml"
flux push artifact "$2" --path "$out" --source "$(git config --get remote.origin.url)" --revision "$(git branch --show-current)@sha1:$(git rev-parse HEAD)"
