#pragma once

#include <vethlab/vethlab.h>

#include <string>

// "fe80::…", of whichever interface; empty where there is none.
inline std::string link_local_of(const vethlab::Node& node) {
  for (const vethlab::InterfaceAddress& each : node.addresses())
    if (each.address.address().is_link_local()) return each.address.address().text();
  return {};
}
