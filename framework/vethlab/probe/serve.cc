#include <vethlab/probe/serve.h>

#include <vethlab/base/errors.h>
#include <vethlab/base/socket_address.h>
#include <vethlab/probe/conversation.h>

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace vethlab::probe {
namespace {

// Both ends of `control` are the same program: plain bytes do.
static_assert(std::is_trivially_copyable_v<ClientAddress>);

// An ordinary datagram of any size, and where it was sent to: the answer comes from there.
struct Datagram {
  std::array<char, 0x10000> bytes;
  alignas(cmsghdr) std::array<char, 128> control;
  SocketAddress from;
};

// The answer's way is the routing table's matter; a link-local address has but one.
void by_any_interface(msghdr& message, const IpAddress& to) {
  if (to.is_link_local()) return;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != IPPROTO_IPV6 || header->cmsg_type != IPV6_PKTINFO) continue;
    const int any = 0;
    std::memcpy(CMSG_DATA(header) + offsetof(in6_pktinfo, ipi6_ifindex), &any, sizeof any);
  }
}

class Server {
 public:
  Server(const ServeSockets& sockets, const Answerer& answerer);
  void run();

 private:
  void watch(int fd, std::uint32_t events, int operation);
  void accept_all();
  void echo_all();
  void go_on(int fd);
  bool tell();

  const ServeSockets& sockets_;
  const Answerer& answerer_;
  UniqueFd epoll_;
  std::map<int, Conversation> conversations_;  // by descriptor
  std::vector<ClientAddress> peers_;
  std::set<std::string> udp_peers_;
  std::unique_ptr<Datagram> datagram_ = std::make_unique<Datagram>();
};

Server::Server(const ServeSockets& sockets, const Answerer& answerer)
    : sockets_(sockets), answerer_(answerer), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_) throw Refusal{errno, "epoll_create1()", {}};
  watch(sockets_.tcp.get(), EPOLLIN, EPOLL_CTL_ADD);
  watch(sockets_.control.get(), EPOLLIN, EPOLL_CTL_ADD);
  if (sockets_.udp) watch(sockets_.udp.get(), EPOLLIN, EPOLL_CTL_ADD);
}

void Server::watch(int fd, std::uint32_t events, int operation) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  ::epoll_ctl(epoll_.get(), operation, fd, &event);
}

// A peer that has gone already is told by accept(2) all the same.
void Server::accept_all() {
  for (;;) {
    SocketAddress from;
    UniqueFd socket(
        ::accept4(sockets_.tcp.get(), from.get(), &from.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) return;
    const ClientAddress client{Transport::kTcp, from.address(), from.port()};
    peers_.push_back(client);
    const int fd = socket.get();
    const auto& one =
        conversations_.emplace(fd, Conversation(std::move(socket), client)).first->second;
    watch(fd, one.wants(), EPOLL_CTL_ADD);
  }
}

void Server::echo_all() {
  Datagram& d = *datagram_;
  for (;;) {
    iovec data{d.bytes.data(), d.bytes.size()};
    msghdr message{};
    message.msg_name = d.from.get();
    message.msg_namelen = sizeof d.from.storage;
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = d.control.data();
    message.msg_controllen = d.control.size();
    const ssize_t got = ::recvmsg(sockets_.udp.get(), &message, MSG_DONTWAIT);
    if (got < 0) return;
    const ClientAddress client{Transport::kUdp, d.from.address(), d.from.port()};
    if (udp_peers_.insert(address_and_port(client)).second) peers_.push_back(client);
    data.iov_len = static_cast<std::size_t>(got);
    by_any_interface(message, client.address);
    ::sendmsg(sockets_.udp.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  }
}

void Server::go_on(int fd) {
  const auto one = conversations_.find(fd);
  if (one == conversations_.end()) return;
  if (one->second.go_on(answerer_)) watch(fd, one->second.wants(), EPOLL_CTL_MOD);
  else conversations_.erase(one);
}

// False: nobody will ask any more.
bool Server::tell() {
  char question = 0;
  if (::recv(sockets_.control.get(), &question, 1, 0) != 1) return false;
  accept_all();
  if (sockets_.udp) echo_all();
  const std::size_t count = peers_.size();
  std::string text(reinterpret_cast<const char*>(&count), sizeof count);
  text.append(reinterpret_cast<const char*>(peers_.data()), count * sizeof(ClientAddress));
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t sent = ::send(sockets_.control.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Server::run() {
  for (;;) {
    std::array<epoll_event, 64> events;
    const int ready =
        ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < ready; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == sockets_.tcp.get()) accept_all();
      else if (fd == sockets_.udp.get()) echo_all();
      else if (fd != sockets_.control.get()) go_on(fd);
      else if (!tell()) return;
    }
  }
}

bool read_whole(int socket, void* to, std::size_t size) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t got = ::recv(socket, static_cast<char*>(to) + done, size - done, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace

void serve(const ServeSockets& sockets, const Answerer& answerer) {
  rlimit limit{};  // each connection is one descriptor
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  Server(sockets, answerer).run();
}

bool ask_for_peers(int control, std::vector<ClientAddress>& peers) {
  const char question = '?';
  std::size_t count = 0;
  if (::send(control, &question, 1, MSG_NOSIGNAL) != 1) return false;
  if (!read_whole(control, &count, sizeof count)) return false;
  peers.resize(count);
  return count == 0 || read_whole(control, peers.data(), count * sizeof(ClientAddress));
}

}  // namespace vethlab::probe
