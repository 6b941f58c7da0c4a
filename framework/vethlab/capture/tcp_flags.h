#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/text_view.h>

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

namespace vethlab {

// A TCP segment's flags (RFC 9293). Written in any order, as tcpdump does ("S.", "P.", "R") or with
// "A" for the acknowledgement ("SA"): F fin, S syn, R rst, P psh, A or . ack, U urg, E ece, W cwr;
// "none" is none. Anything else throws std::invalid_argument. Prints as tcpdump: "S.".
class TcpFlags {
 public:
  TcpFlags() = default;                                  // none
  explicit TcpFlags(std::uint8_t bits) : bits_(bits) {}  // the header's byte
  template <Text S>
  TcpFlags(const S& text, Caller caller = Caller::here())  // NOLINT(google-explicit-constructor)
      : TcpFlags(parse(text, caller)) {}
  static TcpFlags parse(std::string_view text, Caller caller = Caller::here());

  [[nodiscard]] std::uint8_t bits() const { return bits_; }
  [[nodiscard]] bool contains(TcpFlags all) const { return (bits_ & all.bits_) == all.bits_; }
  [[nodiscard]] std::string text() const;

  friend bool operator==(const TcpFlags&, const TcpFlags&) = default;
  friend std::ostream& operator<<(std::ostream& os, const TcpFlags& flags);

 private:
  std::uint8_t bits_ = 0;
};

}  // namespace vethlab
