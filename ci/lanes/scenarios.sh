#!/bin/bash
# The network stories, with what each of them says.
# shellcheck source=ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_packages scenarios
build dev
if lacks_ids; then export GTEST_FILTER='-Frr*'; fi

ran=0 failed=()
while IFS= read -r program; do
  [ -n "$program" ] || continue
  say "$(basename "$program")"
  ran=$((ran + 1))
  timeout --foreground 600 "$program" || failed+=("$(basename "$program")")
done <"$root/build/dev/scenarios.txt"

[ $ran != 0 ] || fail "there are no scenarios"
if [ ${#failed[@]} != 0 ]; then
  say "$ran scenario programs, failed: ${failed[*]}"
  exit 1
fi
say "$ran scenario programs, all passed"
