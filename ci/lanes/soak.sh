#!/bin/bash
# soak [<times>]: every kernel and scenario test, over and over (50 times), on a machine that is busy.
# shellcheck source=ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
times=${1:-50}
[[ $times =~ ^[1-9][0-9]*$ ]] || fail "soak: '$times' is not a number of times"
need_packages soak
build dev

busy() { # an hour at most, should nobody end it
  local end=$((SECONDS + 3600))
  while ((SECONDS < end)); do :; done
}
for _ in 1 2; do
  busy &
  to_end+=($!)
done
say "each kernel and scenario test until it fails, $times times at most, beside two busy loops"
ctest --test-dir "$root/build/dev" -L '^(kernel|scenario)$' --repeat "until-fail:$times" -j4 \
  --output-on-failure --no-tests=error
