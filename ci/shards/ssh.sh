#!/bin/bash
# ssh.sh <host>... [-- <ctest argument>...]: a shard a machine, by GNU parallel over ssh. Each has this built tree in the same
# folder (a share, or rsync). A machine that dies has its shard run again on another (--retries). Reports: shard-<n>.xml
# here; which machine did what: shards.txt. PARALLEL_SSH="ssh -F config" names other settings of ssh's.
set -euo pipefail
hosts=()
while [ $# != 0 ] && [ "$1" != -- ]; do
  hosts+=("$1")
  shift
done
[ ${#hosts[@]} != 0 ] || { echo "ssh.sh <host>... [-- <ctest argument>...]" >&2; exit 2; }
[ $# = 0 ] || shift
command -v parallel >/dev/null || { echo "ssh.sh: GNU parallel is missing: apt-get install parallel" >&2; exit 1; }
tree=$(cd "$(dirname "$0")/../.." && pwd)
shard=$(printf '%q ' ctest --test-dir "$tree/build/dev" -j2 --output-on-failure "$@")
rm -f shard-*.xml # of an earlier run: a shard that is not done has none
seq ${#hosts[@]} | parallel --sshlogin "$(IFS=,; echo "${hosts[*]}")" --jobs 1 --retries 2 --joblog shards.txt \
  --return /tmp/shard-{}.xml --cleanup "rm -f /tmp/shard-{}.xml; $shard -I {},,${#hosts[@]} --output-junit /tmp/shard-{}.xml"
mv /tmp/shard-*.xml .
