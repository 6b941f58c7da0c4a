#!/bin/bash
# enter.sh <root> <command>...: runs a command in a Debian root as its machine, with mounts and processes of its
# own that end with it. Not by chroot(2): a process in one gets no user namespace. The directory
# VETHLAB_ROOT_CACHE, if any, is its /ccache (below /var tests could not lay anything over that).
set -euo pipefail
root=$1
shift
# shellcheck disable=SC2016 # the single-quoted text is the inner shell's
exec unshare --mount --propagation private --pid --fork --kill-child --uts bash -c '
  set -e
  root=$1
  shift
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount --rbind /dev "$root/dev"
  mount --bind /etc/resolv.conf "$root/etc/resolv.conf"
  if [ -n "${VETHLAB_ROOT_CACHE-}" ]; then
    mkdir -p "$root/ccache"
    mount --bind "$VETHLAB_ROOT_CACHE" "$root/ccache"
  fi
  hostname "$(basename "$root")"
  cd "$root"
  pivot_root . mnt
  cd /
  umount -l /mnt
  # As the first process here, which signals end only if it says so; all others go with it.
  trap "exit 130" INT
  trap "exit 143" TERM
  "$@"' - "$root" "$@"
