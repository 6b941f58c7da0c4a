#!/bin/bash
# try.sh <installed|pkg-config|subdirectory|discovery> <source tree> <build tree> <cmake> <compiler> <its flags>
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
  "$compiler" $flags -O0 -o "$temporary/reach_test" "$source/tests/consumer/installed/reach_test.cc" \
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

if [ "$way" = discovery ]; then
  env -u VETHLAB_ARTIFACTS -u VETHLAB_TEST_TIMEOUT "$(dirname "$cmake")/ctest" --test-dir "$temporary/build" \
    --show-only=json-v1 | python3 -c '
import json, sys
wanted = ("LABELS", "TIMEOUT", "COST", "ENVIRONMENT_MODIFICATION")
for test in json.load(sys.stdin)["tests"]:
    has = {each["name"]: each["value"] for each in test["properties"]}
    has = {name: ",".join(sorted(value)) if isinstance(value, list) else value for name, value in has.items()}
    ours = [argument for argument in test["command"] if argument == "--gtest_brief=1"]
    print(test["name"], *(f"{name}={has[name]}" for name in wanted if name in has), *ours)
' | sed "s|$temporary/build|<build>|" | diff "$source/tests/consumer/discovery/expected.txt" -
fi
