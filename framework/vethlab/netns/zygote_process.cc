#include <vethlab/netns/zygote_process.h>

#include <vethlab/base/deadline.h>
#include <vethlab/netns/descriptor_limit.h>
#include <vethlab/netns/fork_into.h>
#include <vethlab/netns/keeper_process.h>
#include <vethlab/netns/node_world.h>
#include <vethlab/netns/one_processor.h>
#include <vethlab/netns/packet.h>
#include <vethlab/netns/quiet_clone.h>
#include <vethlab/netns/worker.h>
#include <vethlab/netns/zygote_protocol.h>

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vethlab::netns {
namespace {

// Where its own two descriptors are.
constexpr int kChannel = 3;
constexpr int kTestProcess = 4;

// No descriptor but those, and stderr for what breaks: what it forks must not keep a pipe open that
// others wait to see closed.
void keep_descriptors(int channel, int test_process) {
  const int spare =
      ::fcntl(channel, F_DUPFD_CLOEXEC, kTestProcess + 1);  // in case they are swapped
  ::dup3(test_process, kTestProcess, O_CLOEXEC);
  ::dup3(spare, kChannel, O_CLOEXEC);
  ::syscall(SYS_close_range, static_cast<unsigned>(kTestProcess) + 1, ~0U, 0U);
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(nothing, STDOUT_FILENO);
  if (::fcntl(STDERR_FILENO, F_GETFD) < 0) ::dup2(nothing, STDERR_FILENO);
  if (nothing > STDERR_FILENO) ::close(nothing);
}

// As each process expects them that is forked from this one, whatever the test did; once, as it takes
// longer than a fork. All are blocked here.
void reset_signals() {
  for (int number = 1; number < NSIG; ++number)
    if (number != SIGKILL && number != SIGSTOP) ::signal(number, SIG_DFL);
}

void answer(const Born& born) {
  const iovec sent{const_cast<Born*>(&born), sizeof born};
  (void)send_packet(kChannel, {&sent, 1}, {&born.pidfd, born.pidfd < 0 ? 0U : 1U});
  if (born.pidfd >= 0) ::close(born.pidfd);
}

void make_keeper(std::uint64_t flags, int control) {
  Born born;
  born.pid = quiet_clone(CLONE_PARENT | CLONE_PIDFD | flags, &born.pidfd);
  if (born.pid == 0) keep(control, kTestProcess);
  if (born.pid < 0) born = {.error = errno, .attempt = "clone3()"};
  answer(born);
}

// In the worker: what there is to make first, then what it is for.
void serve(Channel channel, Zygote::Work work) {
  const auto forever = Deadline(Deadline::Clock::time_point::max());
  auto world = channel.receive(forever, -1);
  if (!world) return;
  Worker worker;
  worker.settle(std::move(channel), decoded<mounts::World>(std::move(*world)));
  auto order = worker.receive(forever);
  if (!order) return;
  if (order->kind == Message::Kind::kNodeWorld) serve_node_world(worker, std::move(*order));
  else work(worker, std::move(*order));
  worker.leave();
}

void make_worker(Zygote::Work work, bool own_user_namespace, std::span<const int> given) {
  Channel channel{UniqueFd(given[0])};
  const Place place{.init = given[1],
                    .own_user_namespace = own_user_namespace,
                    .netns = given[2],
                    .mounts = given[3],
                    .uts = given[4]};
  const Born born = fork_into(place, CLONE_PARENT, true);
  if (born.pid == 0) {
    for (const int fd : given.subspan(1)) ::close(fd);
    ::close(kChannel);
    serve(std::move(channel), work);
    ::_exit(0);
  }
  answer(born);
  (void)channel.release();  // closed with the others
}

void run_program(int order, int output) {
  std::string words = text_of(order);
  std::vector<char*> argv;
  for (std::size_t at = 0; at < words.size(); at = words.find('\0', at) + 1)
    argv.push_back(&words[at]);
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none;
  ::sigemptyset(&none);
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  Born born;
  pid_t child = -1;
  born.attempt = "posix_spawnp()";
  born.error = ::posix_spawnp(&child, argv[0], &actions, &attributes, argv.data(), environ);
  if (born.error == 0) ::waitpid(child, &born.status, 0);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  answer(born);
}

}  // namespace

void be_zygote(int channel, int test_process, Zygote::Work work) {
  ::setsid();  // no terminal's ^C or ^Z reaches it
  ::prctl(PR_SET_NAME, "vethlab-zygote");
  reset_signals();
  ::prctl(PR_SET_DUMPABLE, 1);  // where the test has changed its user, /proc/PID would be root's
  keep_descriptors(channel, test_process);
  raise_descriptor_limit();  // a program's are the test's at that moment
  for (;;) {
    std::array<pollfd, 2> events = {pollfd{kChannel, POLLIN, 0}, pollfd{kTestProcess, POLLIN, 0}};
    if (::poll(events.data(), events.size(), -1) < 0) continue;
    if (events[1].revents != 0) ::_exit(0);  // the test process is gone, however it went
    ZygoteRequest request;
    const iovec data{&request, sizeof request};
    std::array<int, 5> given = {-1, -1, -1, -1, -1};
    const Received got = receive_packet(kChannel, {&data, 1}, given);
    if (got.size != sizeof request) ::_exit(0);
    stay_on(0, request.processor);
    switch (request.verb) {
      case ZygoteRequest::Verb::kKeeper: make_keeper(request.flags, given[0]); break;
      case ZygoteRequest::Verb::kWorker:
        make_worker(work, request.own_user_namespace, given);
        break;
      case ZygoteRequest::Verb::kProgram: run_program(given[0], given[1]); break;
    }
    for (const int fd : std::span(given).first(got.descriptors)) ::close(fd);
  }
}

}  // namespace vethlab::netns
