#include <vethlab/lab/server.h>

#include <vethlab/base/deadline.h>
#include <vethlab/base/errors.h>
#include <vethlab/base/socket_address.h>
#include <vethlab/lab/job.h>
#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/steps.h>
#include <vethlab/netlink/listening.h>
#include <vethlab/probe/http.h>
#include <vethlab/probe/serve.h>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace vethlab {
namespace {

using internal::NodeState;

using namespace std::chrono_literals;

// After so long a SYN and ACK that was lost is sent again.
constexpr auto kHandshake = 1s;
constexpr int kAgain = 1;  // ms: the kernel announces no connection

// What a server's process has for its answer to the test.
constexpr timeval kPatience{.tv_sec = 10, .tv_usec = 0};

std::uint16_t checked_port(const char* verb, int port, Caller caller) {
  if (port < 1 || port > 65535)
    throw_bad_argument(caller, fmt::format("{}: port {} is not 1 to 65535", verb, port));
  return static_cast<std::uint16_t>(port);
}

// Of both families: IPv4's addresses are ::ffff:10.0.0.1 in it.
UniqueFd bound_socket(NodeState& node, int type, std::uint16_t port, int option_on) {
  const char* const name = type == SOCK_STREAM ? "tcp" : "udp";
  const auto refused = [&] {
    throw Refusal{errno, fmt::format("serve {} port {}", name, port), {}};
  };
  UniqueFd fd = node.lab.keeper.socket({node.index, AF_INET6, type | SOCK_NONBLOCK, 0});
  const int off = 0;
  const int on = 1;
  const int level = type == SOCK_STREAM ? SOL_SOCKET : static_cast<int>(IPPROTO_IPV6);
  const SocketAddress any = socket_address(IpAddress("::"), port);
  if (::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) != 0 ||
      ::setsockopt(fd.get(), level, option_on, &on, sizeof on) != 0 ||
      ::bind(fd.get(), any.get(), any.size) != 0)
    refused();
  if (type == SOCK_STREAM && ::listen(fd.get(), SOMAXCONN) != 0) refused();
  return fd;
}

// The sockets are bound here and now, in the test, where a refusal has its line; the process that
// serves is a fork that has them, and the test's own copies go with this call.
Server& start_server(const Node& node, int port, probe::ServeSockets sockets,
                     const probe::Answerer& answerer, Caller caller) {
  std::array<int, 2> ends{};
  NodeState& state = node.state();
  state.attempt(caller, [&] {
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
      throw Refusal{errno, "make a server's socketpair", {}};
  });
  UniqueFd mine(ends[0]);
  sockets.control = UniqueFd(ends[1]);
  ::setsockopt(mine.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  Job& job = node.start(
      [&] {
        mine = UniqueFd();
        probe::serve(sockets, answerer);
      },
      {}, caller);
  return *state.lab.servers.emplace_back(
      std::make_unique<Server>(node, port, job, std::move(mine)));
}

}  // namespace

Server::Server(const Node& node, int port, Job& job, UniqueFd control)
    : node_(node), port_(port), job_(job), control_(std::move(control)) {}

Server::~Server() = default;

std::vector<ClientAddress> Server::clients(Caller caller) {
  if (!control_) return heard_;
  const auto deadline = Deadline::in(kHandshake);
  const auto port = static_cast<std::uint16_t>(port_);
  const auto begins = [&] {
    return node_.state().attempt(
        caller, [&] { return netlink::is_being_connected_to(node_.state().diag(), port); });
  };
  pollfd ended{control_.get(), POLLIN, 0};  // no question was asked: its end, then
  while (begins() && !deadline.over() && ::poll(&ended, 1, kAgain) == 0) {
  }
  if (probe::ask_for_peers(control_.get(), heard_)) return heard_;
  job_.join(kHandshake, caller);  // tells how it ended
  throw WorkerFailed(fmt::format("{}the server on port {} of {} does not answer", prefix_of(caller),
                                 port_, node_.name()));
}

void Server::stop(Caller caller) {
  if (!control_) return;
  (void)clients(caller);
  control_ = UniqueFd();
  job_.end(node_.state().lab.options.patience);
}

Server& Node::serve_echo(int port, Caller caller) const {
  const internal::Doing doing(*state_, caller, "serve_echo", port);
  const std::uint16_t checked = checked_port("serve_echo", port, caller);
  return start_server(
      *this, port,
      state_->attempt(caller,
                      [&] {
                        return probe::ServeSockets{
                            .tcp = bound_socket(*state_, SOCK_STREAM, checked, SO_REUSEADDR),
                            .udp = bound_socket(*state_, SOCK_DGRAM, checked, IPV6_RECVPKTINFO)};
                      }),
      [](std::string& heard, const ClientAddress&) {
        return probe::Said{std::exchange(heard, {})};
      },
      caller);
}

Server& Node::serve_http(int port, TextView body, Caller caller) const {
  const internal::Doing doing(*state_, caller, "serve_http", port);
  const std::uint16_t checked = checked_port("serve_http", port, caller);
  return start_server(
      *this, port,
      state_->attempt(caller,
                      [&] {
                        return probe::ServeSockets{
                            .tcp = bound_socket(*state_, SOCK_STREAM, checked, SO_REUSEADDR)};
                      }),
      [text = std::string(std::string_view(body))](std::string& heard,
                                                   const ClientAddress& client) {
        auto answer = probe::http_answer(heard, client, text);
        return answer ? probe::Said{std::move(*answer), true} : probe::Said{};
      },
      caller);
}

}  // namespace vethlab
