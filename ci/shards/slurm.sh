#!/bin/bash
#SBATCH --job-name=vethlab
#SBATCH --array=1-4
#SBATCH --cpus-per-task=2
#SBATCH --time=01:00:00
#SBATCH --output=shard-%a.txt
# A Slurm array, a shard a task: sbatch ci/shards/slurm.sh, in a clone that the nodes share and where `ci/run tests`
# has built once. Each task's report is shard-<n>.xml.
set -euo pipefail
: "${SLURM_ARRAY_TASK_ID:?is set by Slurm: sbatch ci/shards/slurm.sh}"
exec ctest --test-dir build/dev -I "$SLURM_ARRAY_TASK_ID,,$SLURM_ARRAY_TASK_COUNT" -j2 --output-on-failure \
  --output-junit "$PWD/shard-$SLURM_ARRAY_TASK_ID.xml"
