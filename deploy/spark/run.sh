#!/usr/bin/env bash
# One newsbeam run on Spark, with the options of `newsbeam run`:
#
#   deploy/spark/run.sh --warc 'archives/*.warc.gz' --output news
#
# SPARK_MASTER names a cluster (spark://host:7077) instead of the Spark inside the job server; ../job_server.sh has the
# other settings.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../job_server.sh"
if [ -z "${SPARK_MASTER:-}" ]; then # nobody else has to reach it
  export SPARK_LOCAL_IP=127.0.0.1 JAVA_OPTIONS="-Dspark.ui.enabled=false ${JAVA_OPTIONS:-}"
fi
run_through spark org.apache.beam.runners.spark.SparkJobServerDriver "--spark-master-url=${SPARK_MASTER:-local[2]}" "$@"
