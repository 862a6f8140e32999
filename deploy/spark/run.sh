#!/usr/bin/env bash
# One newsbeam run on Spark, with the options of `newsbeam run`:
#
#   deploy/spark/run.sh --warc 'archives/*.warc.gz' --output news
#
# SPARK_MASTER names a cluster (spark://host:7077) instead of the Spark inside the job server; ../job_server.sh has the
# other settings.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../job_server.sh"
run_through spark org.apache.beam.runners.spark.SparkJobServerDriver "--spark-master-url=${SPARK_MASTER:-local[2]}" "$@"
