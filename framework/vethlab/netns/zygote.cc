#include <vethlab/netns/zygote.h>

#include <vethlab/base/errors.h>
#include <vethlab/netns/descriptor_limit.h>
#include <vethlab/netns/one_processor.h>
#include <vethlab/netns/packet.h>
#include <vethlab/netns/quiet_clone.h>
#include <vethlab/netns/refusal_words.h>
#include <vethlab/netns/worker.h>
#include <vethlab/netns/zygote_process.h>
#include <vethlab/netns/zygote_protocol.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <string_view>
#include <utility>

namespace vethlab::netns {
namespace {

[[noreturn]] void throw_unsupported(const Refusal& refusal) {
  if (refusal.error == EMFILE || refusal.error == ENFILE) throw no_descriptors(refusal);
  throw no_user_namespace(refusal);
}

// Where a program has closed some of the first three, others would write into what got their numbers.
UniqueFd above_stdio(int descriptor, const char* attempt) {
  const UniqueFd low(descriptor);
  UniqueFd high(low ? ::fcntl(low.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1) : -1);
  if (!high) throw_unsupported({errno, attempt, {}});
  return high;
}

UniqueFd file_with(std::string_view text) {
  UniqueFd file(::memfd_create("vethlab", MFD_CLOEXEC));
  if (!file || ::write(file.get(), text.data(), text.size()) < 0)
    throw Refusal{errno, "memfd_create()", {}};
  return file;
}

}  // namespace

std::string text_of(int file) {
  const off_t size = ::lseek(file, 0, SEEK_END);
  std::string text(static_cast<std::size_t>(std::max<off_t>(size, 0)), '\0');
  const ssize_t got = ::pread(file, text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return text;
}

Zygote::Origin::Origin() {
  constexpr std::array kPlaces = {"/proc/self/ns/user", "/proc/self/ns/mnt", "/proc/self/ns/pid",
                                  "/"};
  for (std::size_t i = 0; i < places.size(); ++i) {
    struct stat file {};
    if (::stat(kPlaces[i], &file) == 0) places[i] = file.st_ino;
  }
}

Zygote::HardLimits::HardLimits() : array{} {
  for (std::size_t i = 0; i < size(); ++i) {
    rlimit limit{};
    ::getrlimit(static_cast<__rlimit_resource_t>(i), &limit);
    at(i) = limit.rlim_max;
  }
}

bool Zygote::HardLimits::allow(const HardLimits& others) const {
  return std::ranges::equal(*this, others, std::greater_equal());
}

// The pidfd of the test process is made here and inherited, by all that the zygote forks as well:
// whenever this process ends, even before they have run their first instruction, they see it. (A
// parent-death signal would follow the thread.)
Zygote::Zygote(Work work) {
  make_room_for_descriptors();
  const UniqueFd self =
      above_stdio(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)), "pidfd_open()");
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    throw_unsupported({errno, "socketpair()", {}});
  channel_ = above_stdio(ends[0], "socketpair()");
  const UniqueFd its_end = above_stdio(ends[1], "socketpair()");

  // All signals are blocked across it, and stay so in the zygote: the user's handlers never run
  // there.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = quiet_fork();
  if (pid == 0) be_zygote(its_end.get(), self.get(), work);
  const int error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) throw_unsupported({error, "clone3()", {}});
  process_ = above_stdio(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)), "pidfd_open()");
}

bool Zygote::fits() const {
  pollfd end{process_.get(), POLLIN, 0};
  return origin_ == Origin() && limits_.allow(HardLimits()) && ::poll(&end, 1, 0) == 0;
}

// In a fork of the owner it is not ours to end.
Zygote::~Zygote() {
  if (!process_ || ::getpid() != origin_.pid) return;
  ::syscall(SYS_pidfd_send_signal, process_.get(), SIGKILL, nullptr, 0);
  channel_ = UniqueFd();  // refused, where this process has changed its user: then it ends by this
  siginfo_t info;
  while (::waitid(P_PIDFD, static_cast<id_t>(process_.get()), &info, WEXITED | __WALL) < 0 &&
         errno == EINTR) {
  }
}

Zygote::Child Zygote::make_keeper(std::uint64_t flags, int control) {
  const Born born =
      ask({.verb = ZygoteRequest::Verb::kKeeper, .flags = flags, .processor = processor_here()},
          {&control, 1});
  if (born.error != 0) throw Refusal{born.error, born.attempt, {}};
  if (born.pidfd < 0) throw Refusal{EMFILE, "receive the keeper's descriptor", {}};
  return {born.pid, UniqueFd(born.pidfd)};
}

Born Zygote::make_worker(int channel, const Place& place, const std::function<void()>& meanwhile) {
  const std::array descriptors = {channel, place.init, place.netns, place.mounts, place.uts};
  const std::size_t count = place.mounts >= 0 ? descriptors.size() : descriptors.size() - 2;
  return ask({.verb = ZygoteRequest::Verb::kWorker,
              .own_user_namespace = place.own_user_namespace,
              .processor = processor_here()},
             std::span(descriptors).first(count), meanwhile);
}

Zygote::Ran Zygote::run(const std::vector<std::string>& argv) {
  std::string words;
  for (const std::string& word : argv) words += word + '\0';
  const UniqueFd order = file_with(words);
  const UniqueFd output = file_with("");
  const std::array descriptors = {order.get(), output.get()};
  const Born born =
      ask({.verb = ZygoteRequest::Verb::kProgram, .processor = processor_here()}, descriptors);
  if (born.error != 0) throw Refusal{born.error, born.attempt, {}};
  return {born.status, text_of(output.get())};
}

Born Zygote::ask(const ZygoteRequest& request, std::span<const int> descriptors,
                 const std::function<void()>& meanwhile) {
  const std::lock_guard lock(one_at_a_time_);
  const iovec sent{const_cast<ZygoteRequest*>(&request), sizeof request};
  Born born;
  const iovec to_receive{&born, sizeof born};
  int pidfd = -1;
  Received got;
  const bool asked = send_packet(channel_.get(), {&sent, 1}, descriptors);
  if (asked && meanwhile) meanwhile();
  if (asked) got = receive_packet(channel_.get(), {&to_receive, 1}, {&pidfd, 1});
  if (got.size != sizeof born)
    throw WorkerFailed("the process from which keepers and programs are forked is gone");
  born.pidfd = got.descriptors > 0 ? pidfd : -1;
  return born;
}

}  // namespace vethlab::netns
