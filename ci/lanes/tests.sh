#!/bin/bash
# tests [<ctest argument>...]: the whole suite. Started by root: twice, the second time as an ordinary user. What
# ctest says of each test is left in build/results, in JUnit's format, with the evidence of those that failed. A
# shard of three: `ci/run tests -I 2,,3`.
# shellcheck source=ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_packages tests

rm -rf "$results" && mkdir -p "$results"
logs=$(mktemp -d)
to_remove+=("$logs")

second_user
if lacks_ids; then set -- "$@" -E 'Frr|^crash/Users'; fi

build dev
tree=$root/build/dev

# Of all shards, for `ci/run merge`: without -I, which makes this one of several.
selection=()
for each in "$@"; do
  if [ "${before-}" != -I ] && [ "$each" != -I ]; then selection+=("$each"); fi
  before=$each
done
list_tests "$tree" ${selection[@]+"${selection[@]}"} >"$results/tests.txt"

host_record "$logs/before"
status=0 touched=0

say "the suite, as $(id -un)"
run_ctest "$tree" --output-junit "$results/$(id -un).xml" "$@" 2>&1 | tee "$logs/own" || status=1

if [ -n "$user" ]; then
  say "the suite again, as the ordinary user $user (uid $(id -u "$user"))"
  # ctest writes its notes where it starts, and the build tree is root's: so it starts in a directory of the
  # user's own whose only content is a pointer to the tests.
  # shellcheck disable=SC2016 # the single-quoted text is the inner shell's
  as_user "$user" "$home" sh -c 'mkdir "$HOME/ctest" && echo "subdirs(\"$1\")" >"$HOME/ctest/CTestTestfile.cmake"' \
    - "$tree"
  # A clone that is out of that user's reach takes no evidence of its tests: it is brought there.
  evidence=$results/$user.evidence
  install -d -o "$user" "$evidence"
  as_user "$user" "$home" test -w "$evidence" || evidence=$home/evidence
  (cd / && VETHLAB_ARTIFACTS=${VETHLAB_ARTIFACTS-$evidence} as_user "$user" "$home" ctest --test-dir "$home/ctest" \
    -j"$jobs" --output-on-failure --no-tests=error --output-junit "$home/results.xml" "$@") 2>&1 |
    tee "$logs/user" || status=1
  if [ -e "$home/results.xml" ]; then cp "$home/results.xml" "$results/$user.xml"; fi
  if [ -d "$home/evidence" ]; then cp -r "$home/evidence/." "$results/$user.evidence"; fi
fi

host_record "$logs/after"
host_compare "$logs/before" "$logs/after" || { status=1 touched=1; }

say "as $(id -un)"
ctest_closing "$logs/own"
if [ -n "$user" ]; then
  say "as $user"
  ctest_closing "$logs/user"
else
  echo "(Root runs the suite twice: as root, and as an ordinary user. You are $(id -un), so this was the one.)"
fi
for evidence in "$results"/*.evidence; do
  if [ -d "$evidence" ] && ! rmdir "$evidence" 2>/dev/null; then echo "What tests that failed left: $evidence"; fi
done
[ $touched = 0 ] || echo "(Not passed, whatever ctest says: the machine's own network differs, see above.)"
exit $status
