#!/bin/bash
# ssh.sh <host>... [-- <ctest argument>...]: a shard a machine, by GNU parallel over ssh. Each has this built tree in the same
# folder (a share, or rsync). A machine that dies has its shard run again on another (--retries); tests that failed are
# not. Reports: shard-<n>.xml here; which machine did what: shards.txt. PARALLEL_SSH="ssh -F config" names other settings
# of ssh's. Ends with 1 where a test failed, or a shard has no report.
set -euo pipefail
hosts=()
while [ $# != 0 ] && [ "$1" != -- ]; do
  hosts+=("$1")
  shift
done
[ ${#hosts[@]} != 0 ] || { echo "ssh.sh <host>... [-- <ctest argument>...]" >&2; exit 2; }
[ $# = 0 ] || shift
command -v parallel >/dev/null || { echo "ssh.sh: GNU parallel is missing: apt-get install parallel" >&2; exit 1; }
tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
count=${#hosts[@]}
rm -f shard-*.xml # of an earlier run: a shard that is not done has none
# Where tests failed (8) the shard is done all the same.
shard="$(printf '%q' "$tree/ci/shards/shard") {} $count shard-{}.xml$([ $# = 0 ] || printf ' %q' "$@") || [ \$? = 8 ]"
status=0
seq "$count" | parallel --sshlogin "$(IFS=,; echo "${hosts[*]}")" --jobs 1 --retries 2 --joblog shards.txt \
  --workdir "/tmp/vethlab-shards.$(date +%s).$$" --return 'shard-{}.xml' --cleanup "$shard" || status=1
for number in $(seq "$count"); do
  if [ ! -e "shard-$number.xml" ]; then
    echo "ssh.sh: shard $number of $count has no report: see shards.txt" >&2
    status=1
  elif [ "$(grep -m1 -o 'failures="[0-9]*"' "shard-$number.xml")" != 'failures="0"' ]; then # the whole shard's
    status=1
  fi
done
exit $status
