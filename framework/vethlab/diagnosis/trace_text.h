// private
#pragma once

#include <vethlab/diagnosis/case.h>

#include <string>
#include <vector>

namespace vethlab::diagnosis {

// The name of our table, in each family that has one.
inline constexpr const char* kTraceTable = "vethlab_why";

// Which packets of a node nf_tables is to trace, as nft says it.
struct Traced {
  std::vector<std::string> in = {};   // that come in or pass
  std::vector<std::string> out = {};  // that the node makes
  bool arp = false;                   // all of them are ARP's
  std::string dev = {};               // where they come in; empty: not asked below IP
  bool bridged = false;               // that is a bridge's port, or a bridge
};

// The probe, as its source sends it; a packet as a node saw it, and that node's answer.
Traced traced_probe(const Case& judged);
Traced traced_packet(Case& judged, const Sighting& about);
// Questions for this neighbour and the answers, of ARP or IPv6. `dev` of this node: where they come in.
Traced traced_resolution(Case& judged, const Node& node, const IpAddress& target,
                         const std::string& dev);

// A table of ours that marks these packets before everybody else's chains see them; and its deletion.
enum class Below : std::uint8_t { kNo, kYes };  // also in the families netdev and bridge
std::string trace_text(const Traced& traced, Below below);
std::string untrace_text(const std::string& trace_text);

}  // namespace vethlab::diagnosis
