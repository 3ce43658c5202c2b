import { groupBy } from '../model/group.ts';
import { gateRoot } from '../model/rollout.ts';
import { plannedId } from './plan.ts';
import type { Plan, PlannedInstallation } from './plan.ts';

/**
 * A script for /bin/sh with the gates of a rollout, for the installations of a plan. It only reads the cluster, and needs kubectl with the right to
 * get ClusterInstallations, Mattermosts, Services, Secrets (names and uids only), claims and the objects of MySQL and MinIO.
 */
export function gateScript({ installations }: Plan): string {
  const lines = [...groupBy(installations, plannedId).values()].flatMap((own) => {
    const roots = new Set(own.map(rootWord));
    return own.map((each) => line(each, roots.size > 1 ? '?' : rootWord(each)));
  });
  return [HEAD, `installations() {\n  cat <<'END'\n${[...new Set(lines)].join('\n')}\nEND\n}`, BODY].join('\n\n');
}

/** What builds an installation, as one word that JSON and shells take as it is. */
const rootWord = ({ root, file }: PlannedInstallation): string => gateRoot(root ?? file);

/** What the script has to know of an installation: `-` where there is nothing, and a question mark before what may not be there. */
const line = ({ namespace, name, database, mysqlCluster, fileStore, engines, standing }: PlannedInstallation, root: string): string =>
  [
    namespace ?? NO_NAMESPACE,
    name,
    mysqlCluster === null ? '-' : database === 'operator-managed' ? mysqlCluster : `?${mysqlCluster}`,
    fileStore === 'operator-managed' ? `${name}-minio` : '-',
    (engines ?? []).join(',') || '-',
    standing === 'unprepared' || standing === 'prepared' ? 'waits' : 'begun',
    root,
  ].join(' ');

/** Stands where the manifests name no namespace. */
export const NO_NAMESPACE = 'NAMESPACE';

const HEAD = `#!/bin/sh
# Gates of a rollout from ClusterInstallation to Mattermost. Reads the cluster, changes nothing.
#   sh gate.sh live            after stage 0 is live: protection is live, all is stable, no Mattermost stands in the way
#   sh gate.sh record FILE     before the trigger: the same, and root passwords are freed; writes what was seen, with the uids of what must
#                              survive, for ci2mm trigger --gate-file FILE. While the gate is closed, no file is written.
#   sh gate.sh migrated FILE   before the conversion is merged: the Mattermosts are stable, the ClusterInstallations gone, the uids the same
# Exit code 0: the gate is open. 1: it is not, and the lines that begin with NOT say why.
set -u

# namespace, name, MysqlCluster (after ? where it may not be there), MinIOInstance, engines, whether it waits for its trigger or has begun, what builds it`;

const BODY = `failed=0
not() {
  echo "NOT $*"
  failed=1
}

get() { # get NAMESPACE KIND NAME JSONPATH: nothing for what is not there, "unreadable" where kubectl fails
  kubectl get -n "$1" "$2" "$3" --ignore-not-found -o "jsonpath=$4" </dev/null || echo unreadable
}

live() {
  while read -r namespace name _ _ engines standing _; do
    [ "$standing" = waits ] || continue
    id="$namespace/$name"
    [ "$(get "$namespace" clusterinstallations.mattermost.com "$name" '{.status.state}')" = stable ] || not "$id: the ClusterInstallation is not stable"
    [ -z "$(get "$namespace" mattermosts.installation.mattermost.com "$name" '{.metadata.uid}')" ] || not "$id: there is a Mattermost of this name"
    case ",$engines," in *,argo-cd,*)
      options=",$(get "$namespace" clusterinstallations.mattermost.com "$name" '{.metadata.annotations.argocd\\.argoproj\\.io/sync-options}'),"
      case "$options" in *,Prune=false,*) ;; *) not "$id: Prune=false is not live" ;; esac
      case "$options" in *,Delete=false,*) ;; *) not "$id: Delete=false is not live" ;; esac
      ;;
    esac
    case ",$engines," in *,flux,*)
      prune=$(get "$namespace" clusterinstallations.mattermost.com "$name" '{.metadata.annotations.kustomize\\.toolkit\\.fluxcd\\.io/prune}')
      [ "$prune" = disabled ] || not "$id: prune: disabled is not live"
      ;;
    esac
  done
}

uid() { # uid NAMESPACE KIND NAME: a line in the record
  found=$(get "$1" "$2" "$3" '{.metadata.uid}')
  case "$found" in
  '') not "$1: $2 $3 is not there" >&2 ;;
  *unreadable*) not "$1: $2 $3 can not be read" >&2 ;;
  *) echo "$1 $2 $3 $found" ;;
  esac
}

claims() { # claims NAMESPACE PART: volumes of which the name holds PART
  kubectl get -n "$1" persistentvolumeclaims -o 'jsonpath={range .items[*]}{.metadata.name}{"\\n"}{end}' </dev/null | grep -F -e "$2" || echo "of-$2"
}

is_there() { # is_there NAMESPACE KIND NAME
  [ -n "$(get "$1" "$2" "$3" '{.metadata.uid}')" ]
}

cluster_of() { # cluster_of NAMESPACE MYSQL: the MysqlCluster, or - where there is none
  case "$2" in
  \\?*) if is_there "$1" mysqlclusters.mysql.presslabs.org "\${2#?}"; then echo "\${2#?}"; else echo -; fi ;;
  *) echo "$2" ;;
  esac
}

freed() { # the root passwords no longer go with the ClusterInstallations
  while read -r namespace name mysql _ _ standing root; do
    [ "$standing" = waits ] || continue
    [ "$root" != '?' ] || not "$namespace/$name: several roots build it, for several clusters: print this script with --root"
    [ "$(cluster_of "$namespace" "$mysql")" != - ] || continue
    case "$(get "$namespace" secrets "$name-mysql-root-password" '{.metadata.ownerReferences[*].kind}')" in
    *ClusterInstallation* | *unreadable*) not "$namespace/$name: Secret $name-mysql-root-password belongs to the ClusterInstallation, or can not be read" ;;
    esac
  done
}

uids() {
  while read -r namespace name mysql minio _ standing _; do
    [ "$standing" = waits ] || continue
    uid "$namespace" services "$name"
    mysql=$(cluster_of "$namespace" "$mysql")
    if [ "$mysql" != - ]; then
      uid "$namespace" mysqlclusters.mysql.presslabs.org "$mysql"
      uid "$namespace" secrets "$name-mysql-root-password"
      for claim in $(claims "$namespace" "$mysql"); do uid "$namespace" persistentvolumeclaims "$claim"; done
    fi
    if [ "$minio" != - ]; then
      uid "$namespace" minioinstances.miniocontroller.min.io "$minio"
      for claim in $(claims "$namespace" "$minio"); do uid "$namespace" persistentvolumeclaims "$claim"; done
    fi
  done
}

observed() { # a line for each ClusterInstallation that the gate is open for
  comma=
  while read -r namespace name mysql _ engines standing root; do
    [ "$standing" = waits ] || continue
    found=$(get "$namespace" clusterinstallations.mattermost.com "$name" '{.metadata.uid}')
    protection=
    [ "$engines" = - ] || protection=$(echo "$engines" | sed 's/,/", "/g; s/.*/"&"/')
    password=freed
    [ "$(cluster_of "$namespace" "$mysql")" != - ] || password=none
    printf '%s\\n{"namespace": "%s", "name": "%s", "root": "%s", "uid": "%s", "protection": [%s], "rootPassword": "%s"}' \\
      "$comma" "$namespace" "$name" "$root" "$found" "$protection" "$password"
    comma=','
  done
}

record() { # record FILE
  live <"$list"
  freed <"$list"
  uids <"$list" >"$kept"
  [ "$failed" = 0 ] || return 0
  cluster=$(get default namespaces kube-system '{.metadata.uid}')
  context=$(kubectl config current-context | tr -cd '[:alnum:]@:/._-')
  {
    printf '{\\n"schemaVersion": 1,\\n"time": "%s",\\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
    printf '"context": "%s",\\n"cluster": "%s",\\n"installations": [' "$context" "$cluster"
    observed <"$list"
    printf '\\n],\\n"objects": [\\n'
    sed 's/^\\(.*\\) \\(.*\\) \\(.*\\) \\(.*\\)$/{"namespace": "\\1", "kind": "\\2", "name": "\\3", "uid": "\\4"}/; $!s/$/,/' "$kept"
    printf ']\\n}\\n'
  } >"$1"
  echo "kept $(grep -c . "$kept") uids in $1"
}

migrated() {
  while read -r namespace name _; do
    id="$namespace/$name"
    [ -z "$(get "$namespace" clusterinstallations.mattermost.com "$name" '{.metadata.uid}')" ] || not "$id: the ClusterInstallation is still there"
    [ "$(get "$namespace" mattermosts.installation.mattermost.com "$name" '{.status.state}')" = stable ] || not "$id: the Mattermost is not stable"
    generation=$(get "$namespace" mattermosts.installation.mattermost.com "$name" '{.metadata.generation}')
    observed=$(get "$namespace" mattermosts.installation.mattermost.com "$name" '{.status.observedGeneration}')
    [ -z "$observed" ] || [ "$observed" = "$generation" ] || not "$id: the operator has not seen the last change of the Mattermost"
  done
}

survived() { # survived FILE: everything in it is there, and still the same object
  sed -n 's/^{"namespace": "\\([^"]*\\)", "kind": "\\([^"]*\\)", "name": "\\([^"]*\\)", "uid": "\\([^"]*\\)"}.*$/\\1 \\2 \\3 \\4/p' "$1" >"$kept"
  [ -s "$kept" ] || not "nothing was recorded in $1"
  while read -r namespace kind name before; do
    after=$(get "$namespace" "$kind" "$name" '{.metadata.uid}')
    [ "$after" = "$before" ] || not "$namespace: $kind $name is \${after:-gone}, and was $before"
  done <"$kept"
}

list=$(mktemp) || exit 1
kept=$(mktemp) || exit 1
trap 'rm -f "$list" "$kept"' EXIT
installations >"$list"
case "\${1-}" in
live) live <"$list" ;;
record) record "\${2:?name a file}" ;;
migrated)
  migrated <"$list"
  survived "\${2:?name the file of record}"
  ;;
*)
  echo 'live, record FILE or migrated FILE' >&2
  exit 1
  ;;
esac
[ "$failed" = 0 ] && echo ok
exit "$failed"
`;
