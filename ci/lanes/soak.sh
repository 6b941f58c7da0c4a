#!/bin/bash
# soak [<times>]: every kernel and scenario test, over and over (50 times), on a machine that is busy.
# shellcheck source=ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
times=${1:-50}
[[ $times =~ ^[1-9][0-9]*$ ]] || fail "soak: '$times' is not a number of times"
need_packages soak
build dev
export VETHLAB_TEST_TIMEOUT=240 VETHLAB_TIMEOUT_FACTOR=4 # two busy loops and four tests at once: more than each has alone

busy() { # an hour at most, should nobody end it
  local end=$((SECONDS + 3600))
  while ((SECONDS < end)); do :; done
}
for _ in 1 2; do
  busy &
  to_end+=($!)
done
say "each kernel and scenario test until it fails, $times times at most, beside two busy loops"
jobs=4
run_ctest "$root/build/dev" -L '^(kernel|scenario)$' --repeat "until-fail:$times"
