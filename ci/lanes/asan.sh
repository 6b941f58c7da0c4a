#!/bin/bash
# The whole suite under the address and undefined-behaviour sanitizers.
# shellcheck source=ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_packages asan
build asan
run_ctest "$root/build/asan"
