#pragma once

#include <linux/netlink.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace vethlab::bench {

// A netlink request, built by hand in a fixed buffer: netlink(7), rtnetlink(7).
class Message {
 public:
  // fixed: what follows the netlink header, by type: ifinfomsg, ifaddrmsg …
  // flags: beside NLM_F_REQUEST.
  template <class Fixed>
  Message(std::uint16_t type, std::uint16_t flags, const Fixed& fixed) {
    header().nlmsg_len = NLMSG_HDRLEN;
    header().nlmsg_type = type;
    header().nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    append(&fixed, sizeof fixed);
  }

  template <class Value>
  void add(std::uint16_t attribute, const Value& value) {
    add(attribute, &value, sizeof value);
  }
  void add_text(std::uint16_t attribute, std::string_view text) {
    add(attribute, text.data(), text.size());
  }

  // What is added between the two lies inside the attribute.
  [[nodiscard]] std::size_t open(std::uint16_t attribute);
  void close(std::size_t opened);

  // Bare bytes: the fixed header of a message within a message.
  void append(const void* bytes, std::size_t size);

  [[nodiscard]] const void* data() const { return buffer_.data(); }
  [[nodiscard]] std::size_t size() const { return header().nlmsg_len; }

 private:
  void add(std::uint16_t attribute, const void* bytes, std::size_t size);
  [[nodiscard]] nlmsghdr& header() { return *reinterpret_cast<nlmsghdr*>(buffer_.data()); }
  [[nodiscard]] const nlmsghdr& header() const {
    return *reinterpret_cast<const nlmsghdr*>(buffer_.data());
  }

  alignas(nlmsghdr) std::array<std::byte, 512> buffer_ = {};
};

// Sends a request that has NLM_F_ACK and takes the acknowledgement. Throws std::system_error with
// the attempt and the kernel's errno.
void request(int netlink, const Message& message, const char* attempt);

}  // namespace vethlab::bench
