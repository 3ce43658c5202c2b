#!/usr/bin/env bash
# multi-gitter runs this in a clone of each repository.
set -euo pipefail

message=$(mktemp)
report=$(mktemp)
trap 'rm -f -- "$message" "$report"' EXIT

# Code 1: something is blocked. The rest is converted all the same, and the report says what is in the way.
status=0
ci2mm convert --write --format markdown --output "$report" . || status=$?
if [ "$status" -gt 1 ]; then exit "$status"; fi

# Without a commit multi-gitter leaves the repository alone.
if git diff --quiet --no-ext-diff; then exit 0; fi

{ printf 'Convert ClusterInstallation to Mattermost\n\n'; cat -- "$report"; } > "$message"
# The headings of the report are no comments.
git commit --quiet --all --no-verify --cleanup=whitespace --file "$message"
