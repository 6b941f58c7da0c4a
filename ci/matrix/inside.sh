#!/bin/bash
# inside.sh <g++|clang++> [<ctest argument>...]: in a root of matrix.sh, as an ordinary user: builds /src in /build
# and runs the suite; /build/<compiler>.xml has the results, <compiler>.evidence what tests that failed left.
set -euo pipefail
compiler=$1
shift
export LC_ALL=C.UTF-8 HOME=/build TMPDIR=/build/tmp PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
mkdir -p "$TMPDIR"
# A tool that this Debian does not have any more is a skip, which the table shows.
export VETHLAB_REQUIRE=0
export CMAKE_CXX_COMPILER_LAUNCHER=ccache CCACHE_DIR=/ccache CCACHE_MAXSIZE=10G
preset=dev
if [ "$compiler" = clang++ ]; then preset=clang; fi
cmake -S /src --preset "$preset" -B "/build/$compiler"
cmake --build "/build/$compiler" -- -k 0 # all that a newer compiler finds
export VETHLAB_ARTIFACTS=/build/$compiler.evidence
exec ctest --test-dir "/build/$compiler" -j"$(nproc)" --output-on-failure --no-tests=error \
  --output-junit "/build/$compiler.xml" "$@"
