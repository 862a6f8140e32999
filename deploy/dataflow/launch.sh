#!/usr/bin/env bash
# One run on Dataflow, from this machine, with the options of `newsbeam run`:
#
#   PROJECT=my-project REGION=europe-west1 BUCKET=my-bucket IMAGE=…/newsbeam-worker:0.1.0 \
#       deploy/dataflow/launch.sh --feeds https://example.org/feed.xml --contact you@example.org
#
# The dataset is gs://BUCKET/news, unless OUTPUT says otherwise. The launcher leaves; `newsbeam report OUTPUT` tells how
# it ended. MAX_WORKERS (8), MACHINE (e2-standard-4), ACCOUNT (a service account) and NEWSBEAM (the command) can be set.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
for name in PROJECT REGION BUCKET IMAGE; do
  [ -n "${!name:-}" ] || { echo "launch.sh: $name is not set; $0 says how to call it" >&2; exit 2; }
done
account=()
[ -z "${ACCOUNT:-}" ] || account=(--service_account_email="$ACCOUNT")
# README.md gives the reasons for each of these.
exec "${NEWSBEAM:-$root/.venv/bin/newsbeam}" run "$@" --no-wait --workers 4 --output "${OUTPUT:-gs://$BUCKET/news}" \
  --runner=DataflowRunner --project="$PROJECT" --region="$REGION" --job_name="newsbeam-$(date -u +%Y%m%d-%H%M%S)" \
  --temp_location="gs://$BUCKET/beam/temp" --staging_location="gs://$BUCKET/beam/staging" \
  --sdk_container_image="$IMAGE" --sdk_location=container --no_save_main_session \
  --experiments=use_runner_v2 --experiments=no_use_multiple_sdk_containers \
  --worker_machine_type="${MACHINE:-e2-standard-4}" --disk_size_gb=50 --resource_hint=min_ram=8GB \
  --autoscaling_algorithm=THROUGHPUT_BASED --num_workers=1 --max_num_workers="${MAX_WORKERS:-8}" "${account[@]}"
