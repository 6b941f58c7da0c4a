#include <vethlab/expect/field_words.h>

#include <vethlab/base/errors.h>

#include <algorithm>

#include <fmt/format.h>

namespace vethlab::internal {

void say(std::ostream& os, const std::string& text) {
  const bool word = !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c != '"' && static_cast<unsigned char>(c) < 0x7f;
  });
  if (word) os << text;
  else testing::internal::UniversalPrint(text, &os);
}

void say(std::ostream& os, const Prefix& prefix) {
  if (prefix == Prefix::any(prefix.family())) os << "default";
  else os << prefix;
}

void say_errno(std::ostream& os, int error) { os << errno_name(error); }
void say_hex(std::ostream& os, std::uint32_t mark) { os << fmt::format("{:#x}", mark); }

}  // namespace vethlab::internal
