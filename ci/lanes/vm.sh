#!/bin/bash
# vm [<kernel>...] [-- <ctest argument>...]: the suite under other kernels, in QEMU on this machine's own files.
# <kernel>: a version (6.1) or `newest`, of Debian's; or a path to your own: an image, or the tree it was built in.
# shellcheck source=ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=ci/vm/fetch.sh
. "$ci/vm/fetch.sh"
# shellcheck source=ci/vm/boot.sh
. "$ci/vm/boot.sh"

kernels=()
while [ $# != 0 ] && [ "$1" != -- ]; do
  [[ " ${kernels[*]-} " == *" $1 "* ]] || kernels+=("$1")
  shift
done
[ ${#kernels[@]} != 0 ] || kernels=(5.10 6.1 6.12 newest)
selection=(-L '^kernel-matrix$')
if [ $# != 0 ]; then
  shift
  selection=("$@")
fi
user=${VETHLAB_VM_USER:-root}
id -u "$user" >/dev/null 2>&1 || fail "VETHLAB_VM_USER: there is no account '$user' here"
limit=${VETHLAB_VM_SECONDS:-7200}
at_once=${VETHLAB_VM_JOBS:-$(vm_at_once)}
[[ $at_once =~ ^[1-9][0-9]*$ ]] || fail "VETHLAB_VM_JOBS: '$at_once' is no number of guests"
[ "$(uname -m)" = x86_64 ] || fail "vm: Debian's amd64 kernels are run, on an x86_64; this is $(uname -m)"

need_packages vm
cache=$root/build/vm # of each kernel what it consists of; of a run its command, console, results
need_space "$cache" 2 "a few kernels"

# All kernels are fetched first: one that cannot be had is told before hours are spent on the others.
declare -A images=() releases=() modules=()
for kernel in "${kernels[@]}"; do
  if [[ $kernel == */* ]]; then
    vm_of_path "$kernel" "$cache/own/${kernel//\//_}"
  else
    vm_apt "$cache/apt"
    image=$(vm_image "$cache/apt" "$kernel")
    vm_unpack "$image" "$cache/kernels/$image"
    vm_of_package "$cache/kernels/$image"
  fi
  images[$kernel]=$vm_image_file releases[$kernel]=$vm_release modules[$kernel]=$vm_modules
done
if [ ! -e "$cache/busybox/.unpacked" ]; then
  vm_apt "$cache/apt"
  vm_unpack busybox-static "$cache/busybox"
fi
vm_busybox=$(compgen -G "$cache/busybox/*bin/busybox" || compgen -G "$cache/busybox/usr/*bin/busybox")

build dev
list_tests "$root/build/dev" >"$cache/tests.txt"
vm_has_kvm || say "no KVM here (it takes vmx or svm in /proc/cpuinfo, and a writable /dev/kvm): the machines are emulated, and some twenty times slower"

# What is run in the guest, in the same folder.
guest_command() { # <out>
  echo "export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/tmp"
  # A skip is no failure here: the table shows it.
  echo "export VETHLAB_REQUIRE=0"
  # An emulated machine needs more time, for each test and for what is in it.
  vm_has_kvm || echo "export VETHLAB_TEST_TIMEOUT=900 VETHLAB_TIMEOUT_FACTOR=10"
  printf 'export VETHLAB_ARTIFACTS=%q\n' "$1/evidence"
  printf 'cd /tmp; '
  # ctest writes its notes where it starts.
  printf 'mkdir ctest && echo %q >ctest/CTestTestfile.cmake && chown -R %q ctest %q\n' \
    "subdirs(\"$root/build/dev\")" "$user" "$1"
  printf 'exec setpriv --reuid %q --regid %q --clear-groups ' "$(id -u "$user")" "$(id -g "$user")"
  [ "$user" = root ] || printf '%s ' --inh-caps=-all
  printf '%q ' ctest --test-dir /tmp/ctest -j2 --output-on-failure --no-tests=error \
    --output-junit "$1/junit.xml" "${selection[@]}"
}

# What no test may bring a kernel to say.
complaints='------------\[ cut here|\b(BUG|WARNING|UBSAN): |\bOops\b|general protection fault|Kernel panic|INFO: task .* blocked|unregister_netdevice: waiting|ref_tracker: '

# By the kernel: QEMU's process, and that which shows what it writes; when it began, and what it took.
declare -A running=() showing=() begun=() took=()
failed=() shown=() tests_failed='ctest ended with 8: tests failed, or there were none'

into() { echo "$cache/run/${1//\//_}"; }

start() { # <kernel>
  local kernel=$1 place label=''
  place=$(into "$kernel")
  rm -rf "$place" && mkdir -p "$place/out"
  vm_image_file=${images[$kernel]} vm_release=${releases[$kernel]} vm_modules=${modules[$kernel]}
  guest_command "$place/out" >"$place/command"
  say "Linux $vm_release, as $user"
  if [ ${#kernels[@]} != 1 ] && [ "$at_once" != 1 ]; then label="$vm_release: "; fi
  vm_start "$place" "$limit" "$label" "$place/out"
  running[$kernel]=$vm_guest showing[$kernel]=$vm_shown begun[$kernel]=$SECONDS
  to_end=("${running[@]}" "${showing[@]}")
}

finish() { # <kernel>
  local kernel=$1 release=${releases[$1]} place status=0 why=''
  place=$(into "$kernel")
  wait "${running[$kernel]}" || status=$?
  wait "${showing[$kernel]}" || true
  unset "running[$kernel]" "showing[$kernel]"
  to_end=("${running[@]}" "${showing[@]}") # theirs may be others' by now
  status=$(vm_result "$place" "$status")
  case $status in
    0) ;;
    124) why="not ready in $limit s" ;;
    125) why="it gave no answer$(head -n 3 "$place/qemu.err" | sed 's/^/; QEMU: /')" ;;
    8) why=$tests_failed ;;
    *) why="ctest ended with $status" ;;
  esac
  if grep -qEe "$complaints" "$place/console"; then why="${why:+$why; }its console complains"; fi
  if [ -n "$why" ]; then failed+=("$kernel ($release): $why"); fi
  # Of tests that failed ctest has said all.
  if [ -n "$why" ] && [ "$why" != "$tests_failed" ]; then
    say "Linux $release: $why. The end of its console:"
    { grep -E -A25 -e "$complaints" "$place/console" || tail -n 25 "$place/console"; } >"$place/complaint"
    tail -n 60 "$place/complaint"
  fi
  took[$kernel]=$((SECONDS - begun[$kernel]))
}

waiting=("${kernels[@]}")
while [ ${#waiting[@]} != 0 ] || [ ${#running[@]} != 0 ]; do
  while [ ${#waiting[@]} != 0 ] && [ ${#running[@]} -lt "$at_once" ]; do
    start "${waiting[0]}"
    waiting=("${waiting[@]:1}")
  done
  sleep 1 # not `wait -n`: it knows nothing of one that ended before
  for kernel in "${!running[@]}"; do
    kill -0 "${running[$kernel]}" 2>/dev/null || finish "$kernel"
  done
done
for kernel in "${kernels[@]}"; do
  shown+=("${releases[$kernel]}=${took[$kernel]}=$(into "$kernel")/out/junit.xml")
done

say "the kernels; of the tests those that failed, or not all ran"
python3 "$ci/table.py" "${shown[@]}" || failed+=("a kernel has no test that passed")
if [ ${#failed[@]} != 0 ]; then
  say "not passed:"
  printf '  %s\n' "${failed[@]}"
  exit 1
fi
