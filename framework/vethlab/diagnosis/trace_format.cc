#include <vethlab/diagnosis/trace_format.h>

#include <cstring>
#include <regex>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

using Kind = SkbEvent::Kind;

// A text of a record: __data_loc, its length and its offset.
std::string text_at(std::span<const std::byte> record, std::size_t offset) {
  constexpr std::uint32_t kHalf = 16;
  const auto where = value_at<std::uint32_t>(record, offset);
  if (!where) return {};
  const std::size_t begin = *where & 0xffff;
  const std::size_t size = *where >> kHalf;
  if (begin > record.size() || record.size() - begin < size) return {};
  const char* const text = reinterpret_cast<const char*>(record.data() + begin);
  return {text, ::strnlen(text, size)};
}

}  // namespace

TraceFormat trace_format(Kind kind, const std::string& text) {
  static const std::regex field(R"(field:[^;]*?(\w+);\s*offset:(\d+);\s*size:(\d+);)");
  static const std::regex reason(R"re(\{ (0x[0-9a-f]+|\d+), "(\w+)" \})re");
  TraceFormat format{.kind = kind};
  for (std::sregex_iterator each(text.begin(), text.end(), field), end; each != end; ++each)
    if ((*each)[1] != "skbaddr" || (*each)[3] == "8")  // 64 bits
      format.offsets[(*each)[1]] = std::stoul((*each)[2]);
  if (kind == Kind::kDropped)
    for (std::sregex_iterator each(text.begin(), text.end(), reason), end; each != end; ++each)
      format.reasons[static_cast<std::uint32_t>(std::stoul((*each)[1], nullptr, 0))] = (*each)[2];
  return format;
}

std::optional<SkbEvent> skb_event(const TraceFormat& format, std::span<const std::byte> record) {
  constexpr unsigned kHardIrq = 0x08;  // TRACE_FLAG_HARDIRQ, _SOFTIRQ, _NMI
  constexpr unsigned kSoftIrq = 0x10;
  constexpr unsigned kNmi = 0x40;
  const auto offset = [&](const char* name) {
    const auto found = format.offsets.find(name);
    return found == format.offsets.end() ? record.size() : found->second;
  };
  const auto flags = value_at<std::uint8_t>(record, offset("common_flags"));
  const auto skb = value_at<std::uint64_t>(record, offset("skbaddr"));
  if (!flags || !skb) return {};
  SkbEvent event{
      .kind = format.kind, .skb = *skb, .interrupt = (*flags & (kHardIrq | kSoftIrq | kNmi)) != 0};
  if (format.kind == Kind::kQueued || format.kind == Kind::kArrived)
    event.dev = text_at(record, offset("name"));
  if (format.kind == Kind::kDropped) {
    event.location = value_at<std::uint64_t>(record, offset("location")).value_or(0);
    event.protocol = value_at<std::uint16_t>(record, offset("protocol")).value_or(0);
    if (const auto number = value_at<std::uint32_t>(record, offset("reason"))) {
      const auto name = format.reasons.find(*number);
      if (name == format.reasons.end()) event.reason = fmt::format("{:#x}", *number);  // a module's
      else if (name->second != "NOT_SPECIFIED") event.reason = name->second;
    }
  }
  return event;
}

}  // namespace vethlab::diagnosis
