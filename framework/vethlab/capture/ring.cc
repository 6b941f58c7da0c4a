#include <vethlab/capture/ring.h>

#include <vethlab/base/errors.h>

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <limits>
#include <span>
#include <utility>

namespace vethlab::capture {
namespace {

// A frame takes a packet of an Ethernet's usual mtu. A larger one (another mtu, or what the kernel cuts
// into segments only later) comes whole by the socket's own queue, as long as that has room.
constexpr std::size_t kFrame = 2048;
constexpr std::size_t kBlock = 32 * kFrame;
constexpr std::size_t kLargest = 256 * 1024;  // more than any packet (BIG TCP: 192 KiB at most)
constexpr std::size_t kTag = 4;

template <class T>
void set(int socket, int level, int option, const T& value, const char* attempt) {
  if (::setsockopt(socket, level, option, &value, sizeof value) < 0)
    throw Refusal{errno, attempt, {}};
}

void prepare(int socket, std::span<const sock_filter> program, std::size_t frames) {
  set(socket, SOL_PACKET, PACKET_VERSION, static_cast<int>(TPACKET_V2), "choose a ring's version");
  const int queue = std::numeric_limits<int>::max() / 2;  // bounded by net.core.rmem_max
  set(socket, SOL_SOCKET, SO_RCVBUF, queue, "enlarge the queue");
  set(socket, SOL_PACKET, PACKET_COPY_THRESH, 1, "ask for whole packets");
  tpacket_req ring{};
  ring.tp_block_size = kBlock;
  ring.tp_block_nr = static_cast<unsigned>(frames * kFrame / kBlock);
  ring.tp_frame_size = kFrame;
  ring.tp_frame_nr = static_cast<unsigned>(frames);
  set(socket, SOL_PACKET, PACKET_RX_RING, ring, "make a ring for captured packets");
  sock_fprog filter{};
  filter.len = static_cast<unsigned short>(program.size());
  filter.filter = const_cast<sock_filter*>(program.data());
  set(socket, SOL_SOCKET, SO_ATTACH_FILTER, filter, "attach a filter");
}

LinkLayer link_layer_of(int hardware) {
  switch (hardware) {
    case ARPHRD_ETHER:
    case ARPHRD_LOOPBACK: return LinkLayer::kEthernet;
    case ARPHRD_NONE:
    case ARPHRD_TUNNEL:
    case ARPHRD_TUNNEL6:
    case ARPHRD_SIT: return LinkLayer::kRawIp;
    default: return LinkLayer::kOther;
  }
}

// The kernel has taken it off, on its way in as on its way out by a VLAN's interface.
void put_tag_back(const tpacket2_hdr& header, std::uint32_t status, Record& record) {
  if ((status & TP_STATUS_VLAN_VALID) == 0 || record.bytes.size() < 2 * ETH_ALEN) return;
  const std::uint16_t type = (status & TP_STATUS_VLAN_TPID_VALID) != 0
                                 ? header.tp_vlan_tpid
                                 : static_cast<std::uint16_t>(ETHERTYPE_VLAN);
  const std::uint16_t tci = header.tp_vlan_tci;
  const std::array<std::uint8_t, kTag> tag = {
      static_cast<std::uint8_t>(type >> 8), static_cast<std::uint8_t>(type),
      static_cast<std::uint8_t>(tci >> 8), static_cast<std::uint8_t>(tci)};
  record.bytes.insert(record.bytes.begin() + 2 * ETH_ALEN, tag.begin(), tag.end());
  record.length += kTag;
}

}  // namespace

Ring::Ring(UniqueFd socket, const Filter& filter, int ifindex, int packets)
    : fd_(std::move(socket)),
      snaplen_(static_cast<std::size_t>(filter.snaplen())),
      frames_((static_cast<std::size_t>(packets) * kFrame + kBlock - 1) / kBlock * kBlock /
              kFrame) {
  prepare(fd(), filter.for_kernel(), frames_);
  void* const mapped =
      ::mmap(nullptr, frames_ * kFrame, PROT_READ | PROT_WRITE, MAP_SHARED, fd(), 0);
  if (mapped == MAP_FAILED) throw Refusal{errno, "map the ring of captured packets", {}};
  memory_ = static_cast<std::uint8_t*>(mapped);
  sockaddr_ll where{};
  where.sll_family = AF_PACKET;
  where.sll_protocol = htons(ETH_P_ALL);
  where.sll_ifindex = ifindex;
  if (::bind(fd(), reinterpret_cast<const sockaddr*>(&where), sizeof where) < 0) {
    const int error = errno;
    ::munmap(memory_, frames_ * kFrame);
    throw Refusal{error, "bind a packet socket", {}};
  }
}

Ring::~Ring() { ::munmap(memory_, frames_ * kFrame); }

void Ring::take(const std::function<void(Record)>& each) {
  // An interface that went down has left its error; who polls the socket would wake for it for ever.
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error, &size);
  for (std::size_t i = 0; i < frames_; ++i) {  // more have come later than this call
    std::uint8_t* const frame = memory_ + next_ * kFrame;
    const std::atomic_ref<std::uint32_t> owner(reinterpret_cast<tpacket2_hdr*>(frame)->tp_status);
    const std::uint32_t status = owner.load(std::memory_order_acquire);
    if ((status & TP_STATUS_USER) == 0) return;
    Record record = record_of(frame, status);
    owner.store(TP_STATUS_KERNEL, std::memory_order_release);
    next_ = (next_ + 1) % frames_;
    each(std::move(record));
  }
}

Record Ring::record_of(const std::uint8_t* frame, std::uint32_t status) {
  tpacket2_hdr header{};
  std::memcpy(&header, frame, sizeof header);
  sockaddr_ll from{};
  std::memcpy(&from, frame + TPACKET_ALIGN(sizeof header), sizeof from);
  Record record;
  record.bytes.assign(frame + header.tp_mac, frame + header.tp_mac + header.tp_snaplen);
  record.length = header.tp_len;
  record.time = std::chrono::seconds(header.tp_sec) + std::chrono::nanoseconds(header.tp_nsec);
  record.ifindex = from.sll_ifindex;
  record.link_layer = link_layer_of(from.sll_hatype);
  record.direction = from.sll_pkttype == PACKET_OUTGOING ? Direction::kOut : Direction::kIn;
  if ((status & TP_STATUS_COPY) != 0) fetch_whole(record);
  if (record.bytes.size() < std::min<std::size_t>(record.length, snaplen_)) ++losses_.cut;
  if (record.link_layer == LinkLayer::kEthernet) put_tag_back(header, status, record);
  return record;
}

// Each frame with that status has its packet in the queue, in the same order.
void Ring::fetch_whole(Record& record) {
  if (!large_) large_.reset(new std::uint8_t[kLargest]);
  const ssize_t got = ::recv(fd(), large_.get(), kLargest, MSG_DONTWAIT);
  if (got < 0) return;  // then it counts as cut
  const std::size_t kept = std::min(static_cast<std::size_t>(got), snaplen_);
  record.bytes.assign(large_.get(), large_.get() + kept);
}

Losses Ring::losses() {
  tpacket_stats since{};
  socklen_t size = sizeof since;
  if (::getsockopt(fd(), SOL_PACKET, PACKET_STATISTICS, &since, &size) == 0)
    losses_.lost += since.tp_drops;  // reading it begins anew
  return losses_;
}

}  // namespace vethlab::capture
