// private
#pragma once

#include <vethlab/diagnosis/case.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vethlab::diagnosis {

using NamedCounters = std::vector<std::pair<std::string, std::int64_t>>;

// Of the text of /proc/net/snmp, netstat, snmp6, xfrm_stat and dev, one after the other, those that count what
// goes wrong: "IpInDiscards" as nstat(8) names them, "XfrmInPolBlock", and of the interface "eth0 rx_dropped".
NamedCounters counters_of_errors(std::string_view text, std::string_view dev);

// Which of the node's count this probe, in words: a line, or none.
std::vector<std::string> counted_as_wrong(Case& judged, const Node& node, const std::string& dev);

}  // namespace vethlab::diagnosis
