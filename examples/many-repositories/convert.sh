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

# Without a commit multi-gitter leaves the repository alone; one in which everything is blocked is listed among those that failed.
if git diff --quiet --no-ext-diff; then
  if [ "$status" -eq 1 ]; then echo "${REPOSITORY:-this repository}: nothing could be converted, see above" >&2; fi
  exit "$status"
fi

# A machine that only runs this may have nobody who commits.
if ! git var GIT_COMMITTER_IDENT > /dev/null 2>&1; then
  export GIT_AUTHOR_NAME=ci2mm GIT_AUTHOR_EMAIL=ci2mm@localhost GIT_COMMITTER_NAME=ci2mm GIT_COMMITTER_EMAIL=ci2mm@localhost
fi

{ printf 'Convert ClusterInstallation to Mattermost\n\n'; cat -- "$report"; } > "$message"
# The headings of the report are no comments.
git commit --quiet --all --no-verify --cleanup=whitespace --file "$message"
