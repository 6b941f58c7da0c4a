#pragma once

#include <vethlab/vethlab.h>

#include <string>
#include <vector>

// FRR in a node: zebra, and a bgpd that can die and be started again. It becomes the user frr: its lab
// has to have Ids::kSubordinate.

inline const std::vector<std::string> kFrrDirs = {"/etc/frr", "/run/frr", "/var/tmp/frr",
                                                  "/var/lib/frr"};

inline vethlab::Daemon& start_bgpd(vethlab::Node& node) {
  return node.spawn(
      {"/usr/lib/frr/bgpd", "-f", "/etc/frr/bgpd.conf", "-i", "/run/frr/bgpd.pid", "--log",
       "stdout"},
      {.ready = vethlab::listens_on_tcp(179) && vethlab::exists("/run/frr/bgpd.vty")});
}

// Of a node with kFrrDirs as its private_dirs.
inline vethlab::Daemon& start_frr(vethlab::Node& node, const std::string& bgpd_conf) {
  node.write_file("/etc/frr/bgpd.conf", bgpd_conf);
  node.write_file("/etc/frr/zebra.conf", "");
  node.write_file("/etc/frr/vtysh.conf", "");
  node.shell("mkdir -p /run/frr; chown -R frr:frr /etc/frr /run/frr /var/tmp/frr /var/lib/frr");
  node.spawn({"/usr/lib/frr/zebra", "-f", "/etc/frr/zebra.conf", "-i", "/run/frr/zebra.pid",
              "--log", "stdout"},
             {.ready = vethlab::exists("/run/frr/zserv.api")});
  return start_bgpd(node);
}
