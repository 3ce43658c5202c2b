#!/usr/bin/env bash
# Fails where what Flux would apply holds a ClusterInstallation that is not converted yet.
#   gate.sh NAME FILE PATH    the Kustomization, the file that defines it, and the folder it builds
set -euo pipefail
flux build kustomization "$1" --kustomization-file "$2" --path "$3" --dry-run | ci2mm convert --check - >/dev/null
