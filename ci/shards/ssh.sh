#!/bin/bash
# ssh.sh <host>...: a shard a machine, by GNU parallel over ssh. Each has this built tree in the same folder (a share, or
# rsync). A machine that dies has its shard run again on another (--retries). Reports: shard-<n>.xml here.
set -euo pipefail
[ $# != 0 ] || { echo "ssh.sh <host>..." >&2; exit 2; }
command -v parallel >/dev/null || { echo "ssh.sh: GNU parallel is missing: apt-get install parallel" >&2; exit 1; }
tree=$(cd "$(dirname "$0")/../.." && pwd)
shard="ctest --test-dir $(printf %q "$tree/build/dev") -I {},,$# -j2 --output-on-failure --output-junit /tmp/shard-{}.xml"
seq $# | parallel --sshlogin "$(IFS=,; echo "$*")" --jobs 1 --retries 2 --return /tmp/shard-{}.xml --cleanup \
  --joblog shards.txt "$shard"
mv /tmp/shard-*.xml .
