// private
#pragma once

#include <vethlab/diagnosis/case.h>

#include <optional>

namespace vethlab::diagnosis {

// The packet with the destination that this node's NAT gives it; none: it is not translated.
std::optional<Packet> translated(const Node& node, const Packet& packet);

}  // namespace vethlab::diagnosis
