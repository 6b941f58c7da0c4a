#!/bin/bash
# kills [<times>]: SIGKILL of a test at random instants of the scenarios with daemons (200), and what it leaves. Started
# by root: twice, the second time as an ordinary user.
# shellcheck source=ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
export VETHLAB_KILLS=${1:-200}
[[ $VETHLAB_KILLS =~ ^[1-9][0-9]*$ ]] || fail "kills: '$VETHLAB_KILLS' is not a number of times"
need_packages kills

second_user
build dev daemon_kill_tests

program=$root/build/dev/tests/crash/daemon_kill_tests status=0
say "SIGKILL at $VETHLAB_KILLS instants, as $(id -un)"
"$program" --gtest_brief=1 || status=1
if [ -n "$user" ]; then
  say "SIGKILL at $VETHLAB_KILLS instants, as the ordinary user $user"
  (cd / && as_user "$user" "$home" "$program" --gtest_brief=1) || status=1
fi
exit $status
