#!/bin/bash
#SBATCH --job-name=vethlab
#SBATCH --array=1-4
#SBATCH --cpus-per-task=2
#SBATCH --time=01:00:00
#SBATCH --output=shard-%a.txt
# slurm.sh [<ctest argument>...]: a Slurm array, a shard a task: sbatch ci/shards/slurm.sh, in a clone that the nodes
# share and where `ci/run tests` has built once. Each task's report is shard-<n>.xml. The third of four again:
# SHARDS=4 sbatch --array=3 ci/shards/slurm.sh (an array of one task tells it of one shard).
set -euo pipefail
: "${SLURM_ARRAY_TASK_ID:?is set by Slurm: sbatch ci/shards/slurm.sh}"
exec ci/shards/shard "$SLURM_ARRAY_TASK_ID" "${SHARDS:-$SLURM_ARRAY_TASK_COUNT}" "shard-$SLURM_ARRAY_TASK_ID.xml" "$@"
