#include <vethlab/netns/keeper_process.h>

#include <vethlab/netns/init_process.h>
#include <vethlab/netns/keeper_protocol.h>
#include <vethlab/netns/raw_call.h>
#include <vethlab/netns/set_baseline.h>

#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/poll.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace vethlab::netns {
namespace {

class KeeperProcess {
 public:
  KeeperProcess(int control, int test_process) : control_(control), test_process_(test_process) {}
  [[noreturn]] void serve();

 private:
  void answer(const Request& request);
  bool take(Request& request);
  void make_namespace(int index);
  void adopt_namespace(int index);
  void hand_over_namespace(int index);
  void make_socket(const Request& request);
  void make_init();
  bool enter(int index);
  bool write_sysctl(const char* path, std::string_view value);
  bool read_sysctl(const char* path);
  bool read(std::string_view directory, std::string_view path);
  bool fail(std::string_view attempt, std::string_view object = {});
  bool hand_over(long descriptor, std::string_view attempt);
  bool send();

  // Namespace i is descriptor kFirst + i: no table that could be full.
  static constexpr int kFirst = 16;

  int control_;
  int test_process_;
  int here_ = -1;  // the namespace that this process is in
  int made_ = 0;
  int given_ = -1;  // the descriptor that came with a request
  SetBaseline set_baseline_;
  Reply reply_;
  std::array<int, kMostHandedOver> descriptors_{};
  std::size_t descriptor_count_ = 0;
};

bool KeeperProcess::fail(std::string_view attempt, std::string_view object) {
  reply_.error = errno;
  append(reply_.attempt, attempt);
  append(reply_.attempt, object);
  return false;
}

void KeeperProcess::serve() {
  for (;;) {
    std::array<pollfd, 2> events = {pollfd{control_, POLLIN, 0}, pollfd{test_process_, POLLIN, 0}};
    if (call(SYS_ppoll, events.data(), events.size(), nullptr, nullptr, 0) < 0) continue;
    if (events[1].revents != 0) break;  // the test process is gone, however it went
    Request request;                    // the unused end of `value` is not sent
    if (!take(request)) break;
    answer(request);
    reply_.stamp = request.stamp;
    if (!send()) break;
  }
  for (;;) call(SYS_exit_group, 0);
}

// With the descriptor that came with it, if one did.
bool KeeperProcess::take(Request& request) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec data{&request, sizeof request};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const long got = call(SYS_recvmsg, control_, &message, MSG_CMSG_CLOEXEC);
  given_ = -1;
  if (const cmsghdr* item = CMSG_FIRSTHDR(&message); item != nullptr)
    std::memcpy(&given_, CMSG_DATA(item), sizeof given_);
  return got >= static_cast<long>(offsetof(Request, value));
}

void KeeperProcess::answer(const Request& request) {
  reply_ = {};
  descriptor_count_ = 0;
  if (request.verb == Verb::kAdopt) return adopt_namespace(request.index);
  if (request.verb == Verb::kNamespace) return make_namespace(request.index);
  if (request.verb == Verb::kInit) return make_init();
  if (!enter(request.index)) return;
  switch (request.verb) {
    case Verb::kSocket: return make_socket(request);
    case Verb::kReadProcNet: return void(read("/proc/thread-self/net/", request.path.data()));
    case Verb::kReadSysctl: return void(read_sysctl(request.path.data()));
    case Verb::kWriteSysctl: return void(write_sysctl(request.path.data(), request.value.data()));
    case Verb::kNamespace:
    case Verb::kAdopt:
    case Verb::kInit: break;
  }
}

// Asked again for one that exists (the test process had no room for its descriptors), it hands
// over the same.
void KeeperProcess::make_namespace(int index) {
  if (index == made_) {
    here_ = -1;
    if (call(SYS_unshare, CLONE_NEWNET) < 0) return void(fail("unshare(CLONE_NEWNET)"));
    const long fd = call(SYS_openat, AT_FDCWD, "/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) return void(fail("open /proc/thread-self/ns/net"));
    const long kept = call(SYS_dup3, fd, kFirst + index, O_CLOEXEC);
    if (kept < 0 && errno == EBADF) errno = EMFILE;  // what it means here: beyond the limit
    if (kept < 0) fail("keep the namespace's descriptor");
    call(SYS_close, fd);
    if (kept < 0) return;
    if (!set_baseline_(reply_.attempt)) return void(reply_.error = errno);
    here_ = index;
    ++made_;
  }
  hand_over_namespace(index);
}

// Its settings are its maker's.
void KeeperProcess::adopt_namespace(int index) {
  if (index == made_) {
    const long kept = call(SYS_dup3, given_, kFirst + index, O_CLOEXEC);
    if (kept < 0 && errno == EBADF) errno = EMFILE;
    if (kept < 0) fail("keep the namespace's descriptor");
    else ++made_;
  }
  if (given_ >= 0) call(SYS_close, given_);
  if (reply_.error == 0) hand_over_namespace(index);
}

void KeeperProcess::hand_over_namespace(int index) {
  if (!enter(index)) return;
  if (!hand_over(call(SYS_fcntl, kFirst + index, F_DUPFD_CLOEXEC, 0), "duplicate a descriptor"))
    return;
  const long netlink = call(SYS_socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (!hand_over(netlink, "socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)")) return;
  sockaddr_nl any{};
  any.nl_family = AF_NETLINK;
  if (call(SYS_bind, netlink, &any, sizeof any) < 0) fail("bind the rtnetlink socket");
}

bool KeeperProcess::enter(int index) {
  if (here_ == index) return true;
  here_ = -1;
  if (call(SYS_setns, kFirst + index, CLONE_NEWNET) < 0) return fail("setns(CLONE_NEWNET)");
  here_ = index;
  return true;
}

bool KeeperProcess::write_sysctl(const char* path, std::string_view value) {
  std::array<char, 300> whole{};
  append(whole, "/proc/sys/net/");
  append(whole, path);
  const long fd = call(SYS_openat, AT_FDCWD, whole.data(), O_WRONLY | O_CLOEXEC, 0);
  if (fd < 0) return fail("open ", whole.data());
  const bool done = call(SYS_write, fd, value.data(), value.size()) >= 0;
  if (!done) fail("write ", whole.data());
  call(SYS_close, fd);
  return done;
}

bool KeeperProcess::read_sysctl(const char* path) { return read("/proc/sys/net/", path); }

bool KeeperProcess::read(std::string_view directory, std::string_view path) {
  std::array<char, 300> whole{};
  append(whole, directory);
  append(whole, path);
  const long fd = call(SYS_openat, AT_FDCWD, whole.data(), O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return fail("open ", whole.data());
  const long got = call(SYS_read, fd, reply_.text.data(), reply_.text.size() - 1);
  if (got < 0) fail("read ", whole.data());
  call(SYS_close, fd);
  if (got < 0) return false;
  std::size_t length = static_cast<std::size_t>(got);
  while (length > 0 && reply_.text[length - 1] == '\n') --length;
  reply_.text[length] = '\0';
  return true;
}

void KeeperProcess::make_init() {
  std::array<int, 2> control = {-1, -1};
  if (call(SYS_socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control.data()) < 0)
    return void(fail("socketpair()"));
  int pidfd = -1;
  clone_args args{};
  args.flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_PIDFD;
  args.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
  const long pid = call(SYS_clone3, &args, sizeof args);
  if (pid == 0) be_init(control[1], test_process_);
  if (pid < 0) fail("clone3(CLONE_NEWPID | CLONE_NEWNS)");
  call(SYS_close, control[1]);
  char ready = 0;  // when it has closed all that it inherited, or is gone
  if (pid > 0) call(SYS_read, control[0], &ready, 1);
  if (pid < 0) return void(call(SYS_close, control[0]));
  hand_over(pidfd, "keep the pid namespace's first process");
  hand_over(control[0], "keep the pid namespace's first process");
}

void KeeperProcess::make_socket(const Request& request) {
  hand_over(call(SYS_socket, request.domain, request.type | SOCK_CLOEXEC, request.protocol),
            "socket()");
}

bool KeeperProcess::hand_over(long descriptor, std::string_view attempt) {
  if (descriptor < 0) return fail(attempt);
  descriptors_[descriptor_count_++] = static_cast<int>(descriptor);
  return true;
}

bool KeeperProcess::send() {
  iovec text{&reply_, offsetof(Reply, text) + std::string_view(reply_.text.data()).size() + 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof descriptors_)> control{};
  msghdr message{};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  if (descriptor_count_ > 0 && reply_.error == 0) {
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(descriptor_count_ * sizeof(int));
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(descriptor_count_ * sizeof(int));
    std::memcpy(CMSG_DATA(header), descriptors_.data(), descriptor_count_ * sizeof(int));
  }
  bool sent = call(SYS_sendmsg, control_, &message, MSG_NOSIGNAL) >= 0;
  if (!sent && message.msg_control != nullptr) {  // ETOOMANYREFS: say so, without them
    fail("hand descriptors over");
    message.msg_control = nullptr;
    message.msg_controllen = 0;
    sent = call(SYS_sendmsg, control_, &message, MSG_NOSIGNAL) >= 0;
  }
  for (std::size_t i = 0; i < descriptor_count_; ++i) call(SYS_close, descriptors_[i]);
  return sent;
}

}  // namespace

void keep(int control, int test_process) {
  // A session of its own: no terminal's ^C or ^Z reaches it. No descriptor but its own two: it
  // must not keep a pipe open that others wait to see closed.
  call(SYS_setsid);
  call(SYS_prctl, PR_SET_NAME, "vethlab-keeper", 0, 0, 0);
  const int control_kept = 0;
  const int process_kept = 1;
  const long spare = call(SYS_fcntl, control, F_DUPFD_CLOEXEC, 2);  // in case they are swapped
  call(SYS_dup3, test_process, process_kept, O_CLOEXEC);
  call(SYS_dup3, spare, control_kept, O_CLOEXEC);
  call(SYS_close_range, 2U, ~0U, 0U);
  rlimit limit{};
  call(SYS_prlimit64, 0, RLIMIT_NOFILE, nullptr, &limit);
  limit.rlim_cur = limit.rlim_max;
  call(SYS_prlimit64, 0, RLIMIT_NOFILE, &limit, nullptr);

  KeeperProcess(control_kept, process_kept).serve();
}

}  // namespace vethlab::netns
