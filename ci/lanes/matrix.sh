#!/bin/bash
# matrix [<suite>[/<compiler>]...] [-- <ctest argument>...]: builds and passes on other Debians, each in a throwaway
# root, by its own compilers and libraries, as an ordinary user. bookworm, trixie and sid, by g++ and clang++.
# shellcheck source=ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

wanted=()
while [ $# != 0 ] && [ "$1" != -- ]; do
  [[ $1 =~ ^[a-z]+(/(g\+\+|clang\+\+))?$ ]] || fail "matrix: '$1' is no Debian's name, nor name/g++ or name/clang++"
  if [[ $1 == */* ]]; then wanted+=("$1"); else wanted+=("$1/g++" "$1/clang++"); fi
  shift
done
[ ${#wanted[@]} != 0 ] || wanted=({bookworm,trixie,sid}/{g++,clang++})
if [ $# != 0 ]; then shift; fi
[ "$(id -u)" = 0 ] || fail "matrix: making a Debian's root takes root: sudo ci/run matrix"
need_packages matrix
results=$root/build/matrix
need_space "$results" 10 "a root with a build"
mkdir -p "$results/ccache"
chown -R nobody: "$results/ccache"
mirror=${VETHLAB_MIRROR:-http://deb.debian.org/debian}

packages() {
  local lanes package why
  while read -r lanes package why; do
    if [[ $lanes == all || ,$lanes, == *,clang,* ]]; then echo "$package"; fi
  done <"$ci/packages.txt"
}

# make_root <suite>: sets `place`, a Debian with nothing but the source tree, in /src. Says so where it can't.
make_root() {
  place=$(mktemp -d "$results/$1.XXXXXX")
  chmod 755 "$place"
  to_remove+=("$place")
  say "a root of $1"
  # A mirror may be behind: sid's lists are valid for a week.
  mmdebstrap --mode=root --variant=apt --include=ca-certificates,mount --aptopt='Acquire::Check-Valid-Until "false"' \
    "$1" "$place" "$mirror" >"$results/mmdebstrap.log" 2>&1 || {
    { grep '^E: ' "$results/mmdebstrap.log" || tail -n 3 "$results/mmdebstrap.log"; } >&2
    say "mmdebstrap could not make a root of $1 from $mirror (VETHLAB_MIRROR names another)"
    return 1
  }
  printf '#!/bin/sh\nexit 101\n' >"$place/usr/sbin/policy-rc.d" &&
    chmod 755 "$place/usr/sbin/policy-rc.d" &&
    mkdir -p "$place/src" &&
    tree_files | (cd "$root" && tar -c --null -T -) | tar -x --no-same-owner -C "$place/src" &&
    chmod -R a+rX "$place/src"
}

# make_builder <suite> <directory>: what the suite takes is installed in that root.
make_builder() {
  local file
  # Not all of them are in every Debian.
  { packages; echo ccache; } >"$2/tmp/packages"
  # shellcheck disable=SC2016 # for the inner shell
  "$ci/matrix/enter.sh" "$2" sh -c \
    'apt-get -q update && apt-cache show $(cat /tmp/packages) 2>/dev/null | sed -n "s/^Package: //p" | sort -u >/tmp/there &&
     DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $(cat /tmp/there)' \
    >"$2/tmp/apt.log" 2>&1 || { tail -n 20 "$2/tmp/apt.log" >&2; say "$1 could not install what the suite needs"; return 1; }
  rm -rf "$2"/var/cache/apt/archives/*.deb
  # As an account has that is made by adduser(8).
  for file in subuid subgid; do echo "nobody:2000000000:65536" >>"$2/etc/$file"; done
  mkdir "$2/build" && chown nobody: "$2/build"
}

# try_package <suite> <root of the build>: made there, used in a root of its own that has nothing else.
try_package() {
  local built=$2 place package
  say "$1: the package, installed and used"
  "$ci/matrix/enter.sh" "$built" sh -c 'cd /build/g++ && rm -f ./*.deb && cpack -G DEB' &&
    package=$(basename "$(ls "$built"/build/g++/libvethlab-dev_*.deb)") || return 1
  make_root "$1" || return 1
  cp "$built/build/g++/$package" "$place/src/"
  "$ci/matrix/enter.sh" "$place" bash /src/ci/matrix/package.sh "/src/$package" || return 1
  rm -rf "$place"
}

versions() {
  "$ci/matrix/enter.sh" "$1" sh -c "$2 --version | head -n 1
    dpkg-query -W -f '\${Package} \${Version}\n' libgmock-dev libboost-dev libfmt-dev libnl-3-dev 2>/dev/null" | paste -sd ';'
}

failed=() shown=() suite='' place='' described=()
for each in "${wanted[@]}"; do
  compiler=${each#*/}
  if [ "${each%/*}" != "$suite" ]; then
    if [ -n "$place" ]; then rm -rf "$place"; fi
    suite=${each%/*} place='' there=1
    make_root "$suite" && make_builder "$suite" "$place" || there=''
  fi
  report=$results/$suite-$compiler.xml
  rm -rf "$report" "${report%.xml}.evidence"
  if [ -z "$there" ]; then
    failed+=("$each: no root")
    shown+=("$each=0=$report")
    continue
  fi
  described+=("$each: $(versions "$place" "$compiler")")
  say "$each, as nobody"
  begun=$SECONDS status=0
  # What compilers made of the same source before is kept: of a second run the suites take the most time.
  VETHLAB_ROOT_CACHE=$results/ccache "$ci/matrix/enter.sh" "$place" setpriv --reuid nobody --regid nogroup --clear-groups --inh-caps=-all \
    env -i TERM="${TERM-dumb}" bash /src/ci/matrix/inside.sh "$compiler" "$@" || status=$?
  [ $status = 0 ] || failed+=("$each")
  if [ -d "$place/build/$compiler.evidence" ]; then cp -r "$place/build/$compiler.evidence" "${report%.xml}.evidence"; fi
  if [ -e "$place/build/$compiler.xml" ]; then cp "$place/build/$compiler.xml" "$report"; fi
  shown+=("$each=$((SECONDS - begun))=$report")
  if [ "$compiler" = g++ ] && [ -e "$place/build/g++/CPackConfig.cmake" ]; then
    try_package "$suite" "$place" || failed+=("$suite's package")
  fi
done

say "the Debians; of the tests those that failed, or not all ran"
printf '%s\n' "${described[@]}"
python3 "$ci/table.py" "${shown[@]}" || failed+=("one of them has no test that passed")
if [ ${#failed[@]} != 0 ]; then
  say "not passed:"
  printf '  %s\n' "${failed[@]}"
  exit 1
fi
