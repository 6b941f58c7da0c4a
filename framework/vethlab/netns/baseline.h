// private
#pragma once

#include <array>

namespace vethlab::netns {

struct Sysctl {
  const char* path;  // below /proc/sys/net/
  const char* value;
  bool ours = false;  // a new namespace never has it: it is written without a look
};

// What every node starts with, whatever the host has: a new namespace copies the host's IPv4
// `all` and `default` settings, so that Docker's ip_forward or systemd's rp_filter would leak in.
// Values are the kernel's own defaults, but for the last group. The kernel's documentation:
// networking/ip-sysctl.rst. Those of one directory stand together: it is opened once.
// clang-format off
inline constexpr std::array kBaseline = {
    Sysctl{"ipv4/conf/all/forwarding", "0"},
    Sysctl{"ipv4/conf/all/rp_filter", "0"},
    Sysctl{"ipv4/conf/all/arp_ignore", "0"},
    Sysctl{"ipv4/conf/all/arp_announce", "0"},
    Sysctl{"ipv4/conf/all/arp_filter", "0"},
    Sysctl{"ipv4/conf/all/proxy_arp", "0"},
    Sysctl{"ipv4/conf/all/accept_local", "0"},
    Sysctl{"ipv4/conf/all/route_localnet", "0"},
    Sysctl{"ipv4/conf/all/accept_redirects", "1"},
    Sysctl{"ipv4/conf/all/send_redirects", "1"},
    Sysctl{"ipv4/conf/all/promote_secondaries", "0"},
    Sysctl{"ipv4/conf/default/forwarding", "0"},
    Sysctl{"ipv4/conf/default/rp_filter", "0"},
    Sysctl{"ipv4/conf/default/arp_ignore", "0"},
    Sysctl{"ipv4/conf/default/arp_announce", "0"},
    Sysctl{"ipv4/conf/default/arp_filter", "0"},
    Sysctl{"ipv4/conf/default/proxy_arp", "0"},
    Sysctl{"ipv4/conf/default/accept_local", "0"},
    Sysctl{"ipv4/conf/default/route_localnet", "0"},
    Sysctl{"ipv4/conf/default/accept_redirects", "1"},
    Sysctl{"ipv4/conf/default/send_redirects", "1"},
    Sysctl{"ipv4/conf/default/promote_secondaries", "0"},
    Sysctl{"ipv6/conf/all/forwarding", "0"},
    Sysctl{"ipv6/conf/all/disable_ipv6", "0"},
    Sysctl{"ipv6/conf/default/forwarding", "0"},
    Sysctl{"ipv6/conf/default/disable_ipv6", "0"},
    // Ours: addresses usable at once (duplicate address detection takes 1 to 2 s), no rationing of
    // the ICMP errors that tests ask for, and no namespace held for minutes by an orphaned TCP
    // socket whose peer is gone.
    Sysctl{"ipv6/conf/all/accept_dad", "0"},
    Sysctl{"ipv6/conf/default/accept_dad", "0", true},
    Sysctl{"ipv4/icmp_ratelimit", "0", true},
    Sysctl{"ipv4/icmp_ratemask", "0", true},  // no type counts against the machine's own budget either
    Sysctl{"ipv4/tcp_orphan_retries", "1", true},
    Sysctl{"ipv6/icmp/ratelimit", "0", true},
    Sysctl{"ipv6/icmp/ratemask", "0", true},  // type 0 alone, which is nobody's
};
// clang-format on

}  // namespace vethlab::netns
