#include <vethlab/probe/conversation.h>

#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

namespace vethlab::probe {
namespace {

// Who doesn't take what is said isn't heard any further.
constexpr std::size_t kMostUnsaid = 64 * 1024;

}  // namespace

Conversation::Conversation(UniqueFd socket, const ClientAddress& client)
    : socket_(std::move(socket)), client_(client) {}

std::uint32_t Conversation::wants() const {
  const bool hears = !heard_all_ && to_say_.size() < kMostUnsaid;
  return (hears ? std::uint32_t{EPOLLIN} : 0U) | (to_say_.empty() ? 0U : std::uint32_t{EPOLLOUT});
}

bool Conversation::go_on(const Answerer& answerer) {
  if (!listen(answerer) || !speak()) return false;
  return !heard_all_ || !to_say_.empty();
}

bool Conversation::listen(const Answerer& answerer) {
  std::array<char, 16 * 1024> bytes;
  while (!heard_all_ && to_say_.size() < kMostUnsaid) {
    const ssize_t got = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    heard_all_ = got == 0;
    if (said_all_) continue;  // read to its end all the same: closing before would reset the answer
    heard_.append(bytes.data(), static_cast<std::size_t>(got));
    Said said = answerer(heard_, client_);
    to_say_ += said.text;
    said_all_ = said.last;
  }
  return true;
}

bool Conversation::speak() {
  while (!to_say_.empty()) {
    const ssize_t sent =
        ::send(socket_.get(), to_say_.data(), to_say_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    to_say_.erase(0, static_cast<std::size_t>(sent));
  }
  if (said_all_) ::shutdown(socket_.get(), SHUT_WR);
  return true;
}

}  // namespace vethlab::probe
