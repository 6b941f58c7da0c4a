#include <vethlab/netns/packet.h>

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace vethlab::netns {
namespace {

constexpr std::size_t kRoom = CMSG_SPACE(kMostDescriptors * sizeof(int));

msghdr header_of(std::span<const iovec> data) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(data.data());  // the call only reads it
  message.msg_iovlen = data.size();
  return message;
}

}  // namespace

[[gnu::hot]] bool send_packet(int socket, std::span<const iovec> data,
                              std::span<const int> descriptors) {
  alignas(cmsghdr) std::array<char, kRoom> control{};
  msghdr message = header_of(data);
  if (!descriptors.empty()) {
    const std::size_t bytes = descriptors.size_bytes();
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(bytes);
    cmsghdr* const item = CMSG_FIRSTHDR(&message);
    item->cmsg_level = SOL_SOCKET;
    item->cmsg_type = SCM_RIGHTS;
    item->cmsg_len = CMSG_LEN(bytes);
    std::memcpy(CMSG_DATA(item), descriptors.data(), bytes);
  }
  ssize_t sent = -1;
  while ((sent = ::sendmsg(socket, &message, MSG_NOSIGNAL)) < 0 && errno == EINTR) {
  }
  return sent >= 0;
}

Received receive_packet(int socket, std::span<const iovec> data, std::span<int> descriptors,
                        int flags) {
  alignas(cmsghdr) std::array<char, kRoom> control;
  msghdr message = header_of(data);
  message.msg_control = control.data();
  message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
  Received got;
  while ((got.size = ::recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {
  }
  if (got.size < 0) return got;
  got.cut_off = (message.msg_flags & MSG_CTRUNC) != 0;
  for (cmsghdr* item = CMSG_FIRSTHDR(&message); item != nullptr;
       item = CMSG_NXTHDR(&message, item)) {
    const std::size_t bytes =
        std::min<std::size_t>(item->cmsg_len - CMSG_LEN(0), descriptors.size_bytes());
    std::memcpy(descriptors.data(), CMSG_DATA(item), bytes);
    got.descriptors = bytes / sizeof(int);
  }
  return got;
}

}  // namespace vethlab::netns
