#include "proxy.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

// One client and its connection to the backend.
struct Proxy::Pair {
  Pair(int its_client, int its_backend) : ends{its_client, its_backend} {}
  ~Pair() {
    for (const int fd : ends) ::close(fd);
  }

  // What one end has goes to the other. False when that end has ended, or the other takes no more.
  bool carry(int from) {
    char bytes[4096];
    const ssize_t got = ::recv(ends[from], bytes, sizeof bytes, MSG_DONTWAIT);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    return got > 0 &&
           ::send(ends[1 - from], bytes, static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
  }

  int ends[2];
};

Proxy::Proxy(int listening_fd, Dial dial, sockaddr_in backend, OnError on_error)
    : listening_fd_(listening_fd),
      dial_(std::move(dial)),
      backend_(backend),
      on_error_(std::move(on_error)) {
  if (::pipe2(stop_, O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
  thread_ = std::thread([this] { serve(); });
}

Proxy::~Proxy() {
  (void)!::write(stop_[1], "", 1);
  thread_.join();
  for (const int fd : stop_) ::close(fd);
}

void Proxy::accept_one() {
  const int client = ::accept4(listening_fd_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  auto pair = std::make_unique<Pair>(client, dial_());
  if (::connect(pair->ends[1], reinterpret_cast<const sockaddr*>(&backend_), sizeof backend_) != 0)
    return on_error_(errno);
  pairs_.push_back(std::move(pair));
  connections_ = static_cast<int>(pairs_.size());
}

void Proxy::serve() {
  for (;;) {
    std::vector<pollfd> events = {{stop_[0], POLLIN, 0}, {listening_fd_, POLLIN, 0}};
    for (const auto& pair : pairs_)
      for (const int fd : pair->ends) events.push_back({fd, POLLIN, 0});
    if (::poll(events.data(), events.size(), -1) < 0) continue;
    if (events[0].revents != 0) return;
    auto event = events.begin() + 2;
    std::erase_if(pairs_, [&](const auto& pair) {
      bool ended = false;
      for (int end = 0; end < 2; ++end, ++event)
        ended = (event->revents != 0 && !pair->carry(end)) || ended;
      return ended;
    });
    connections_ = static_cast<int>(pairs_.size());
    if (events[1].revents != 0) accept_one();
  }
}
