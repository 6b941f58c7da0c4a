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

std::string Destination::text() const {
  if (node_ != nullptr) return node_->name();
  return zone_.empty() ? address_.text() : fmt::format("{}%{}", address_.text(), zone_);
}

}  // namespace vethlab
