#!/bin/bash
# The whole suite, built by clang.
# shellcheck source=ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_packages clang
build clang
run_ctest "$root/build/clang"
