#!/usr/bin/env bash
# What a user's compile pays for <vethlab/vethlab.h>, beside what it pays for GoogleMock anyway.
# include.sh [INCLUDE_DIR]: where <vethlab/vethlab.h> is; without it, this source tree's.
set -eu

include_dir=${1:-$(dirname -- "$0")/../../framework}
compiler=${CXX:-g++}
runs=9

TIMEFORMAT='%3U %3S'

compile() { "$compiler" -std=c++20 -fsyntax-only -I "$include_dir" -x c++ - <<<"#include <$1>"; }

# Milliseconds of processor time: less disturbed by what else runs than the clock on the wall.
time_compile() {
  { time compile "$1" 2>/dev/null; } 2>&1 | awk '{ print 1000 * ($1 + $2) }'
}

median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }

compile gmock/gmock.h # the files are in memory from here on
compile vethlab/vethlab.h
gmock=()
vethlab=()
for ((run = 0; run < runs; ++run)); do
  gmock+=("$(time_compile gmock/gmock.h)")
  vethlab+=("$(time_compile vethlab/vethlab.h)")
done
ratio=$(($(median "${vethlab[@]}") * 100 / $(median "${gmock[@]}")))
printf 'include: %d.%02dx gmock\n' $((ratio / 100)) $((ratio % 100))
