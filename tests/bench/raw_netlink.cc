#include "raw_netlink.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>

#include "raw_error.h"

namespace vethlab::bench {

void Message::append(const void* bytes, std::size_t size) {
  const std::size_t at = NLMSG_ALIGN(header().nlmsg_len);
  if (at + size > buffer_.size()) throw std::length_error("netlink message");
  std::memcpy(buffer_.data() + at, bytes, size);
  header().nlmsg_len = static_cast<std::uint32_t>(at + size);
}

void Message::add(std::uint16_t attribute, const void* bytes, std::size_t size) {
  const rtattr head{static_cast<std::uint16_t>(RTA_LENGTH(size)), attribute};
  append(&head, sizeof head);
  append(bytes, size);
}

std::size_t Message::open(std::uint16_t attribute) {
  const std::size_t opened = NLMSG_ALIGN(header().nlmsg_len);
  const rtattr head{sizeof(rtattr), attribute};
  append(&head, sizeof head);
  return opened;
}

void Message::close(std::size_t opened) {
  reinterpret_cast<rtattr*>(buffer_.data() + opened)->rta_len =
      static_cast<std::uint16_t>(header().nlmsg_len - opened);
}

void request(int netlink, const Message& message, const char* attempt) {
  check(::send(netlink, message.data(), message.size(), 0), attempt);
  alignas(nlmsghdr) std::array<std::byte, 1024> answer;
  check(::recv(netlink, answer.data(), answer.size(), 0), attempt);
  const auto* header = reinterpret_cast<const nlmsghdr*>(answer.data());
  if (header->nlmsg_type != NLMSG_ERROR) throw std::runtime_error(attempt);
  errno = -static_cast<const nlmsgerr*>(NLMSG_DATA(header))->error;
  check(errno == 0 ? 0 : -1, attempt);
}

}  // namespace vethlab::bench
