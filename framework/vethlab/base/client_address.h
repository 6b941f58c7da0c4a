#pragma once

#include <vethlab/base/ip_address.h>
#include <vethlab/base/probe.h>

#include <iosfwd>
#include <string>

namespace vethlab {

// Whom a server has heard, as it saw them: behind a NAT, not as they call themselves.
struct ClientAddress {
  Transport transport = Transport::kTcp;
  IpAddress address = {};
  int port = 0;
  friend bool operator==(const ClientAddress&, const ClientAddress&) = default;
  friend std::ostream& operator<<(std::ostream& os,
                                  const ClientAddress& client);  // "tcp 10.0.0.1:40312"
};

// "10.0.0.1:40312", "[fd00::1]:40312" (RFC 3986)
std::string address_and_port(const ClientAddress& client);

}  // namespace vethlab
