// private
#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace vethlab::capture {

// The text does not compile: libpcap's words.
class BadFilter : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A filter as pcap-filter(7) writes it, compiled by libpcap for a socket that sees interfaces with and
// without Ethernet headers. Keeps of a packet that passes `snaplen` bytes.
class Filter {
 public:
  Filter(std::string_view text, int snaplen);  // throws BadFilter

  // For SO_ATTACH_FILTER, on a socket of interfaces of any kind.
  [[nodiscard]] std::span<const sock_filter> for_kernel() const { return for_kernel_; }

  // What for_kernel() lets pass must pass this, too. The kernel takes VLAN tags off before its filters
  // look: a filter that asks for them is judged when they are back.
  [[nodiscard]] bool passes(std::span<const std::uint8_t> frame) const;

  [[nodiscard]] int snaplen() const { return snaplen_; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  int snaplen_;
  std::vector<sock_filter> for_kernel_;
  std::vector<sock_filter> for_tagged_;  // empty: the kernel has judged
};

}  // namespace vethlab::capture
