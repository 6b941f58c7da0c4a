#include <vethlab/lab/destination.h>

#include <vethlab/base/errors.h>
#include <vethlab/lab/node.h>

#include <fmt/format.h>

namespace vethlab {

Destination Destination::parse(std::string_view text, Caller caller) {
  const std::size_t percent = text.find('%');
  Destination destination(IpAddress::parse(text.substr(0, percent), caller));
  if (percent == std::string_view::npos) return destination;
  destination.zone_ = text.substr(percent + 1);
  if (destination.zone_.empty() || !destination.address_.is_link_local())
    throw_bad_argument(caller, fmt::format("\"{}\": a zone (%eth0) belongs to an fe80::/10 address "
                                           "and names an interface",
                                           text));
  return destination;
}

void Destination::set_port(Transport transport, int port, Caller caller) {
  const char* const verb = transport == Transport::kTcp ? "tcp_to" : "udp_to";
  if (port < 1 || port > 65535)
    throw_bad_argument(caller, fmt::format("{}: port {} is not 1 to 65535", verb, port));
  if (port_ != 0)
    throw_bad_argument(
        caller, fmt::format("{}: port {} of {}: that is one port already", verb, port, text()));
  transport_ = transport;
  port_ = static_cast<std::uint16_t>(port);
}

std::string Destination::where() const {
  if (node_ != nullptr) return node_->name();
  return zone_.empty() ? address_.text() : fmt::format("{}%{}", address_.text(), zone_);
}

std::string Destination::text() const {
  if (transport_ == Transport::kIcmp) return where();
  return fmt::format("{} port {} of {}", transport_ == Transport::kTcp ? "tcp" : "udp", port_,
                     where());
}

Destination tcp_to(Destination where, int port, Caller caller) {
  where.set_port(Transport::kTcp, port, caller);
  return where;
}

Destination udp_to(Destination where, int port, Caller caller) {
  where.set_port(Transport::kUdp, port, caller);
  return where;
}

}  // namespace vethlab
