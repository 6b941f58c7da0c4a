#!/bin/bash
# What a test costs: an optimized build, and the numbers of vethlab_bench.
# shellcheck source=ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_packages bench
build release vethlab_bench

say "vethlab_bench"
program=$(find "$root/build/release" -name vethlab_bench -type f -perm -u+x -print -quit)
[ -n "$program" ] || fail "the build made no vethlab_bench"
"$program" "$@"

say "what including <vethlab/vethlab.h> costs a compile"
"$root/tests/bench/include.sh"
