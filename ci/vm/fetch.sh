# shellcheck shell=bash
# Debian's own kernels, downloaded and unpacked, not installed. Sourced by lanes/vm.sh, after lib.sh.

# The suites that kernels come from. What the mirror has no more is left out.
vm_suites=(bullseye bookworm bookworm-backports trixie trixie-backports sid)

# vm_apt <directory>: makes there, once, a configuration of apt that knows these suites, whatever this machine's own does.
vm_apt() {
  local dir=$1 uri suite sources=()
  [ "${APT_CONFIG-}" != "$dir/apt.conf" ] || return 0
  # shellcheck disable=SC2016 # apt's own words
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    grep -E '/debian/?$' | head -n 1 || true)
  mkdir -p "$dir"/{lists/partial,cache/archives/partial,preferences,etc}
  for suite in "${vm_suites[@]}"; do
    sources+=("deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${uri:-http://deb.debian.org/debian/} $suite main")
  done
  printf '%s\n' "${sources[@]}" >"$dir/sources.list"
  cat >"$dir/apt.conf" <<EOF
Dir::Etc::sourcelist "$dir/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "$dir/preferences";
Dir::State::lists "$dir/lists";
Dir::Cache "$dir/cache";
APT::Architecture "amd64";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "2";
EOF
  export APT_CONFIG=$dir/apt.conf
  apt-get -q update >"$dir/update.log" 2>&1 || true # one suite that is gone does not take the others along
  apt-cache search --names-only '^linux-image-[0-9][^-]*(-[0-9]+)?-amd64$' | cut -d' ' -f1 | sort -V >"$dir/images"
  [ -s "$dir/images" ] || fail "apt offers no kernels (linux-image-*-amd64): $(grep -m1 -E '^(E|W|Err)' "$dir/update.log" || echo "see $dir/update.log"). Is there a network, or a mirror in /etc/apt/sources.list?"
}

# vm_image <directory> <version>: the newest package of that version ("6.1"), or of all ("newest").
vm_image() {
  local images=$1/images version=$2 image
  if [ "$version" = newest ]; then
    image=$(tail -n 1 "$images")
  else
    image=$(grep -E "^linux-image-${version//./\\.}[.+-]" "$images" | tail -n 1) || true
  fi
  if [ -z "$image" ]; then
    fail "no kernel '$version': apt offers $(sed -E 's/^linux-image-([0-9]+\.[0-9]+).*/\1/' "$images" | sort -Vu | paste -sd' '), and a path (with a /) is taken for your own"
  fi
  echo "$image"
}

# vm_unpack <package> <into>: downloads it and, of a kernel, what it consists of (since 7.x three packages more).
vm_unpack() {
  local image=$1 into=$2 parts
  [ -e "$into/.unpacked" ] && return
  rm -rf "$into" && mkdir -p "$into/deb"
  mapfile -t parts < <(apt-cache depends "$image" | sed -nE 's/^ *Depends: (linux-(binary|modules|base)-[0-9].*)$/\1/p')
  say "downloading $image"
  (cd "$into/deb" && apt-get -q download "$image" ${parts[@]+"${parts[@]}"} >download.log 2>&1) ||
    fail "could not download $image: $(grep -m1 '^E' "$into/deb/download.log" || tail -n 1 "$into/deb/download.log"). A full disk? $(df -h --output=avail "$into" | tail -n 1 | tr -d ' ') are free"
  local deb
  for deb in "$into"/deb/*.deb; do
    dpkg-deb -x "$deb" "$into" || fail "could not unpack $(basename "$deb"): $(df -h --output=avail "$into" | tail -n 1 | tr -d ' ') are free in $into"
  done
  rm -rf "$into/deb"
  touch "$into/.unpacked"
}
