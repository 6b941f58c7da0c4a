#include <vethlab/base/peer.h>

#include <ostream>

#include <fmt/format.h>

namespace vethlab {

std::string address_and_port(const ClientAddress& peer) {
  const std::string address = peer.address.text();
  return peer.address.family() == Family::kIpv4 ? fmt::format("{}:{}", address, peer.port)
                                                : fmt::format("[{}]:{}", address, peer.port);
}

std::ostream& operator<<(std::ostream& os, const ClientAddress& peer) {
  return os << peer.transport << " " << address_and_port(peer);
}

}  // namespace vethlab
