#!/bin/bash
# try.sh <installed|pkg-config|subdirectory> <source tree> <build tree> <cmake> <compiler> <its flags>
#
# Makes, builds and runs one consumer project in a temporary directory. Writes nowhere else: whoever runs
# the tests may not own the build tree.
set -eu
way=$1 source=$2 build=$3 cmake=$4 compiler=$5 flags=$6

temporary=$(mktemp -d "${TMPDIR:-/tmp}/vethlab-consumer.XXXXXX")
trap 'rm -rf "$temporary"' EXIT

if [ "$way" != subdirectory ]; then
  if [ -w "$build" ]; then
    "$cmake" --install "$build" --prefix "$temporary/prefix"
  else
    # --install leaves a manifest in the build tree; the scripts behind it don't.
    for room in framework fixtures; do
      "$cmake" -D CMAKE_INSTALL_PREFIX="$temporary/prefix" -P "$build/$room/cmake_install.cmake"
    done
  fi >"$temporary/install.txt" || { cat "$temporary/install.txt"; exit 1; }
fi

if [ "$way" = pkg-config ]; then
  PKG_CONFIG_PATH=$(dirname "$(find "$temporary/prefix" -name vethlab.pc)")
  export PKG_CONFIG_PATH
  # shellcheck disable=SC2046,SC2086 # lists of flags
  "$compiler" $flags -O0 -o "$temporary/reach_test" "$source/tests/consumer/reach_test.cc" \
    $(pkg-config --cflags vethlab) -lgmock_main $(pkg-config --libs vethlab)
  "$temporary/reach_test"
  exit
fi

# -O0: we want to know that it builds, not how fast it is. The flags carry the sanitizers, which the
# installed library and its user must have in common.
"$cmake" -S "$source/tests/consumer/$way" -B "$temporary/build" -G Ninja \
  -D CMAKE_CXX_COMPILER="$compiler" -D CMAKE_CXX_FLAGS="$flags -O0" \
  -D CMAKE_PREFIX_PATH="$temporary/prefix"
"$cmake" --build "$temporary/build"
"$(dirname "$cmake")/ctest" --test-dir "$temporary/build" --no-tests=error --output-on-failure
