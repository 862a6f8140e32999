#!/usr/bin/env bash
# One newsbeam command on Prism, Beam's runner for one machine, with the options of `newsbeam run`:
#
#   deploy/prism/run.sh --warc 'archives/*.warc.gz' --output news
#   deploy/prism/run.sh stream --feeds feeds.opml --contact you@example.org --output news
#
# Prism is built once, with Go, in the version of the Python SDK. It listens on loopback, and ends with the command.
# NEWSBEAM is the command (.venv/bin/newsbeam), PRISM the binary (build/prism/prism).
set -euo pipefail

BEAM=v2.77.0 # as setup.py pins it

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
newsbeam="${NEWSBEAM:-$root/.venv/bin/newsbeam}"
prism="${PRISM:-$root/build/prism/prism}"
refuse() { echo "run.sh: $1" >&2; exit 2; }

[ -x "$newsbeam" ] || refuse "$newsbeam does not exist; run 'make demo' once, or set NEWSBEAM"
if [ ! -x "$prism" ]; then
  command -v go >/dev/null || refuse "go is not installed; Go 1.26 or newer builds Prism"
  echo "run.sh: building Prism, once" >&2
  GOBIN="$(dirname "$prism")" go install "github.com/apache/beam/sdks/v2/go/cmd/prism@$BEAM" >&2
fi
command=run
case "${1:-}" in run | watch | stream) command="$1" && shift ;; esac
exec "$newsbeam" "$command" "$@" --runner=PrismRunner --prism_location="$prism"
