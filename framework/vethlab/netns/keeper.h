// private
#pragma once

#include <vethlab/base/unique_fd.h>
#include <vethlab/netns/init.h>
#include <vethlab/netns/keeper_protocol.h>
#include <vethlab/netns/user_namespace.h>

#include <sys/types.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vethlab::netns {

class Zygote;

// A lab's one small forked worker. It makes the lab's network namespaces, enters them and opens
// there what it is asked for; the process that owns a Keeper never enters one, and may have threads.
// The keeper ends with its owner, or with the owning process, killed or not; a namespace goes when
// the last descriptor into it is closed.
//
// Verbs throw Refusal (what the kernel refused), Unsupported (this machine can't), or WorkerFailed.
// One thread at a time.
class Keeper {
 public:
  Keeper(Zygote& zygote, UserNamespace user_namespace, Ids ids);
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  ~Keeper();

  struct Namespace {
    int index = 0;       // what the other verbs call it
    UniqueFd netns;      // for setns(2) and IFLA_NET_NS_FD
    UniqueFd rtnetlink;  // bound, no groups
  };
  Namespace make_namespace();
  // One that somebody else has made inside this keeper's user namespace.
  Namespace adopt_namespace(UniqueFd netns);

  struct SocketSpec {
    int index = 0;
    int domain = 0;
    int type = 0;
    int protocol = 0;
  };
  UniqueFd socket(const SocketSpec& spec);
  // Several, asked for together: one waking of the keeper instead of one each.
  std::vector<UniqueFd> sockets(std::span<const SocketSpec> specs);

  // A short file of /proc/net/ ("sockstat") in each of some namespaces.
  std::vector<std::string> read_proc_net(std::string_view path, std::span<const int> indexes);

  // Paths below /proc/sys/net/: "ipv4/ip_forward".
  std::string read_sysctl(int index, std::string_view path);
  void write_sysctl(int index, std::string_view path, std::string_view value);

  // A pidfd of the first process of the lab's pid namespace, made when it is first asked for: all
  // that runs in there ends with the Keeper, or with the owning process.
  int init();
  // That first process, if it has been asked for; else null.
  [[nodiscard]] Init* running_init() { return init_ ? &init_ : nullptr; }
  [[nodiscard]] UserNamespace user_namespace() const { return user_namespace_; }

  // Ends it already, while the owner still closes what it has; the destructor waits for it.
  void end() noexcept;

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool is_mine() const;  // not in a fork of the owner

 private:
  struct Answer {
    Reply reply;
    std::vector<UniqueFd> descriptors;
  };
  Answer ask(const Request& request, std::size_t descriptors);
  void end_and_wait() noexcept;
  Answer judge(Answer answer, std::size_t descriptors) const;
  bool exchange(const Request& request, Answer& answer);
  Namespace new_namespace(const Request& request);
  void come_here();
  Stamp send(Request request);
  bool receive(Answer& answer, Stamp stamp);
  [[noreturn]] void throw_gone();

  pid_t owner_;
  UserNamespace user_namespace_;
  UniqueFd control_;
  UniqueFd process_;  // the keeper's pidfd
  Init init_;
  pid_t pid_ = -1;
  int made_ = 0;
  unsigned asked_ = 0;
  int processor_ = -1;
  UniqueFd to_give_;  // goes with the next request
};

}  // namespace vethlab::netns
