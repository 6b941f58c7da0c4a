#!/bin/bash
# The test of layers.sh: small trees, each with one thing wrong, and what must be said of it.
set -euo pipefail

layers=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/layers.sh
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
cases=0 wrong=0

# A tree in which everything is as it should be, near the rules' borders too.
good_tree() {
  rm -rf "$temporary/tree"
  mkdir -p "$temporary/tree"
  cd "$temporary/tree"
  mkdir -p framework/vethlab/{base,mounts,netns,netlink,icmp,lab,expect} fixtures/vethlab/fixtures scenarios tests/unit
  echo '#pragma once' >framework/vethlab/base/errors.h
  printf '%s\n' '// private: libnl inside' '#pragma once' '#include <netlink/netlink.h>' \
    >framework/vethlab/netlink/handles.h
  printf '%s\n' '#pragma once' '// A route. sleep(1) and fork() in a comment.' '#include <vethlab/base/errors.h>' \
    >framework/vethlab/netlink/route.h
  printf '%s\n' '#include <vethlab/netlink/route.h>' '#include <fmt/format.h>' '#include <vethlab/netlink/handles.h>' \
    'const char* const kText = "call fork() // and sleep(1)"; /* unshare(' 'setns( */ int x = 1'"'"'000;' \
    'const char* const kRaw = R"(' 'using namespace std; fork();' ')"; void f(T t) { t.clone(); Shape::clone(); my_sleep(1); }' \
    >framework/vethlab/netlink/route.cc
  echo '#include <vethlab/base/errors.h>' >framework/vethlab/mounts/mount.h
  printf '%s\n' '#include <vethlab/mounts/mount.h>' 'int f() { return ::fork() + syscall(SYS_clone3, 0); }' \
    >framework/vethlab/netns/worker.cc
  printf '%s\n' '#pragma once' '#include <vethlab/netlink/route.h>' >framework/vethlab/lab/lab.h
  printf '%s\n' '#pragma once' '#include <gtest/gtest.h>' '#include <vethlab/lab/lab.h>' >framework/vethlab/expect/reach.h
  printf '%s\n' '#pragma once' '#include <vethlab/expect/reach.h>' >framework/vethlab/vethlab.h
  printf '%s\n' '#pragma once' '#include <vethlab/vethlab.h>' >fixtures/vethlab/fixtures/pair.h
  printf '%s\n' '#include <vethlab/fixtures/pair.h>' 'using namespace vethlab;' >scenarios/story.cc
  printf '%s\n' 'using namespace vethlab;' 'void f() { sleep(1); fork(); }' >tests/unit/x_test.cc
}

# refused <file> <line> <words of the sentence> <content, a line an argument>...
refused() {
  local file=$1 line=$2 words=$3 said status=0
  shift 3
  good_tree
  mkdir -p "$(dirname "$file")"
  printf '%s\n' "$@" >"$file"
  said=$("$layers" . 2>&1) || status=$?
  cases=$((cases + 1))
  if [ $status = 0 ] || [[ $said != "$file:$line: "*"$words"* ]] || [[ $said == *$'\n'* ]]; then
    wrong=$((wrong + 1))
    printf 'layers_test: expected  %s:%s: … %s …\n                  got  %s (exit %s)\n' \
      "$file" "$line" "$words" "$said" "$status"
  fi
}

good_tree
if ! "$layers" . >"$temporary/said" 2>&1; then
  echo "layers_test: a tree without fault is refused:"
  cat "$temporary/said"
  exit 1
fi

f=framework/vethlab
refused $f/base/bad.h 2 'base must not include <vethlab/lab/lab.h>: lab is above it' '' '#include <vethlab/lab/lab.h>'
refused $f/netlink/bad.cc 1 'lab is above it' '#include "vethlab/lab/lab.h"'
refused $f/lab/bad.cc 1 'expect is above it' '# include <vethlab/expect/reach.h>'
refused $f/expect/bad.cc 1 'fixtures is above it' '#include <vethlab/fixtures/pair.h>'
refused $f/expect/bad.cc 1 'vethlab.h is above it' '#include <vethlab/vethlab.h>'
refused $f/icmp/bad.cc 1 'icmp and netlink are siblings' '#include <vethlab/netlink/route.h>'
refused $f/netns/bad.cc 1 'netns and icmp are siblings' '#include <vethlab/icmp/echo.h>'
refused $f/capture/bad.cc 1 'capture and netlink are siblings' '#include <vethlab/netlink/route.h>'
refused $f/firewall/bad.cc 1 'firewall and netlink are siblings' '#include <vethlab/netlink/route.h>'
refused $f/lab/bad.cc 1 'not by way of' '#include "../netlink/route.h"'
refused $f/lab/bad.cc 1 'in no room' '#include <vethlab/utils/strings.h>'
refused $f/utils/strings.h 1 'there is no room utils' '#pragma once'
refused $f/lab/bad.cc 1 'GoogleTest enters at expect' '#include <gmock/gmock.h>'
refused $f/mounts/bad.cc 1 'netns is above it' '#include <vethlab/netns/worker.h>'
refused $f/mounts/bad.cc 1 'unshare() is called in' 'int f() { return unshare(0); }'
refused $f/lab/bad.cc 3 'fork() is called in' '' '' 'int f() { return fork(); }'
refused $f/lab/bad.cc 1 'fork() is called in' 'int f() { return ::fork (); }'
refused $f/lab/bad.cc 1 'vfork() is called in' 'int f() { return vfork(); }'
refused $f/lab/bad.cc 1 'clone3() is called in' 'int f() { return clone3(0, 0); }'
refused $f/expect/bad.cc 1 'unshare() is called in' 'int f() { return 1+unshare(0); }'
refused fixtures/vethlab/fixtures/bad.cc 1 'setns() is called in' 'int f() { return (setns(0, 0)); }'
refused scenarios/bad.cc 1 'clone() is called in' 'int f() { return clone(f, 0, 0); }'
refused $f/lab/bad.cc 1 'the system call SYS_clone3' 'int f() { return syscall(SYS_clone3, 0); }'
refused $f/lab/bad.cc 1 'the system call __NR_setns' 'int f() { return syscall(__NR_setns, 0); }'
refused $f/lab/bad.h 2 'no netlink library' '#pragma once' '#include <netlink/route/link.h>'
refused $f/lab/bad.h 2 'no netlink library' '#pragma once' '#include <linux/rtnetlink.h>'
refused $f/lab/bad.h 2 'no Boost' '#pragma once' '#include <boost/process.hpp>'
refused $f/lab/bad.h 3 'no fmt' '#pragma once' '// A lab.' '#include <fmt/format.h>'
refused $f/lab/bad.h 2 'is not installed' '#pragma once' '#include <vethlab/netlink/handles.h>'
refused $f/lab/bad.cc 1 'no sleep_for() here' 'void f() { std::this_thread::sleep_for(1s); }'
refused fixtures/vethlab/fixtures/bad.cc 1 'no usleep() here' 'void f() { usleep(1); }'
refused scenarios/bad.cc 2 'no sleep() here' '/* a' 'b */ void f() { ::sleep(1); }'
refused $f/lab/bad.h 2 'no using namespace in a header' '#pragma once' 'using namespace std;'
refused tests/unit/bad.h 2 'no using namespace in a header' '#pragma once' 'void f() { using  namespace std; }'

[ $wrong = 0 ] || exit 1
echo "layers_test: $cases wrong trees, each refused with its file, line and reason"
