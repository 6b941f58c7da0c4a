// private
#pragma once

#include <vethlab/capture/packet.h>

#include <span>
#include <string>

namespace vethlab::capture {

struct PcapngText {
  std::string comment = {};    // of the whole file; empty: none
  std::string node = {};       // interfaces are called "eth0@client"
  std::string interface = {};  // one that is named though no packet passed it
  std::string filter = {};
  int snaplen = 0;
};

// A file for Wireshark (draft-ietf-opsawg-pcapng), times in nanoseconds: one section, an interface each
// for those that packets passed, the packets. In this machine's byte order, as the format wants it.
std::string pcapng(std::span<const Packet> packets, const PcapngText& text);

}  // namespace vethlab::capture
