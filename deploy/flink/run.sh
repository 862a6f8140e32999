#!/usr/bin/env bash
# One newsbeam run on Flink, with the options of `newsbeam run`:
#
#   deploy/flink/run.sh --warc 'archives/*.warc.gz' --output news
#
# FLINK_MASTER names a cluster (host:port of its REST address) instead of the Flink inside the job server;
# ../job_server.sh has the other settings.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../job_server.sh"
run_through flink org.apache.beam.runners.flink.FlinkJobServerDriver "--flink-master=${FLINK_MASTER:-[local]}" "$@"
