#include <vethlab/base/client_address.h>

#include <ostream>

#include <fmt/format.h>

namespace vethlab {

std::string address_and_port(const ClientAddress& client) {
  const std::string address = client.address.text();
  return client.address.family() == Family::kIpv4 ? fmt::format("{}:{}", address, client.port)
                                                  : fmt::format("[{}]:{}", address, client.port);
}

std::ostream& operator<<(std::ostream& os, const ClientAddress& client) {
  return os << client.transport << " " << address_and_port(client);
}

}  // namespace vethlab
