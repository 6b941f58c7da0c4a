#include "inside.h"

#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/netns/one_processor.h>

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <iterator>
#include <stdexcept>
#include <string>

#include "raw_error.h"

namespace vethlab::bench {

using Clock = std::chrono::steady_clock;

Inside::Inside() {
  const std::string path = "/proc/" + std::to_string(node_.state().lab.keeper.pid()) + "/ns/user";
  user_namespace_ = UniqueFd(check(::open(path.c_str(), O_RDONLY | O_CLOEXEC), path.c_str()));
  our_run();  // the first makes the lab's world
}

void Inside::our_run() const {
  node_.run([] {});
}

void Inside::enter() const {
  const bool in = ::setns(user_namespace_.get(), CLONE_NEWUSER) == 0 &&
                  ::setns(node_.state().netns.get(), CLONE_NEWNET) == 0;
  if (!in) ::_exit(1);
}

void Inside::bare_fork() const {
  const pid_t child = check(::fork(), "fork");
  if (child == 0) {
    enter();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) throw std::runtime_error("a bare fork did not get in");
}

// Both on one processor: moved to another at its exec(2), a program takes a third longer.
void Inside::our_exec() const {
  const netns::OneProcessor both;
  if (node_.exec({"true"}).exit_code != 0) throw std::runtime_error("true(1) failed");
}

Inside::Seconds Inside::ip_netns_exec() const {
  const netns::OneProcessor both;
  const ProgramResult result = node_.exec(
      {"bash", "-euc",
       "s=$EPOCHREALTIME; ip netns exec a true; e=$EPOCHREALTIME; echo $((${e/./} - ${s/./}))"});
  if (result.exit_code != 0) throw std::runtime_error(result.err);
  return std::chrono::duration<double, std::micro>(std::strtod(result.out.c_str(), nullptr));
}

// Both on one processor, again; the daemons' ends are nobody's time.
Inside::Seconds Inside::our_spawn() const {
  const netns::OneProcessor both;
  const auto start = Clock::now();
  Daemon& daemon = node_.spawn({VETHLAB_READY_PROGRAM}, {.ready = prints_line("ready")});
  const Seconds took = Clock::now() - start;
  (void)daemon.kill();
  return took;
}

Inside::Seconds Inside::bare_spawn() const {
  const netns::OneProcessor both;
  const auto start = Clock::now();
  std::array<int, 2> ends{};
  check(::pipe2(ends.data(), O_CLOEXEC), "make a pipe");
  const UniqueFd from(ends[0]);
  UniqueFd to(ends[1]);
  const pid_t child = check(::fork(), "fork");
  if (child == 0) {
    enter();
    ::dup2(to.get(), STDOUT_FILENO);
    ::execl(VETHLAB_READY_PROGRAM, VETHLAB_READY_PROGRAM, nullptr);
    ::_exit(1);
  }
  to = UniqueFd();
  std::array<char, 6> line{};
  const bool ready = ::read(from.get(), line.data(), line.size()) == std::ssize(line);
  const Seconds took = Clock::now() - start;
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  if (!ready) throw std::runtime_error("a bare program did not start");
  return took;
}

void Inside::our_socket() const { (void)node_.socket(AF_INET, SOCK_DGRAM); }

void Inside::bare_socket() const {
  const UniqueFd fd(check(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "open a socket"));
}

}  // namespace vethlab::bench
