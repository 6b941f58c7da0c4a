#!/bin/bash
# provision.sh [<ctest argument>...]: in a regression machine, as root: installs what it takes, builds, runs the suite
# as root and as the user who called sudo. Results: build/results (JUnit). Run by vagrant/regress.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. /etc/os-release

# Compilers and libraries that these systems have too old, from where their authors publish them.
from_source() { # <url of a tar.gz> <cmake argument>...
  local url=$1 dir
  shift
  dir=$(mktemp -d)
  curl -fsSL "$url" | tar -xz -C "$dir" --strip-components=1
  cmake -S "$dir" -B "$dir/build" -G Ninja -D CMAKE_BUILD_TYPE=Release "$@"
  cmake --build "$dir/build"
  cmake --install "$dir/build"
  rm -rf "$dir"
}

tools=(git iproute iputils iptables nftables conntrack-tools tcpdump wireshark-cli curl python3 iperf3 util-linux)
libraries=(libnl3-devel libpcap-devel elfutils-devel pkgconf-pkg-config)
case $ID:$VERSION_ID in
  debian:*) ;; # ci/run installs
  ubuntu:*)
    # An ordinary user's namespaces are restricted to programs that have an AppArmor profile. The machine is a
    # throwaway: for all. (On your own a profile for your test programs is the narrower way: README.md.)
    sysctl -q -w kernel.apparmor_restrict_unprivileged_userns=0
    ;;
  fedora:*)
    dnf -q -y install gcc-c++ cmake ninja-build gtest-devel gmock-devel fmt-devel boost-devel json-devel \
      "${libraries[@]}" "${tools[@]}"
    ;;
  centos:9*)
    dnf -q -y install dnf-plugins-core epel-release
    dnf config-manager --set-enabled crb
    dnf -q -y install gcc-toolset-13-gcc-c++ cmake ninja-build gtest-devel gmock-devel fmt-devel boost-devel json-devel \
      "${libraries[@]}" "${tools[@]}"
    # shellcheck disable=SC1091
    . /opt/rh/gcc-toolset-13/enable
    ;;
  centos:8*)
    # End of life: what the mirrors had is in the vault.
    sed -i -e 's/^mirrorlist=/#&/' -e 's|^#\?baseurl=http://mirror.centos.org|baseurl=http://vault.centos.org|' \
      /etc/yum.repos.d/CentOS-*.repo
    dnf -q -y install dnf-plugins-core epel-release
    dnf config-manager --set-enabled powertools
    dnf -q -y install gcc-toolset-11-gcc-c++ boost1.78-devel python3-pip "${libraries[@]}" "${tools[@]}"
    # shellcheck disable=SC1091
    . /opt/rh/gcc-toolset-11/enable
    pip3 -q install -U pip # the system's does not know the wheels of today
    export PATH=/usr/local/bin:$PATH
    pip3 -q install cmake ninja
    export BOOST_INCLUDEDIR=/usr/include/boost1.78 BOOST_LIBRARYDIR=/usr/lib64/boost1.78
    from_source https://github.com/google/googletest/archive/refs/tags/release-1.12.1.tar.gz
    from_source https://github.com/fmtlib/fmt/archive/refs/tags/9.1.0.tar.gz -D FMT_TEST=OFF
    from_source https://github.com/nlohmann/json/archive/refs/tags/v3.11.2.tar.gz -D JSON_BuildTests=OFF
    ;;
  *)
    echo "provision.sh: $PRETTY_NAME is none of the regression machines" >&2
    exit 1
    ;;
esac

# Not all daemons of the scenarios are packaged everywhere: what is missing is skipped, and the table shows it.
export VETHLAB_REQUIRE=${VETHLAB_REQUIRE-0}
exec "$here/../ci/run" tests "$@"
