#!/bin/bash
# table.py and merge_junit.py, shown reports as ctest writes them.
set -euo pipefail
ci=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

report() { # <file> <tests> <failures> <skipped> <testcase>...
  printf '<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="Linux" tests="%s" failures="%s" disabled="0" skipped="%s" time="2">\n%s\n</testsuite>\n' \
    "$2" "$3" "$4" "${*:5}" >"$1"
}
passed() { echo "<testcase name=\"$1\" time=\"1\" status=\"run\"><system-out>fine</system-out></testcase>"; }
skipped() { echo "<testcase name=\"$1\" time=\"0\" status=\"notrun\"><skipped message=\"SKIP_REGULAR_EXPRESSION_MATCHED\"/><system-out>a_test.cc:3: Skipped
$2


[  SKIPPED ] A.B (1 ms)</system-out></testcase>"; }
failing() { echo "<testcase name=\"$1\" time=\"1\" status=\"fail\"><failure message=\"\"/><system-out>a_test.cc:4: Failure
$2
[  FAILED  ] A.B (1 ms)</system-out></testcase>"; }

expect() { # <what> <expected> <command>...
  local what=$1 expected=$2 said
  shift 2
  said=$("$@" 2>&1) || said+=$'\n'"ended with $?"
  if [ "$said" != "$expected" ]; then
    printf '%s: expected\n%s\nbut got\n%s\n' "$what" "$expected" "$said"
    exit 1
  fi
}

report old.xml 3 1 1 "$(passed net/One)" "$(skipped net/Two 'needs Linux 6.6')" "$(failing net/Three 'Expected: up
  Actual: down
Evidence: /there')"
report new.xml 3 0 0 "$(passed net/One)" "$(passed net/Two)" "$(passed net/Three)"
expect "a table" \
  "5.10  3 tests: 1 ok, 1 skipped, 1 failed; 60 s
6.12  3 tests: 3 ok, 0 skipped, 0 failed; 50 s
7.1   no results, 9 s

           5.10         6.12  7.1
net/One    ok           ok    not run
net/Three  FAILED [1]   ok    not run
net/Two    skipped [2]  ok    not run

[1] Expected: up Actual: down Evidence: /there
[2] needs Linux 6.6" \
  python3 "$ci/table.py" 5.10=60=old.xml 6.12=50=new.xml 7.1=9=none.xml

# As ctest writes it of a test that takes too long, or crashes, and of one whose program is not there.
report ends.xml 4 2 1 '<testcase name="late" time="9.01" status="fail"><failure message=""/><system-out>begun
</system-out></testcase>
<testcase name="crash" time="0.01" status="fail"><failure message=""/><system-out></system-out></testcase>
<testcase name="gone" time="0" status="notrun"><skipped message="Unable to find executable"/><system-out>Unable to find executable: x</system-out></testcase>
<testcase name="off" time="0" status="disabled"><system-out>Disabled</system-out></testcase>'
expect "of other ends, and no test that passed" \
  "6.1  4 tests: 0 ok, 0 skipped, 3 failed; 7 s

       6.1
crash  FAILED [1]
gone   FAILED [2]
late   FAILED [3]
off    disabled

[1] out of time, crashed or killed, after 0 s
[2] not run: Unable to find executable
[3] out of time, crashed or killed, after 9 s; its last line: begun
ended with 1" \
  python3 "$ci/table.py" 6.1=7=ends.xml
head -n 3 old.xml >half.xml
expect "half a report" "6.1  no results, 5 s" python3 "$ci/table.py" 6.1=5=half.xml

report first.xml 1 0 0 "$(passed net/One)"
report second.xml 2 0 0 "$(passed net/Two)" "$(passed net/Three)"
printf 'net/One\nnet/Two\nnet/Three\n' >all
expect "a whole" "3" sh -c "'$ci/merge_junit.py' first.xml second.xml --expect all | grep -o '<testcase ' | wc -l"
expect "what is in two reports" "merge_junit.py: net/One: in first.xml and in new.xml
ended with 1" sh -c "'$ci/merge_junit.py' first.xml new.xml >/dev/null"
expect "what is in none" "merge_junit.py: net/Three: in no report
merge_junit.py: net/Two: in no report
ended with 1" sh -c "'$ci/merge_junit.py' first.xml --expect all >/dev/null"
for shard in 1 2; do
  report gtest$shard.xml 1 0 0 "<testcase name=\"Does\" classname=\"Suite$shard\" status=\"run\" time=\"0\"/>"
done
printf 'Suite1.Does\nSuite2.Does\n' >suites
expect "GoogleTest's own reports" "2" \
  sh -c "'$ci/merge_junit.py' gtest1.xml gtest2.xml --expect suites | grep -o '<testcase ' | wc -l"
expect "a report that is not there" "merge_junit.py: none.xml: [Errno 2] No such file or directory: 'none.xml'
ended with 1" sh -c "'$ci/merge_junit.py' none.xml >/dev/null"
