#!/bin/bash
# package.sh <build directory>: in a root of matrix.sh, as root: makes the Debian package of that build, has lintian look at
# it, installs it, and has an ordinary user's project use it, by CMake and by pkg-config.
set -euo pipefail
build=$1
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
cd "$build"
rm -f libvethlab-dev_*.deb
cpack -G DEB
package=$(ls "$PWD"/libvethlab-dev_*.deb)
apt-get -q install -y --no-install-recommends lintian "$package"
lintian "$package"

project=$(mktemp -d)
chown nobody: "$project"
cp /src/tests/consumer/reach_test.cc "$project"
as_nobody() { setpriv --reuid nobody --regid nogroup --clear-groups --inh-caps=-all env HOME="$project" TMPDIR="$project" "$@"; }
as_nobody cmake -S /src/tests/consumer/installed -B "$project/cmake" -G Ninja
as_nobody cmake --build "$project/cmake"
as_nobody ctest --test-dir "$project/cmake" --no-tests=error --output-on-failure
# shellcheck disable=SC2046 # lists of flags
as_nobody c++ $(pkg-config --cflags vethlab) -o "$project/reach_test" "$project/reach_test.cc" -lgmock_main \
  $(pkg-config --libs vethlab)
as_nobody "$project/reach_test"
rm -rf "$project"
apt-get -q purge -y libvethlab-dev
