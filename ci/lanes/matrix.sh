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
mkdir -p "$results"
mirror=${VETHLAB_MIRROR:-http://deb.debian.org/debian}

packages() {
  local lanes package why
  while read -r lanes package why; do
    if [[ $lanes == all || ,$lanes, == *,clang,* ]]; then echo "$package"; fi
  done <"$ci/packages.txt"
}

# make_root <suite> <directory>
make_root() {
  say "a root of $1"
  mmdebstrap --mode=root --variant=apt --quiet --include=ca-certificates,mount "$1" "$2" "$mirror" ||
    fail "matrix: mmdebstrap could not make a root of $1 from $mirror (VETHLAB_MIRROR names another)"
  printf '#!/bin/sh\nexit 101\n' >"$2/usr/sbin/policy-rc.d"
  chmod 755 "$2/usr/sbin/policy-rc.d"
  # Not all of them are in every Debian.
  packages >"$2/tmp/packages"
  # shellcheck disable=SC2016 # for the inner shell
  "$ci/matrix/enter.sh" "$2" sh -c \
    'apt-get -q update && apt-cache show $(cat /tmp/packages) 2>/dev/null | sed -n "s/^Package: //p" | sort -u >/tmp/there &&
     DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $(cat /tmp/there)' \
    >"$2/tmp/apt.log" 2>&1 || { tail -n 20 "$2/tmp/apt.log" >&2; fail "matrix: $1 could not install what the suite needs"; }
  rm -rf "$2"/var/cache/apt/archives/*.deb
  mkdir -p "$2/src" "$2/build"
  tree_files | (cd "$root" && tar -c --null -T -) | tar -x --no-same-owner -C "$2/src"
  chmod -R a+rX "$2/src"
  chown nobody: "$2/build"
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
    suite=${each%/*}
    place=$(mktemp -d "$results/$suite.XXXXXX")
    chmod 755 "$place"
    to_remove+=("$place")
    make_root "$suite" "$place"
  fi
  described+=("$each: $(versions "$place" "$compiler")")
  say "$each, as nobody"
  begun=$SECONDS status=0
  "$ci/matrix/enter.sh" "$place" setpriv --reuid nobody --regid nogroup --clear-groups --inh-caps=-all \
    env -i TERM="${TERM-dumb}" bash /src/ci/matrix/inside.sh "$compiler" "$@" || status=$?
  [ $status = 0 ] || failed+=("$each")
  report=$results/$suite-$compiler.xml
  rm -f "$report"
  if [ -e "$place/build/$compiler.xml" ]; then cp "$place/build/$compiler.xml" "$report"; fi
  shown+=("$each=$((SECONDS - begun))=$report")
  if [ "$compiler" = g++ ] && [ -e "$place/build/g++/CPackConfig.cmake" ]; then
    say "$suite: the package, installed and used"
    "$ci/matrix/enter.sh" "$place" bash /src/ci/matrix/package.sh /build/g++ || failed+=("$suite's package")
  fi
done

say "the Debians; of the tests those that failed, or not all ran"
printf '%s\n' "${described[@]}"
python3 "$ci/table.py" "${shown[@]}"
if [ ${#failed[@]} != 0 ]; then
  say "not passed: ${failed[*]}"
  exit 1
fi
