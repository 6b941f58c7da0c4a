#include <vethlab/netns/worker.h>

#include <vethlab/base/errors.h>

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <span>
#include <system_error>
#include <utility>

extern "C" void __gcov_dump() __attribute__((weak));  // there when built with --coverage

namespace vethlab::netns {
namespace {

constexpr int kMuteStatus = 125;
constexpr std::size_t kPacket = 32 * 1024;
constexpr std::size_t kMostDescriptors = 200;  // of one packet; the kernel takes 253

struct Header {
  Message::Kind kind;
  bool more;
};

int count_other_threads() {
  struct stat task {};
  return ::stat("/proc/self/task", &task) == 0 ? static_cast<int>(task.st_nlink) - 3 : 0;
}

// clone3(2) with exit signal 0; with more threads fork(2).
pid_t fork_quietly(bool alone) {
  if (!alone) return ::fork();
  clone_args args{};
  return static_cast<pid_t>(::syscall(SYS_clone3, &args, sizeof args));
}

void wait_for_child(pid_t pid) {
  siginfo_t info;
  while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | __WALL) < 0 && errno == EINTR) {
  }
}

template <class T>
std::string bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

void flush() {
  std::fflush(nullptr);
  std::cout.flush();
}

}  // namespace

Worker::Worker(const Place& place) {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    throw Refusal{errno, "socketpair()", {}};
  channel_ = UniqueFd(ends[0]);
  UniqueFd answers(ends[1]);
  flush();  // else it would write once more what is buffered here
  other_threads_ = count_other_threads();

  const pid_t between = fork_quietly(other_threads_ == 0);
  if (between < 0) throw Refusal{errno, "fork()", {}};
  if (between == 0) {
    channel_ = std::move(answers);
    go_in(place);
    return;
  }
  answers = UniqueFd();
  wait_for_child(between);
  await_entry();
}

// The process between says who the worker is, the worker that it is in its place and what it then
// has to say: the one may come after all of the other.
void Worker::await_entry() {
  const auto deadline = Deadline::in(std::chrono::seconds(60));
  bool entered = false;
  while (!process_ || !entered) {
    auto said = next_message(deadline);
    if (!said) {
      give_up();
      throw WorkerFailed("a worker ended before it had entered its node");
    }
    if (said->kind == Message::Kind::kMade && said->descriptors.size() == 1) {
      process_ = std::move(said->descriptors[0]);
      std::memcpy(&pid_, said->bytes.data(), sizeof pid_);
    } else if (said->kind == Message::Kind::kEntered) {
      entered = true;
    } else if (entered) {
      early_.push_back(std::move(*said));
    } else if (said->kind == Message::Kind::kRefused) {
      Refusal refusal;
      std::memcpy(&refusal.error, said->bytes.data(), sizeof refusal.error);
      refusal.attempt = said->bytes.substr(sizeof refusal.error);
      give_up();
      throw refusal;
    }
  }
}

// Runs in the process between: setns(2) moves children alone into a pid namespace, so that the
// worker is one more clone, whose parent (CLONE_PARENT) is the test.
void Worker::go_in(const Place& place) {
  const auto refuse = [&](const Refusal& refusal) {
    send(Message::Kind::kRefused, bytes_of(refusal.error).append(refusal.attempt));
    ::_exit(0);
  };
  const int dumpable = ::prctl(PR_GET_DUMPABLE);
  std::error_code no_directory;
  const auto directory = std::filesystem::current_path(no_directory);
  const int own = place.own_user_namespace ? CLONE_NEWUSER : 0;
  if (::setns(place.init, own | CLONE_NEWPID | CLONE_NEWNS) != 0)
    refuse({errno, own != 0 ? "setns(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS)"
                            : "setns(CLONE_NEWPID | CLONE_NEWNS)"});
  if (::setns(place.netns, CLONE_NEWNET) != 0) refuse({errno, "setns(CLONE_NEWNET)"});
  ::prctl(PR_SET_DUMPABLE, dumpable);  // gained capabilities took it: debuggers and cores need it

  int pidfd = -1;
  clone_args args{};
  args.flags = CLONE_PARENT | CLONE_PIDFD;
  args.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
  const long pid = ::syscall(SYS_clone3, &args, sizeof args);
  if (pid < 0) refuse({errno, "clone3(CLONE_PARENT | CLONE_PIDFD)"});
  if (pid > 0) {
    const auto seen_by_the_test = static_cast<pid_t>(pid);
    std::vector<UniqueFd> handed;
    handed.emplace_back(pidfd);
    send(Message::Kind::kMade, bytes_of(seen_by_the_test), handed);
    ::_exit(0);
  }
  inside_ = true;
  pid_ = ::getpid();
  ::setsid();
  try {
    make_world(place.world);
  } catch (const Refusal& refusal) {
    refuse(refusal);
  }
  std::filesystem::current_path(directory, no_directory);  // setns(2) went to the root
  send(Message::Kind::kEntered, {});
}

void Worker::give_up() {
  if (!process_ || ::getpid() != owner_) return;  // in a fork of the test it is not ours to end
  kill_group();
  (void)wait(Deadline(Deadline::Clock::time_point::max()));
}

Worker::~Worker() {
  if (!inside_) give_up();
}

bool Worker::is_stray() const { return ::getpid() != pid_; }

void Worker::send(Message::Kind kind, std::string_view bytes,
                  const std::vector<UniqueFd>& descriptors) {
  std::span<const UniqueFd> left(descriptors);
  do {
    const std::string_view part = bytes.substr(0, kPacket);
    const auto handed = left.first(std::min(left.size(), kMostDescriptors));
    bytes.remove_prefix(part.size());
    left = left.subspan(handed.size());
    Header header{kind, !bytes.empty() || !left.empty()};

    std::array<iovec, 2> data = {iovec{&header, sizeof header},
                                 iovec{const_cast<char*>(part.data()), part.size()}};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(kMostDescriptors * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = data.data();
    message.msg_iovlen = data.size();
    if (!handed.empty()) {
      message.msg_control = control.data();
      message.msg_controllen = CMSG_SPACE(handed.size() * sizeof(int));
      cmsghdr* const item = CMSG_FIRSTHDR(&message);
      item->cmsg_level = SOL_SOCKET;
      item->cmsg_type = SCM_RIGHTS;
      item->cmsg_len = CMSG_LEN(handed.size() * sizeof(int));
      for (std::size_t i = 0; i < handed.size(); ++i) {
        const int fd = handed[i].get();
        std::memcpy(CMSG_DATA(item) + i * sizeof fd, &fd, sizeof fd);
      }
    }
    while (::sendmsg(channel_.get(), &message, MSG_NOSIGNAL) < 0)
      if (errno != EINTR) ::_exit(kMuteStatus);
  } while (!bytes.empty() || !left.empty());
}

void Worker::leave() {
  flush();
  if (__gcov_dump != nullptr) __gcov_dump();
  ::_exit(0);
}

// One packet, appended to the message. False when there is none, and there will be none.
bool Worker::take_packet(Message& message, bool& more) {
  Header header{};
  std::array<char, kPacket> part;
  std::array<iovec, 2> data = {iovec{&header, sizeof header}, iovec{part.data(), part.size()}};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMostDescriptors * sizeof(int))> control;
  msghdr got{};
  got.msg_iov = data.data();
  got.msg_iovlen = data.size();
  got.msg_control = control.data();
  got.msg_controllen = control.size();
  const ssize_t size = ::recvmsg(channel_.get(), &got, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (size < static_cast<ssize_t>(sizeof header)) return false;
  message.kind = header.kind;
  more = header.more;
  message.bytes.append(part.data(), static_cast<std::size_t>(size) - sizeof header);
  for (cmsghdr* item = CMSG_FIRSTHDR(&got); item != nullptr; item = CMSG_NXTHDR(&got, item)) {
    for (std::size_t i = 0; i < (item->cmsg_len - CMSG_LEN(0)) / sizeof(int); ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(item) + i * sizeof fd, sizeof fd);
      message.descriptors.emplace_back(fd);
    }
  }
  return true;
}

// A fork of the worker may hold the channel open: the worker's own end is an end, too.
std::optional<Message> Worker::next_message(Deadline deadline) {
  Message message;
  bool more = true;
  while (more) {
    std::array<pollfd, 2> events = {pollfd{channel_.get(), POLLIN, 0},
                                    pollfd{process_.get(), POLLIN, 0}};
    const int ready = ::poll(events.data(), events.size(), deadline.poll_timeout());
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0 && deadline.over()) return std::nullopt;
    // Where it ends between poll's two looks, its last words are there all the same.
    if ((events[0].revents != 0 || events[1].revents != 0) && !take_packet(message, more))
      return std::nullopt;
  }
  return message;
}

std::optional<Message> Worker::receive(Deadline deadline) {
  if (early_.empty()) return next_message(deadline);
  Message message = std::move(early_.front());
  early_.pop_front();
  return message;
}

std::optional<Worker::Ended> Worker::wait(Deadline deadline) {
  pollfd end{process_.get(), POLLIN, 0};
  int ready = 0;
  while ((ready = ::poll(&end, 1, deadline.poll_timeout())) <= 0) {
    if (ready == 0 && deadline.over()) return std::nullopt;
  }
  siginfo_t info{};
  const bool ours =
      ::waitid(P_PIDFD, static_cast<id_t>(process_.get()), &info, WEXITED | __WALL) == 0;
  process_ = UniqueFd();
  Ended ended;
  if (!ours) return ended;
  if (info.si_code != CLD_EXITED) ended.signal = info.si_status;
  else if (info.si_status == kMuteStatus) ended.mute = true;
  else ended.status = info.si_status;
  return ended;
}

void Worker::signal(int number) const {
  ::syscall(SYS_pidfd_send_signal, process_.get(), number, nullptr, 0);
}

void Worker::kill_group() const {
  ::kill(-pid_, SIGKILL);  // its session's first group, once it has one
  signal(SIGKILL);
}

}  // namespace vethlab::netns
