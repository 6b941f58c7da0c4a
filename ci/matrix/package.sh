#!/bin/bash
# package.sh <package>: in a clean root that matrix.sh made, as root: has lintian look at a Debian package of vethlab, installs
# it, and has an ordinary user's project use it, by CMake and by pkg-config. The source tree is at /src.
set -euo pipefail
package=$1
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
apt-get -q update
apt-get -q install -y --no-install-recommends "$package" g++ cmake ninja-build pkg-config lintian

project=$(mktemp -d)
chown nobody: "$project"
as_nobody() { setpriv --reuid nobody --regid nogroup --clear-groups --inh-caps=-all env -i PATH="$PATH" LC_ALL="$LC_ALL" HOME="$project" TMPDIR="$project" "$@"; }
as_nobody cmake -S /src/tests/consumer/installed -B "$project/cmake" -G Ninja
as_nobody cmake --build "$project/cmake"
as_nobody ctest --test-dir "$project/cmake" --no-tests=error --output-on-failure
# shellcheck disable=SC2046 # lists of flags
as_nobody c++ $(pkg-config --cflags vethlab) -o "$project/reach_test" /src/tests/consumer/installed/reach_test.cc -lgmock_main \
  $(pkg-config --libs vethlab)
as_nobody "$project/reach_test"
rm -rf "$project"

# Whose package it is, says who makes one for others: cmake -D CPACK_PACKAGE_CONTACT=…
lintian --allow-root --suppress-tags bogus-mail-host,bogus-mail-host-in-debian-changelog "$package"
