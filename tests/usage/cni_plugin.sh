#!/bin/bash
# The code under test of cni_test.cc (somebody's): a CNI plugin in the manner of "bridge" with
# "host-local" addresses and ipMasq. It is told by CNI_* and by JSON on stdin, and answers in JSON.
set -euo pipefail

conf=$(cat)
value() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" <<<"$conf"; }
fail() {
  printf '{"cniVersion":"1.0.0","code":%d,"msg":"%s"}\n' "$1" "$2"
  exit 1
}

bridge=$(value bridge)
subnet=$(value subnet) # a /16
network=${subnet%.0.0/16}
leases=/var/lib/cni/$(value name)
host_end=veth${CNI_CONTAINERID:0:8}
table=cni_$CNI_CONTAINERID

# The first free host number is the container's, from 2: 1 is the bridge's.
lease() {
  local number=2
  mkdir -p "$leases"
  until (set -o noclobber && echo "$CNI_CONTAINERID" >"$leases/$network.0.$number") 2>/dev/null; do
    number=$((number + 1))
  done
  echo "$network.0.$number"
}

add() {
  [ -e "$CNI_NETNS" ] || fail 3 "no network namespace at $CNI_NETNS"
  if ! ip link show "$bridge" >/dev/null 2>&1; then
    ip link add "$bridge" type bridge
    ip addr add "$network.0.1/16" dev "$bridge"
    ip link set "$bridge" up
  fi
  local address
  address=$(lease)
  ip link add "$host_end" type veth peer name "$CNI_IFNAME" netns "${CNI_NETNS##*/}"
  ip link set "$host_end" master "$bridge" up
  nsenter --net="$CNI_NETNS" sh -eu -c "
    ip link set '$CNI_IFNAME' up
    ip addr add '$address/16' dev '$CNI_IFNAME'
    ip route add default via '$network.0.1'"
  nft "add table ip $table
    add chain ip $table postrouting { type nat hook postrouting priority srcnat; }
    add rule ip $table postrouting ip saddr $address ip daddr != $subnet masquerade"
  printf '{"cniVersion":"1.0.0","ips":[{"address":"%s/16","gateway":"%s"}]}\n' \
    "$address" "$network.0.1"
}

# Whatever of it there is: an ADD may have been killed at any line, and a DEL may come twice.
del() {
  nft delete table ip "$table" 2>/dev/null || true
  ip link delete "$host_end" 2>/dev/null || true
  if [ -d "$leases" ]; then
    { grep -lxF "$CNI_CONTAINERID" "$leases"/* || true; } 2>/dev/null | xargs -r rm -f
  fi
  if ! ip link show master "$bridge" 2>/dev/null | grep -q .; then
    ip link delete "$bridge" 2>/dev/null || true
  fi
}

case $CNI_COMMAND in
  ADD) add ;;
  DEL) del ;;
  *) fail 4 "unknown CNI_COMMAND $CNI_COMMAND" ;;
esac
