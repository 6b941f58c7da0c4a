#!/bin/bash
# gallery: every fault that tests/gallery makes in a working network, and what the failure says of it.
# shellcheck source=ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_packages tests
build dev gallery_tests

say "each fault, and what EXPECT_REACHABLE says of it"
program=$root/build/dev/tests/gallery/gallery_tests
status=0
timeout --foreground 600 "$program" --gtest_brief=1 2>&1 | grep -v '^Running main' || status=$?
exit $status
