// private
#pragma once

#include <vethlab/base/ip_address.h>
#include <vethlab/base/prefix.h>
#include <vethlab/netlink/handles.h>

#include <optional>
#include <string>

namespace vethlab::netlink {

int address_family(Family family);  // AF_INET, AF_INET6

// libnl's address object and ours. An object that is absent, or empty, is none.
NlAddress to_nl(const IpAddress& address);
NlAddress to_nl(const Prefix& prefix);
std::optional<IpAddress> address_of(const nl_addr* address);
std::optional<Prefix> prefix_of(const nl_addr* address);

// "02:00:00:00:00:01" and back; a hardware address of any length prints, only one of six bytes in
// that form parses.
std::string mac_text(const nl_addr* address);
NlAddress mac_to_nl(const std::string& mac);
bool is_mac(std::string_view text);

// The object that libnl parses from a message; the visitor gets it, or nothing where libnl cannot.
template <class Visit>
void visit_object(nl_msg* message, Visit visit) {
  nl_msg_parse(
      message, [](nl_object* object, void* arg) { (*static_cast<Visit*>(arg))(object); }, &visit);
}

}  // namespace vethlab::netlink
