# Sourced by the run.sh of an engine. One newsbeam command through a Beam job server on this machine: collect its jars once,
# start it on loopback, submit, stop it.
#
#   run_through ENGINE DRIVER_CLASS MASTER_OPTION OPTION…
#
# ENGINE is a folder beside this file with a pom.xml; all further options are those of `newsbeam run`, or of the command
# that stands in front of them (run, watch, stream, demo). Without any it is `newsbeam demo` that runs, on the sample site,
# into build/ENGINE/demo.
# NEWSBEAM is the command (.venv/bin/newsbeam), SLOTS how many parts run at a time (2), HEAP the server's (1g),
# JAVA_OPTIONS more of the server's, JARS where the jars lie (build/ENGINE/jars), ENVIRONMENT where Beam runs Python (LOOPBACK: in the launcher).

deploy="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(dirname "$deploy")"

refuse() { echo "run.sh: $1" >&2; exit 2; }

collect_jars() {
  local engine="$1" jars="$2"
  [ -e "$jars/.complete" ] && return
  echo "run.sh: collecting the jars of the $engine job server, once" >&2
  mvn --quiet --batch-mode --file "$deploy/$engine/pom.xml" dependency:copy-dependencies -DoutputDirectory="$jars" >&2
  touch "$jars/.complete"
}

free_ports() { # three that are free now, held together so that they differ
  python3 -c '
import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
print(*(each.getsockname()[1] for each in held))'
}

opens() { # the engines look into the classes of Java itself, which Java 17 allows only where it is told to
  local package
  for package in lang lang.invoke lang.reflect util util.concurrent util.concurrent.atomic nio net io time; do
    echo "--add-opens=java.base/java.$package=ALL-UNNAMED"
  done
  for package in ch cs; do echo "--add-opens=java.base/sun.nio.$package=ALL-UNNAMED"; done
  echo "--add-opens=java.base/sun.security.action=ALL-UNNAMED"
}

run_through() {
  local engine="$1" driver="$2" master="$3"
  shift 3
  local work="$root/build/$engine" newsbeam="${NEWSBEAM:-$root/.venv/bin/newsbeam}"
  local jars="${JARS:-$work/jars}" log="$work/job-server.log" job artifacts expansion
  for tool in java mvn python3; do
    command -v "$tool" >/dev/null || refuse "$tool is not installed; Java 11 or 17 and Maven are needed"
  done
  [ -x "$newsbeam" ] || refuse "$newsbeam does not exist; run 'make demo' once, or set NEWSBEAM"
  mkdir -p "$work"
  collect_jars "$engine" "$jars"
  read -r job artifacts expansion < <(free_ports)
  # shellcheck disable=SC2046,SC2086  # each line and word is one option
  java $(opens) ${JAVA_OPTIONS:-} -Xmx"${HEAP:-1g}" -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "$jars/*" "$driver" \
    --job-host=localhost --job-port="$job" --artifact-port="$artifacts" --expansion-port="$expansion" \
    --artifacts-dir="$work/artifacts" "$master" >"$log" 2>&1 &
  server=$!
  trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT
  until (exec 3<>"/dev/tcp/127.0.0.1/$job") 2>/dev/null; do
    kill -0 "$server" 2>/dev/null || { tail -5 "$log" >&2; refuse "the job server did not start; $log says why"; }
    sleep 0.2
  done
  [ $# -gt 0 ] || set -- demo --output "$work/demo"
  case "$1" in demo | run | watch | stream) ;; *) set -- run "$@" ;; esac
  "$newsbeam" "$@" --runner=PortableRunner --job_endpoint="localhost:$job" \
    --environment_type="${ENVIRONMENT:-LOOPBACK}" ${ENVIRONMENT_CONFIG:+--environment_config="$ENVIRONMENT_CONFIG"} \
    --parallelism="${SLOTS:-2}" --job_name=newsbeam <&0 &
  local started=$! code=0
  trap 'kill -TERM "$started" 2>/dev/null || true' TERM INT # it ends in peace, and then the server
  wait "$started" || code=$?
  while kill -0 "$started" 2>/dev/null; do wait "$started" || code=$?; done
  return "$code"
}
