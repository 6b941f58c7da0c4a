#!/bin/bash
# merge <directory>...: what several machines' `ci/run tests -I <n>,,<of>` left in build/results, as one report for each
# user. Fails where a test failed, ran twice, or is in no report.
# shellcheck source=ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
[ $# != 0 ] || fail "merge: of which shards? ci/run merge <directory>..., each the build/results of one"
command -v python3 >/dev/null || fail "merge: python3 is missing: apt-get install python3"
for shard in "$@"; do
  [ -e "$shard/tests.txt" ] || fail "merge: $shard has no tests.txt: is it what \`ci/run tests\` left in build/results?"
  cmp -s "$1/tests.txt" "$shard/tests.txt" || fail "merge: $1 and $shard are of different suites: their tests.txt differ"
done

into=$results/merged status=0
rm -rf "$into" && mkdir -p "$into"
mapfile -t users < <(find "$@" -maxdepth 1 -name '*.xml' -printf '%f\n' | sort -u)
[ ${#users[@]} != 0 ] || fail "merge: there is no report in $*"
for user in "${users[@]}"; do
  reports=()
  for shard in "$@"; do if [ -e "$shard/$user" ]; then reports+=("$shard/$user"); fi; done
  say "${user%.xml}"
  "$ci/merge_junit.py" "${reports[@]}" --expect "$1/tests.txt" >"$into/$user" || status=1
  python3 "$ci/table.py" "all=$(grep -m1 -o ' time="[0-9]*' "$into/$user" | tr -dc 0-9)=$into/$user"
  [ "$(grep -m1 -o 'failures="[0-9]*"' "$into/$user")" = 'failures="0"' ] || status=1
done
exit $status
