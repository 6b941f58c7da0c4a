#!/usr/bin/env bash
# The story as a shell tells it: once for each line on stdin; how many seconds it took, on stdout.
# The machine's own /run/netns never sees it.
set -eu

if [ "${1-}" != inside ]; then
  privilege=()
  [ "$(id -u)" = 0 ] || privilege=(--user --map-root-user)
  # Once for all the stories: this isn't iproute2's cost.
  exec unshare "${privilege[@]}" --mount --net -- bash "$0" inside
fi
mount -t tmpfs none /run

# The quickest way we know to do it one command at a time: both ends are born in their place, and
# nsenter is half the price of `ip netns exec`.
story() {
  ip netns add host
  ip netns add netns0
  ip link add veth0 netns host type veth peer name ceth0 netns netns0
  ip -n host link set lo up
  ip -n netns0 link set lo up
  ip -n host address add 172.18.0.11/16 dev veth0
  ip -n netns0 address add 172.18.0.10/16 dev ceth0
  ip -n host link set veth0 up
  ip -n netns0 link set ceth0 up
  nsenter --net=/run/netns/netns0 ping -q -c1 -W1 172.18.0.11 >/dev/null
  nsenter --net=/run/netns/host ping -q -c1 -W1 172.18.0.10 >/dev/null
  ip netns del netns0
  ip netns del host
}

story # the first also makes /run/netns
while read -r; do
  start=${EPOCHREALTIME/[.,]/}
  story
  end=${EPOCHREALTIME/[.,]/}
  printf '%d.%06d\n' $(((end - start) / 1000000)) $(((end - start) % 1000000))
done
