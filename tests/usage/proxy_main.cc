// The proxy of proxy.h as a program: proxy_program_test.cc starts it. It, too, knows nothing of vethlab.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "proxy.h"

namespace {

sockaddr_in in4(const char* address, const char* port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(static_cast<in_port_t>(std::atoi(port)));
  ::inet_pton(AF_INET, address, &name.sin_addr);
  return name;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: proxy ADDRESS PORT BACKEND PORT\n");
    return 2;
  }
  sigset_t end;  // before the proxy's thread is there, which then has it blocked, too
  sigemptyset(&end);
  sigaddset(&end, SIGTERM);
  sigprocmask(SIG_BLOCK, &end, nullptr);

  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in at = in4(argv[1], argv[2]);
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 ||
      ::listen(listener, 128) != 0) {
    std::perror("proxy: listen");
    return 1;
  }
  const Proxy proxy(
      listener, [] { return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); },
      in4(argv[3], argv[4]),
      [](int error) { std::fprintf(stderr, "proxy: backend: %s\n", std::strerror(error)); });
  int signal = 0;
  sigwait(&end, &signal);
}
