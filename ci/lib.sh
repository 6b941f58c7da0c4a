# shellcheck shell=bash
# What the lanes share; sourced by each.
set -euo pipefail

ci=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$ci")
jobs=$(nproc)
# What CI keeps: what ctest said of each test (JUnit), and what tests that failed left. VETHLAB_RESULTS=results-2 is of
# a shard whose results are to lie beside others'.
results=$root/build/${VETHLAB_RESULTS:-results}

# The tools of an ordinary Debian user: ip, iptables and nft are in sbin.
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL=C.UTF-8
# Here a test that cannot run is a failure, never a silent skip.
export VETHLAB_REQUIRE=${VETHLAB_REQUIRE-1}
# The unprivileged pass reads what root builds.
umask 022
if command -v ccache >/dev/null; then
  export CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER-ccache}
fi

say() { printf '\n== %s\n' "$*"; }

fail() {
  printf 'ci/run: %s\n' "$*" >&2
  exit 1
}

[[ ${results#"$root/build/"} =~ ^results[-a-zA-Z0-9_.]*$ ]] || fail "VETHLAB_RESULTS: '$VETHLAB_RESULTS' is not results, or results-<what>: a name in build"

# Processes and directories to be gone when the lane ends, however it ends.
to_remove=()
to_end=()
clean_up() {
  local it
  set +e # what fails here keeps nothing else from being done
  for it in ${to_end[@]+"${to_end[@]}"}; do
    kill "$it" 2>/dev/null
    wait "$it" 2>/dev/null
  done
  allow_starts
  for it in ${to_remove[@]+"${to_remove[@]}"}; do rm -rf -- "$it"; done
  # With sudo in somebody's clone: what we made there is theirs.
  if [ "$(id -u)" = 0 ] && [ -d "$root/build" ]; then chown -R --reference="$root" "$root/build"; fi
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# ------------------------------------------------------------------------------------------ packages

as_root=()

# While we install, Debian's packages start no daemon: they ask this program (invoke-rc.d(8)).
policy=/usr/sbin/policy-rc.d policy_is_ours=
forbid_starts() {
  local text
  # One of ours that was left there, by a SIGKILL, is ours to remove.
  if [ -e $policy ] && ! grep -q "of vethlab's ci/run" $policy; then return; fi
  text=$(mktemp)
  to_remove+=("$text")
  printf "#!/bin/sh\n# of vethlab's ci/run, while it installs\nexit 101\n" >"$text"
  policy_is_ours=1
  ${as_root[@]+"${as_root[@]}"} install -m 755 "$text" $policy
}
allow_starts() {
  if [ -n "$policy_is_ours" ]; then ${as_root[@]+"${as_root[@]}"} rm -f $policy; fi
  policy_is_ours=
}

is_installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Leaves in the caller's `missing` what apt has: newer releases, and Debian's relatives, do not have them all.
leave_out_unknown() {
  local package known=()
  for package in "${missing[@]}"; do
    if apt-cache show "$package" >/dev/null 2>&1; then
      known+=("$package")
    else
      say "apt has no $package here: left out; the tests that need it say so"
    fi
  done
  missing=(${known[@]+"${known[@]}"})
}

# need_packages <lane>: installs what is missing, or says what to install.
need_packages() {
  if ! command -v dpkg-query >/dev/null; then
    echo "ci/run: this is not Debian, so packages are yours to install; ci/packages.txt lists them" >&2
    return
  fi
  local lanes package why missing=()
  local -A reasons
  while read -r lanes package why; do
    [[ -z $lanes || $lanes == \#* ]] && continue
    [[ $lanes == all || ,$lanes, == *,$1,* ]] || continue
    is_installed "$package" && continue
    missing+=("$package")
    reasons[$package]=$why
  done <"$ci/packages.txt"
  [ ${#missing[@]} = 0 ] && return

  if [ "$(id -u)" != 0 ]; then
    if ! sudo -n true 2>/dev/null; then
      # Where apt has lists, what is in none of them is not asked for.
      if apt-cache show g++ >/dev/null 2>&1; then leave_out_unknown; fi
      [ ${#missing[@]} != 0 ] || return 0
      {
        echo "ci/run: these packages are missing:"
        for package in "${missing[@]}"; do printf '  %-18s %s\n' "$package" "${reasons[$package]}"; done
        echo "Installing them takes root, and sudo needs a password here. Please run:"
        echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}"
      } >&2
      exit 1
    fi
    as_root=(sudo -n)
  fi
  local apt=(${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get -q
    -o DPkg::Lock::Timeout=300) unit
  "${apt[@]}" update
  leave_out_unknown
  [ ${#missing[@]} != 0 ] || return 0
  say "installing ${missing[*]}"
  # The tests start daemons themselves, in a lab. On the machine none of these is started now, nor at its next start.
  forbid_starts
  "${apt[@]}" install -y --no-install-recommends "${missing[@]}" || fail "apt-get could not install them"
  allow_starts
  if [ -d /run/systemd/system ]; then
    for unit in bird frr radvd lighttpd openvpn; do
      [[ " ${missing[*]} " == *" ${unit/bird/bird2} "* ]] || continue
      ${as_root[@]+"${as_root[@]}"} systemctl disable --quiet "$unit.service" || true
    done
  fi
}

# ------------------------------------------------------------------------------------------ the tree

# Every file of the tree, relative, NUL between them: tracked, or new and not ignored.
tree_files() {
  cd "$root"
  # Whoever owns the clone (git's "dubious ownership"), we only list its files.
  local git=(git -c "safe.directory=*")
  if "${git[@]}" rev-parse --git-dir >/dev/null 2>&1; then
    "${git[@]}" ls-files -z --cached --others --exclude-standard
  else
    find . -path ./build -prune -o -type f -printf '%P\0'
  fi | while IFS= read -r -d '' file; do
    if [ -e "$file" ]; then printf '%s\0' "$file"; fi
  done
}

# need_space <directory> <GB> <what takes it>
need_space() {
  local free
  mkdir -p "$1"
  free=$(df --output=avail -BG "$1" | tail -n 1 | tr -dc 0-9)
  [ "$free" -ge "$2" ] ||
    fail "the disk is full: $free GB are free at $1, and $3 takes some $2. Older builds go by: rm -r $root/build"
}

# build <preset> [<target>...]
build() {
  local preset=$1 dir=$root/build/$1
  shift
  [ -e "$dir" ] || need_space "$root/build" 4 "a build"
  if [ -e "$dir" ] && [ ! -w "$dir" ]; then
    fail "$dir belongs to $(stat -c %U "$dir"), not to you: remove it, or use a clone of your own"
  fi
  mkdir -p "$root/build"
  say "building, preset $preset"
  cmake -S "$root" --preset "$preset" >"$root/build/configure-$preset.txt" 2>&1 ||
    { cat "$root/build/configure-$preset.txt" >&2; fail "configuring failed"; }
  cmake --build "$dir" ${1+--target "$@"}
}

# ------------------------------------------------------------------------------------------ the host, untouched

# The machine's own network as text, without what changes by itself: lifetimes, timers, counters.
host_state() {
  local family
  echo "# ip -d link" && ip -d link
  echo "# ip address" && ip address
  for family in -4 -6; do
    echo "# ip $family route show table all" && ip $family route show table all
    echo "# ip $family rule" && ip $family rule
  done
  if [ "$(id -u)" = 0 ]; then # the firewall is only root's to read
    local save
    for save in iptables-save ip6tables-save; do
      if command -v $save >/dev/null; then echo "# $save" && $save 2>/dev/null; fi
    done
    if command -v nft >/dev/null; then echo "# nft list ruleset" && nft --stateless list ruleset; fi
  fi
  echo "# ls /run/netns"
  if [ -d /run/netns ]; then ls /run/netns; fi
}

# host_record <file>
host_record() {
  { host_state || true; } 2>&1 | sed -E \
    -e 's/(valid_lft|preferred_lft) [0-9]+sec/\1 …/g' \
    -e 's/ expires [0-9]+sec//' \
    -e 's/ age [0-9]+sec//' \
    -e 's/_timer +[0-9.]+/_timer …/g' \
    -e 's/\[[0-9]+:[0-9]+\]/[…]/' \
    -e '/^# (Generated by|Completed on)/d' >"$1"
}

# host_compare <before> <after>: fails, saying what differs.
host_compare() {
  say "the machine's own network, before and after"
  if diff -U0 --label before --label after --show-function-line='^# ' "$1" "$2"; then
    echo "unchanged: links, addresses, routes, rules, firewall, names in /run/netns"
  else
    echo "ci/run: the tests changed the machine's own network (- before, + after), which they must never do" >&2
    return 1
  fi
}

# ------------------------------------------------------------------------------------------ the ordinary user

# Prints an account that exists and isn't root's.
ordinary_user() {
  local name
  for name in "${SUDO_USER:-}" nobody; do
    if [ -n "$name" ] && [ "$(id -u "$name" 2>/dev/null || echo 0)" != 0 ]; then
      echo "$name"
      return
    fi
  done
  getent passwd | awk -F: '$3 > 0 { print $1; found = 1; exit } END { exit !found }'
}

# with_ids <user> <command>...: by root; the command sees a range of ids for that user in subuid(5) and subgid(5),
# as an account that is made by adduser(8) has one. In a mount namespace of its own: the machine's files stay as
# they are. The range lies beyond those that useradd(8) and systemd give away.
with_ids() {
  local user=$1
  shift
  if grep -q "^$user:" /etc/subuid 2>/dev/null || ! unshare --mount true 2>/dev/null; then
    "$@"
    return
  fi
  # shellcheck disable=SC2016 # the single-quoted text is the inner shell's
  unshare --mount sh -euc '
    line=$1:2000000000:65536
    shift
    mount -t tmpfs -o mode=755 ids /mnt
    for file in subuid subgid; do
      [ -e /etc/$file ] || continue
      { cat /etc/$file && echo "$line"; } >/mnt/$file
      mount --bind /mnt/$file /etc/$file
    done
    umount --lazy /mnt
    exec "$@"' - "$user" "$@"
}

# as_user <user> <home> <command>...: nothing of root's comes along but what a test may look at.
as_user() {
  local user=$1 home=$2 kept=() name
  shift 2
  for name in $(compgen -e | grep -E '^(VETHLAB_|CI$|TERM$|LC_ALL$|PATH$|[A-Z]*SAN_OPTIONS$)'); do
    kept+=("$name=${!name}")
  done
  with_ids "$user" \
    setpriv --reuid "$(id -u "$user")" --regid "$(id -g "$user")" --clear-groups --inh-caps=-all -- \
    env -i "${kept[@]}" HOME="$home" TMPDIR="$home" USER="$user" LOGNAME="$user" "$@"
}

# make_home <user>: prints a new empty directory of that user's.
make_home() {
  local home
  home=$(mktemp -d /var/tmp/vethlab-home.XXXXXX)
  chown "$(id -u "$1"):$(id -g "$1")" "$home"
  echo "$home"
}

# readable_to <user> <home>: sees to it that that user can read the tree ($root) and run what is built in it. A
# clone below a private directory (/root, mktemp -d) is out of reach, whatever its own mode: then $root is a copy.
readable_to() {
  local user=$1 home=$2 copy
  if as_user "$user" "$home" test -r "$root/CMakeLists.txt" -a -x "$root" &&
    { [ ! -d "$root/build" ] || as_user "$user" "$home" test -x "$root/build"; }; then
    return
  fi
  copy=$(mktemp -d /var/tmp/vethlab-copy.XXXXXX)
  to_remove+=("$copy")
  say "user $user cannot read $root: both passes run in a copy, $copy"
  tree_files | (cd "$root" && tar -c --null -T -) | tar -x --no-same-owner -C "$copy"
  chmod -R a+rX "$copy"
  root=$copy
}

# Root does it twice. Sets `user`, who does it the second time, and `home`; empty where root did not start it.
second_user() {
  user='' home=''
  if [ "$(id -u)" != 0 ]; then return; fi
  user=$(ordinary_user) || fail "no account but root's exists here; the second pass needs one"
  home=$(make_home "$user")
  to_remove+=("$home")
  readable_to "$user" "$home"
}

# Who has no range of ids (subuid(5)) runs nothing that becomes another user. Said here; the caller leaves it out.
lacks_ids() {
  if [ "$(id -u)" = 0 ] || grep -qE "^($(id -un)|$(id -u)):" /etc/subuid 2>/dev/null; then return 1; fi
  say "$(id -un) has no range of ids in /etc/subuid: FRR, which becomes another user, is left out"
  echo "To mend it, as root: usermod --add-subuids FIRST-LAST --add-subgids FIRST-LAST $(id -un) (65536 ids that nobody has)"
}

# ------------------------------------------------------------------------------------------ ctest

# ctest_closing <log>: ctest's own last words, from the score on.
ctest_closing() { sed -n '/% tests passed/,$p' "$1"; }

# list_tests <build directory> [<ctest argument>...]: prints each test's name. The first ctest after a build asks each
# program for its tests, and writes them down in the tree: who comes later need not, and may not be able to.
list_tests() {
  local dir=$1
  shift
  ctest --test-dir "$dir" --show-only=json-v1 "$@" |
    python3 -c 'import json, sys; print(*(test["name"] for test in json.load(sys.stdin)["tests"]), sep="\n")'
}

# As root in a mount namespace of its own: what another program mounts meanwhile on the machine would else be taken
# for what a test has left.
run_ctest() { # <build directory> [<ctest argument>...]
  local dir=$1 own_mounts=()
  shift
  if [ "$(id -u)" = 0 ] && unshare --mount true 2>/dev/null; then own_mounts=(unshare --mount --propagation private); fi
  VETHLAB_ARTIFACTS=${VETHLAB_ARTIFACTS-$results/$(id -un).evidence} \
    ${own_mounts[@]+"${own_mounts[@]}"} ctest --test-dir "$dir" -j"$jobs" --output-on-failure --no-tests=error "$@"
}
