#include "floor_process.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "floor_mesh.h"
#include "floor_story.h"
#include "raw_error.h"
#include "settle.h"

namespace vethlab::bench {
namespace {

enum class Order : char { kStory, kOpenMesh, kPingMesh, kCloseMesh, kSettle };

struct Answer {
  double seconds = 0;
  std::array<char, 200> error = {};  // a text with its end; empty: it worked
};

class Worker {
 public:
  void obey(Order order) {
    switch (order) {
      case Order::kStory: return tell_floor_story(home_);
      case Order::kOpenMesh:
        mesh_.emplace(home_, kMeshSize);
        return mesh_->ping_all();  // neighbours are known from here on
      case Order::kPingMesh: return mesh_.value().ping_all();
      case Order::kCloseMesh: return mesh_.reset();
      case Order::kSettle: return wait_until_the_dead_are_gone(home_);
    }
  }

 private:
  Home home_;
  std::optional<FloorMesh> mesh_;
};

Answer obey(std::optional<Worker>& worker, Order order) {
  Answer answer;
  try {
    if (!worker) {
      enter_own_network();
      worker.emplace();
    }
    const auto start = std::chrono::steady_clock::now();
    worker->obey(order);
    answer.seconds = FloorProcess::Seconds(std::chrono::steady_clock::now() - start).count();
  } catch (const std::exception& error) {
    std::string_view(error.what()).copy(answer.error.data(), answer.error.size() - 1);
  }
  return answer;
}

// Ends when the other side is closed, however that came.
void serve(int socket) {
  std::optional<Worker> worker;
  Order order{};
  while (::recv(socket, &order, sizeof order, 0) == sizeof order) {
    const Answer answer = obey(worker, order);
    if (::send(socket, &answer, sizeof answer, MSG_NOSIGNAL) < 0) return;
  }
}

FloorProcess::Seconds ask(int socket, Order order) {
  check(::send(socket, &order, sizeof order, MSG_NOSIGNAL), "ask the floor's process");
  Answer answer;
  if (::recv(socket, &answer, sizeof answer, 0) != sizeof answer) {
    throw std::runtime_error("the floor's process is gone");
  }
  if (answer.error.front() != '\0') throw std::runtime_error(answer.error.data());
  return FloorProcess::Seconds(answer.seconds);
}

}  // namespace

FloorProcess::FloorProcess() {
  std::array<int, 2> ends{};
  check(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), "make a socket pair");
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  child_ = check(::fork(), "fork");
  if (child_ == 0) {
    { const UniqueFd closed = std::move(ours); }
    serve(theirs.get());
    ::_exit(0);
  }
  child_socket_ = std::move(ours);
}

FloorProcess::~FloorProcess() {
  child_socket_ = UniqueFd();
  ::waitpid(child_, nullptr, 0);
}

FloorProcess::Seconds FloorProcess::story() const {
  return ask(child_socket_.get(), Order::kStory);
}
void FloorProcess::open_mesh() const { ask(child_socket_.get(), Order::kOpenMesh); }
FloorProcess::Seconds FloorProcess::ping_mesh() const {
  return ask(child_socket_.get(), Order::kPingMesh);
}
void FloorProcess::close_mesh() const { ask(child_socket_.get(), Order::kCloseMesh); }
void FloorProcess::settle() const { ask(child_socket_.get(), Order::kSettle); }

}  // namespace vethlab::bench
