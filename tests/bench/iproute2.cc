#include "iproute2.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>

#include "raw_error.h"

namespace vethlab::bench {
namespace {

constexpr const char* kScript = VETHLAB_IPROUTE2_STORY;

[[noreturn]] void become_shell(int socket) {
  ::dup2(socket, STDIN_FILENO);  // the copies survive exec
  ::dup2(socket, STDOUT_FILENO);
  ::execlp("bash", "bash", kScript, nullptr);
  ::_exit(127);
}

}  // namespace

Iproute2Shell::Iproute2Shell() {
  std::array<int, 2> ends{};
  check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "make a socket pair");
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  shell_ = check(::fork(), "fork");
  if (shell_ == 0) become_shell(theirs.get());
  shell_socket_ = std::move(ours);
}

Iproute2Shell::~Iproute2Shell() {
  shell_socket_ = UniqueFd();  // its next read is its last
  ::waitpid(shell_, nullptr, 0);
}

Iproute2Shell::Seconds Iproute2Shell::story() const {
  // A shell that has failed is gone, and so is its end of the socket.
  const auto failed = [] { return std::runtime_error(std::string(kScript) + " failed"); };
  if (::send(shell_socket_.get(), "\n", 1, MSG_NOSIGNAL) < 0) throw failed();
  std::array<char, 64> line = {};
  if (::recv(shell_socket_.get(), line.data(), line.size() - 1, 0) <= 0) throw failed();
  return Seconds(std::strtod(line.data(), nullptr));
}

}  // namespace vethlab::bench
