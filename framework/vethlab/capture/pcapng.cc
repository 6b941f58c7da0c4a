#include <vethlab/capture/pcapng.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace vethlab::capture {
namespace {

enum BlockType : std::uint32_t { kInterface = 1, kPacket = 6, kSection = 0x0A0D0D0A };
enum OptionCode : std::uint16_t {
  kEnd = 0,
  kComment = 1,
  kInterfaceName = 2,
  kPacketFlags = 2,
  kApplication = 4,
  kResolution = 9,
  kFilter = 11,
};
enum LinkType : std::uint16_t { kEthernet = 1, kRaw = 101, kUser0 = 147 };

constexpr std::size_t kMostOption = 0xffff;

// A block: its type and length, what is put, and the length once more, each on a multiple of 4.
class Block {
 public:
  explicit Block(BlockType type) {
    number<std::uint32_t>(type);
    number<std::uint32_t>(0);  // the length: known in the end
  }
  template <class T>
  void number(T value) {
    put(&value, sizeof value);
  }
  void padded(const void* data, std::size_t size) {
    put(data, size);
    bytes_.resize((bytes_.size() + 3) / 4 * 4);
  }
  void option(std::uint16_t code, std::string_view value) {
    value = value.substr(0, kMostOption);
    number(code);
    number(static_cast<std::uint16_t>(value.size()));
    padded(value.data(), value.size());
  }
  void end_into(std::string& file) {
    const auto length = static_cast<std::uint32_t>(bytes_.size() + sizeof(std::uint32_t));
    number(length);
    std::memcpy(bytes_.data() + sizeof(std::uint32_t), &length, sizeof length);
    file += bytes_;
  }

 private:
  void put(const void* data, std::size_t size) {
    bytes_.append(static_cast<const char*>(data), size);
  }

  std::string bytes_;
};

using Interface = std::pair<std::string, LinkLayer>;

void put_section(const PcapngText& text, std::string& file) {
  Block block(kSection);
  block.number<std::uint32_t>(0x1A2B3C4D);
  block.number<std::uint16_t>(1);  // version 1.0
  block.number<std::uint16_t>(0);
  block.number<std::int64_t>(-1);  // the section's length is not said
  if (!text.comment.empty()) block.option(kComment, text.comment);
  block.option(kApplication, "vethlab");
  block.option(kEnd, {});
  block.end_into(file);
}

LinkType link_type(LinkLayer layer) {
  if (layer == LinkLayer::kEthernet) return kEthernet;
  return layer == LinkLayer::kRawIp ? kRaw : kUser0;
}

void put_interface(const Interface& interface, const PcapngText& text, std::string& file) {
  Block block(kInterface);
  block.number<std::uint16_t>(link_type(interface.second));
  block.number<std::uint16_t>(0);
  block.number(static_cast<std::uint32_t>(text.snaplen));
  block.option(kInterfaceName, fmt::format("{}@{}", interface.first, text.node));
  block.option(kResolution, "\x09");  // 10 to the power of -9 seconds
  if (!text.filter.empty()) block.option(kFilter, std::string(1, '\0') + text.filter);
  block.option(kEnd, {});
  block.end_into(file);
}

void put_packet(const Packet& packet, std::uint32_t interface, std::string& file) {
  const auto time = static_cast<std::uint64_t>(packet.time.count());
  Block block(kPacket);
  block.number(interface);
  block.number(static_cast<std::uint32_t>(time >> 32));
  block.number(static_cast<std::uint32_t>(time));
  block.number(static_cast<std::uint32_t>(packet.bytes.size()));
  block.number(static_cast<std::uint32_t>(packet.length));
  block.padded(packet.bytes.data(), packet.bytes.size());
  if (packet.direction != Direction::kUnknown) {
    const std::uint32_t flags = packet.direction == Direction::kIn ? 1 : 2;
    block.option(kPacketFlags, {reinterpret_cast<const char*>(&flags), sizeof flags});
    block.option(kEnd, {});
  }
  block.end_into(file);
}

std::vector<Interface> interfaces_of(std::span<const Packet> packets, const PcapngText& text) {
  std::vector<Interface> all;
  for (const Packet& packet : packets)
    if (Interface its{packet.dev, packet.link_layer}; std::ranges::count(all, its) == 0)
      all.push_back(std::move(its));
  if (all.empty() && !text.interface.empty())
    all.emplace_back(text.interface, LinkLayer::kEthernet);
  return all;
}

}  // namespace

std::string pcapng(std::span<const Packet> packets, const PcapngText& text) {
  std::string file;
  put_section(text, file);
  const std::vector<Interface> interfaces = interfaces_of(packets, text);
  for (const Interface& each : interfaces) put_interface(each, text, file);
  for (const Packet& packet : packets) {
    const auto its = std::ranges::find(interfaces, Interface{packet.dev, packet.link_layer});
    put_packet(packet, static_cast<std::uint32_t>(its - interfaces.begin()), file);
  }
  return file;
}

}  // namespace vethlab::capture
