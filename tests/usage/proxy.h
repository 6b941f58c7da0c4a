// A TCP proxy *library*, somebody's: what proxy_test.cc has under test. It knows nothing of vethlab.
#pragma once

#include <netinet/in.h>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

// Accepts on a listening socket and carries bytes both ways between each client and a connection to
// the backend, in a thread of its own. Where either side ends, so does the other.
class Proxy {
 public:
  using Dial =
      std::function<int()>;  // a fresh, unconnected socket, which is the proxy's from then on
  using OnError = std::function<void(int error)>;  // errno of a connection to the backend

  Proxy(
      int listening_fd, Dial dial, sockaddr_in backend, OnError on_error = [](int) {});
  ~Proxy();
  [[nodiscard]] int connections() const { return connections_; }

 private:
  struct Pair;
  void serve();
  void accept_one();

  int listening_fd_;
  Dial dial_;
  sockaddr_in backend_;
  OnError on_error_;
  int stop_[2] = {-1, -1};  // a pipe
  std::vector<std::unique_ptr<Pair>> pairs_;
  std::atomic<int> connections_ = 0;
  std::thread thread_;
};
