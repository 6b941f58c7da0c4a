#include <vethlab/netns/keeper.h>

#include <vethlab/base/deadline.h>
#include <vethlab/base/errors.h>
#include <vethlab/netns/descriptor_limit.h>
#include <vethlab/netns/map_ids.h>
#include <vethlab/netns/one_processor.h>
#include <vethlab/netns/packet.h>
#include <vethlab/netns/refusal_words.h>
#include <vethlab/netns/zygote.h>

#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace vethlab::netns {
namespace {

using namespace std::chrono_literals;

// For one reply. Making a namespace takes a millisecond, and seconds on a machine that is starved.
constexpr auto kPatience = 60s;

// For the end of a keeper whose socket is closed.
constexpr auto kLastMoment = 1s;

template <std::size_t N>
void put(std::array<char, N>& buffer, std::string_view text, const char* what) {
  if (text.size() >= N) throw Refusal{ENAMETOOLONG, fmt::format("pass on a {}", what), {}};
  std::memcpy(buffer.data(), text.data(), text.size());
}

Request socket_request(const Keeper::SocketSpec& spec) {
  Request request;
  request.verb = Verb::kSocket;
  request.index = spec.index;
  request.domain = spec.domain;
  request.type = spec.type;
  request.protocol = spec.protocol;
  return request;
}

}  // namespace

Keeper::Keeper(Zygote& zygote, UserNamespace user_namespace, Ids ids)
    : owner_(::getpid()), user_namespace_(user_namespace) {
  make_room_for_descriptors();
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    throw no_descriptors({errno, "socketpair()", {}});
  control_ = UniqueFd(ends[0]);
  const UniqueFd keepers_end(ends[1]);

  const OneProcessor together;  // with the zygote, and then with it
  const bool own = user_namespace == UserNamespace::kOwn;
  try {
    auto [pid, pidfd] = zygote.make_keeper(own ? CLONE_NEWUSER : 0, keepers_end.get());
    pid_ = pid;
    process_ = std::move(pidfd);
  } catch (Refusal& refusal) {
    if (own) refusal.attempt = "clone3(CLONE_NEWUSER | CLONE_PIDFD)";
    if (refusal.error == EMFILE) throw no_descriptors(refusal);
    throw no_user_namespace(refusal);
  }
  if (!own) return;
  try {
    map_ids(pid_, ids, zygote);
  } catch (...) {
    end_and_wait();
    throw;
  }
}

Keeper::~Keeper() { end_and_wait(); }

bool Keeper::is_mine() const { return ::getpid() == owner_; }

void Keeper::end_and_wait() noexcept {
  if (!process_ || !is_mine()) return;
  end();
  control_ = UniqueFd();  // where the signal is refused (this process has changed its user)
  init_.wait();
  siginfo_t info;
  while (::waitid(P_PIDFD, static_cast<id_t>(process_.get()), &info, WEXITED | __WALL) < 0 &&
         errno == EINTR) {
  }
}

// In a fork of the owner (a death test, say) the keeper is not ours to end.
void Keeper::end() noexcept {
  if (!process_ || !is_mine()) return;
  init_.kill();
  ::syscall(SYS_pidfd_send_signal, process_.get(), SIGKILL, nullptr, 0);
}

int Keeper::init() {
  if (!init_) {
    Request request;
    request.verb = Verb::kInit;
    try {
      Answer answer = ask(request, 2);
      init_ = Init(std::move(answer.descriptors[0]), std::move(answer.descriptors[1]));
    } catch (const Refusal& refusal) {
      if (refusal.error == EMFILE || refusal.error == ENFILE) throw no_descriptors(refusal);
      throw no_pid_namespace(refusal);
    }
  }
  return init_.pidfd();
}

Keeper::Namespace Keeper::make_namespace() {
  Request request;
  request.verb = Verb::kNamespace;
  request.index = made_;
  return new_namespace(request);
}

Keeper::Namespace Keeper::adopt_namespace(UniqueFd netns) {
  Request request;
  request.verb = Verb::kAdopt;
  request.index = made_;
  to_give_ = std::move(netns);
  Namespace made = new_namespace(request);
  to_give_ = UniqueFd();
  return made;
}

Keeper::Namespace Keeper::new_namespace(const Request& request) {
  try {
    Answer answer = ask(request, 2);
    return {made_++, std::move(answer.descriptors[0]), std::move(answer.descriptors[1])};
  } catch (const Refusal& refusal) {
    if (refusal.error == EMFILE || refusal.error == ENFILE) throw no_descriptors(refusal);
    if (request.verb == Verb::kAdopt) throw;
    if (refusal.attempt.find("/proc/sys") != std::string::npos) throw no_sysctl(refusal);
    throw no_network_namespace(refusal);
  }
}

UniqueFd Keeper::socket(const SocketSpec& spec) { return std::move(sockets({&spec, 1}).front()); }

// All answers are taken before the first refusal is thrown: none is left for a later question.
std::vector<UniqueFd> Keeper::sockets(std::span<const SocketSpec> specs) {
  std::vector<Stamp> stamps;
  for (const SocketSpec& spec : specs) stamps.push_back(send(socket_request(spec)));
  std::vector<Answer> answers(specs.size());
  std::vector<bool> whole(specs.size());
  for (std::size_t i = 0; i < specs.size(); ++i) whole[i] = receive(answers[i], stamps[i]);

  std::vector<UniqueFd> result;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    try {
      Answer answer = whole[i] ? judge(std::move(answers[i]), 1) : ask(socket_request(specs[i]), 1);
      result.push_back(std::move(answer.descriptors[0]));
    } catch (Refusal& refusal) {
      const auto& [index, domain, type, protocol] = specs[i];
      if (refusal.error == EMFILE || refusal.error == ENFILE) throw no_descriptors(refusal);
      refusal.attempt = fmt::format("socket({}, {}, {})", domain, type, protocol);
      const bool raw = (type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) == SOCK_RAW || domain == AF_PACKET;
      if (refusal.error == EPERM && raw) throw no_raw_socket(refusal);
      throw;
    }
  }
  return result;
}

// As sockets(): asked for together, for as many as the socket holds.
std::vector<std::string> Keeper::read_proc_net(std::string_view path, std::span<const int> all) {
  constexpr std::size_t kAtOnce = 32;
  Request request;
  request.verb = Verb::kReadProcNet;
  put(request.path, path, "file's name");
  std::vector<Answer> answers(all.size());
  for (std::size_t done = 0; done < all.size(); done += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, all.size() - done);
    std::array<Stamp, kAtOnce> stamps;
    for (std::size_t i = 0; i < count; ++i) {
      request.index = all[done + i];
      stamps[i] = send(request);
    }
    for (std::size_t i = 0; i < count; ++i) receive(answers[done + i], stamps[i]);
  }
  std::vector<std::string> texts;
  texts.reserve(all.size());
  for (Answer& answer : answers) texts.emplace_back(judge(std::move(answer), 0).reply.text.data());
  return texts;
}

std::string Keeper::read_sysctl(int index, std::string_view path) {
  Request request;
  request.verb = Verb::kReadSysctl;
  request.index = index;
  put(request.path, path, "sysctl's name");
  return ask(request, 0).reply.text.data();
}

void Keeper::write_sysctl(int index, std::string_view path, std::string_view value) {
  Request request;
  request.verb = Verb::kWriteSysctl;
  request.index = index;
  put(request.path, path, "sysctl's name");
  put(request.value, value, "sysctl's value");
  ask(request, 0);
}

// Descriptors for which this process had no room are lost in the exchange: the limit is raised and
// the same asked again, which the keeper's verbs allow.
Keeper::Answer Keeper::ask(const Request& request, std::size_t descriptors) {
  Answer answer;
  if (!exchange(request, answer) && (!raise_descriptor_limit() || !exchange(request, answer)))
    throw Refusal{EMFILE, "receive a node's descriptors", {}};
  return judge(std::move(answer), descriptors);
}

// Who asks waits for the answer (one_processor.h).
void Keeper::come_here() {
  const int processor = processor_here();
  if (processor == processor_) return;
  processor_ = processor;
  stay_on(pid_, processor);
}

Keeper::Answer Keeper::judge(Answer answer, std::size_t descriptors) const {
  const Reply& reply = answer.reply;
  if (reply.error != 0) throw Refusal{reply.error, reply.attempt.data(), {}};
  if (answer.descriptors.size() != descriptors)
    throw WorkerFailed(fmt::format("the lab's keeper (pid {}) handed over {} descriptors, not {}",
                                   pid_, answer.descriptors.size(), descriptors));
  return answer;
}

bool Keeper::exchange(const Request& request, Answer& answer) {
  return receive(answer, send(request));
}

Stamp Keeper::send(Request request) {
  come_here();
  request.stamp = {::getpid(), ++asked_};
  const std::size_t size = offsetof(Request, value) + std::strlen(request.value.data()) + 1;
  const iovec data{&request, size};
  const int to_give = to_give_.get();
  const std::size_t count = request.verb == Verb::kAdopt ? 1 : 0;
  if (!send_packet(control_.get(), {&data, 1}, {&to_give, count})) throw_gone();
  return request.stamp;
}

// False where descriptors were cut off.
bool Keeper::receive(Answer& answer, Stamp stamp) {
  const auto deadline = Deadline::in(kPatience);
  pollfd events[2] = {{control_.get(), POLLIN, 0}, {process_.get(), POLLIN, 0}};
  while (::poll(events, 2, deadline.poll_timeout()) <= 0) {
    if (deadline.over())
      throw WorkerFailed(
          fmt::format("the lab's keeper (pid {}) did not answer in {} s", pid_, kPatience / 1s));
  }
  if ((events[0].revents & POLLIN) == 0) throw_gone();

  answer = {};
  const iovec data{&answer.reply, sizeof answer.reply};
  std::array<int, kMostHandedOver> descriptors{};
  const Received got = receive_packet(control_.get(), {&data, 1}, descriptors);
  if (got.size <= 0) throw_gone();
  for (const int fd : std::span(descriptors).first(got.descriptors))
    answer.descriptors.emplace_back(fd);
  if (answer.reply.stamp != stamp) return receive(answer, stamp);
  return !got.cut_off;
}

// Its end of the socket closes a moment before its status is there to be read: waited for.
void Keeper::throw_gone() {
  pollfd exit{process_.get(), POLLIN, 0};
  ::poll(&exit, 1, kLastMoment / 1ms);
  siginfo_t info{};
  const auto id = static_cast<id_t>(process_.get());
  std::string how = "is gone";
  if (::waitid(P_PIDFD, id, &info, WEXITED | WNOWAIT | __WALL | WNOHANG) == 0 && info.si_pid != 0)
    how = info.si_code == CLD_EXITED
              ? fmt::format("left with status {}", info.si_status)
              : fmt::format("was killed by SIG{}", sigabbrev_np(info.si_status));
  throw WorkerFailed(fmt::format("the lab's keeper (pid {}) {}", pid_, how));
}

}  // namespace vethlab::netns
