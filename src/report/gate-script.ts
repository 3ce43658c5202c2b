import type { Plan, PlannedInstallation } from './plan.ts';

/**
 * A script for /bin/sh with the gates of a rollout, for the installations of a plan. It only reads the cluster, and needs kubectl with the right to
 * get ClusterInstallations, Mattermosts, Services, Secrets (names and uids only), claims and the objects of MySQL and MinIO.
 */
export const gateScript = ({ installations }: Plan): string =>
  [HEAD, `installations() {\n  cat <<'END'\n${[...new Set(installations.map(line))].join('\n')}\nEND\n}`, BODY].join('\n\n');

/** What the script has to know of an installation: `-` where there is nothing, and a question mark before what may not be there. */
const line = ({ namespace, name, database, mysqlCluster, fileStore, engines, standing }: PlannedInstallation): string =>
  [
    namespace ?? NO_NAMESPACE,
    name,
    mysqlCluster === null ? '-' : database === 'operator-managed' ? mysqlCluster : `?${mysqlCluster}`,
    fileStore === 'operator-managed' ? `${name}-minio` : '-',
    (engines ?? []).join(',') || '-',
    standing === 'unprepared' || standing === 'prepared' ? 'waits' : 'begun',
  ].join(' ');

/** Stands where the manifests name no namespace. */
export const NO_NAMESPACE = 'NAMESPACE';

const HEAD = `#!/bin/sh
# Gates of a rollout from ClusterInstallation to Mattermost. Reads the cluster, changes nothing.
#   sh gate.sh live            before the trigger: protection is live, all is stable, no Mattermost stands in the way
#   sh gate.sh record FILE     before the trigger: keeps the uids of what must survive
#   sh gate.sh migrated FILE   before the conversion is merged: the Mattermosts are stable, the ClusterInstallations gone, the uids the same
# Exit code 0: the gate is open. 1: it is not, and the lines that begin with NOT say why.
set -u

# namespace, name, MysqlCluster (after ? where it may not be there), MinIOInstance, engines, whether it waits for its trigger or has begun`;

const BODY = `failed=0
not() {
  echo "NOT $*"
  failed=1
}

get() { # get NAMESPACE KIND NAME JSONPATH: nothing for what is not there, "unreadable" where kubectl fails
  kubectl get -n "$1" "$2" "$3" --ignore-not-found -o "jsonpath=$4" </dev/null || echo unreadable
}

live() {
  while read -r namespace name _ _ engines standing; do
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

uids() {
  while read -r namespace name mysql minio _ standing; do
    [ "$standing" = waits ] || continue
    uid "$namespace" services "$name"
    case "$mysql" in \\?*)
      mysql=\${mysql#?}
      is_there "$namespace" mysqlclusters.mysql.presslabs.org "$mysql" || mysql=-
      ;;
    esac
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

migrated() { # migrated FILE
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
  [ -s "$1" ] || not "nothing was recorded in $1"
  while read -r namespace kind name before; do
    after=$(get "$namespace" "$kind" "$name" '{.metadata.uid}')
    [ "$after" = "$before" ] || not "$namespace: $kind $name is \${after:-gone}, and was $before"
  done <"$1"
}

list=$(mktemp) || exit 1
trap 'rm -f "$list"' EXIT
installations >"$list"
case "\${1-}" in
live) live <"$list" ;;
record)
  uids <"$list" >"\${2:?name a file}"
  [ "$failed" != 0 ] || echo "kept $(grep -c . "$2") uids in $2"
  ;;
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
