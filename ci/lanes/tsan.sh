#!/bin/bash
# Pure code, and the tests that start threads, under the thread sanitizer.
# shellcheck source=ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_packages tsan
build tsan unit_tests threads_tests # all that has these labels
cd "$root"
# Older sanitizer runtimes don't start where the kernel randomizes 32 bits of an address: setarch -R.
setarch -R ctest --test-dir "$root/build/tsan" -L '^(unit|threads)$' -j"$jobs" --output-on-failure --no-tests=error
