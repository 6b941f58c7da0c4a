#!/bin/bash
# check.sh <number> <misuse.cc> <compiler> [<flag>...]
#
# Compiles one branch of misuse.cc. Branch 0 must compile. Every other one must not, and the compiler must
# say why in the words of one of the branch's own comments:
#
#   #elif MISUSE == 4
#     a.exec("ip link");  // expect: could not convert
#                         // expect: no viable conversion
#
# (Several, since compilers differ in their words; the text goes to the end of the line.)
set -u
number=$1 source=$2
shift 2

expected=$(awk -v number="$number" '
  /^#/ { inside = $0 ~ ("MISUSE == " number "([^0-9]|$)") }
  inside && sub(/.*\/\/ expect: */, "") { sub(/ +$/, ""); print }' "$source")

said=$(LC_ALL=C "$@" -DMISUSE="$number" -fsyntax-only "$source" 2>&1)
status=$?

if [ "$number" = 0 ]; then
  if [ $status != 0 ]; then
    printf '%s\n' "$said" "branch 0 must compile: as it doesn't, the others prove nothing"
    exit 1
  fi
  exit 0
fi

if [ -z "$expected" ]; then
  echo "$source: branch $number has no '// expect: <text the compiler prints>' beside it"
  exit 1
fi
if [ $status = 0 ]; then
  echo "$source: branch $number compiles, and must not: expected '$expected'"
  exit 1
fi
if ! grep -qF -- "$expected" <<<"$said"; then
  printf '%s\n' "$said" "" "$source: branch $number does not compile, but for another reason than expected: none of" \
    "$expected"
  exit 1
fi
