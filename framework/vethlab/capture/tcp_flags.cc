#include <vethlab/capture/tcp_flags.h>

#include <vethlab/base/errors.h>

#include <ostream>

#include <fmt/format.h>

namespace vethlab {
namespace {

constexpr std::string_view kLetters = "FSRP.UEW";  // from the lowest bit on

}  // namespace

TcpFlags TcpFlags::parse(std::string_view text, Caller caller) {
  if (text == "none") return TcpFlags();
  unsigned bits = 0;
  for (const char c : text) {
    const std::size_t bit = kLetters.find(c == 'A' ? '.' : c);
    if (bit == kLetters.npos || c == '\0')
      throw_bad_argument(
          caller, fmt::format("\"{}\" are not TCP flags: letters of FSRPAUEW, or none", text));
    bits |= 1U << bit;
  }
  if (bits == 0) throw_bad_argument(caller, "\"\" are not TCP flags: letters of FSRPAUEW, or none");
  return TcpFlags(static_cast<std::uint8_t>(bits));
}

std::string TcpFlags::text() const {
  std::string text;
  for (std::size_t bit = 0; bit < kLetters.size(); ++bit)
    if ((bits_ >> bit & 1) != 0) text += kLetters[bit];
  return text.empty() ? "none" : text;
}

std::ostream& operator<<(std::ostream& os, const TcpFlags& flags) { return os << flags.text(); }

}  // namespace vethlab
