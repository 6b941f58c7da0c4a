#include <vethlab/icmp/inbox.h>

#include <netinet/in.h>

#include <cstring>
#include <optional>
#include <span>

namespace vethlab::icmp {
namespace {

std::optional<int> hop_limit(msghdr& message) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != IPPROTO_IPV6 || header->cmsg_type != IPV6_HOPLIMIT) continue;
    int limit = 0;
    std::memcpy(&limit, CMSG_DATA(header), sizeof limit);
    return limit;
  }
  return std::nullopt;
}

}  // namespace

Inbox::Inbox() : bytes_(new std::uint8_t[kMost * kWhole]) {  // not zeroed: most is never touched
  for (std::size_t i = 0; i < kMost; ++i) {
    rooms_[i].data = {bytes_.get() + i * kWhole, kWhole};
    messages_[i].msg_hdr.msg_iov = &rooms_[i].data;
    messages_[i].msg_hdr.msg_iovlen = 1;
  }
}

std::size_t Inbox::fetch(int socket, Family family) {
  family_ = family;
  for (std::size_t i = 0; i < kMost; ++i) {  // the kernel wrote how much of each it used
    msghdr& message = messages_[i].msg_hdr;
    message.msg_name = &rooms_[i].from;
    message.msg_namelen = sizeof rooms_[i].from;
    message.msg_control = rooms_[i].control.data();
    message.msg_controllen = rooms_[i].control.size();
  }
  const int got = ::recvmmsg(socket, messages_.data(), kMost, MSG_DONTWAIT, nullptr);
  return got < 0 ? 0 : static_cast<std::size_t>(got);
}

Seen Inbox::read(std::size_t i) {
  const std::span packet(bytes_.get() + i * kWhole, messages_[i].msg_len);
  if (family_ == Family::kIpv4) return read_packet(family_, packet, IpAddress());
  const auto& from = reinterpret_cast<const sockaddr_in6&>(rooms_[i].from);
  Seen seen = read_packet(family_, packet, IpAddress::from_bytes({from.sin6_addr.s6_addr, 16}));
  seen.ttl = hop_limit(messages_[i].msg_hdr);
  return seen;
}

}  // namespace vethlab::icmp
