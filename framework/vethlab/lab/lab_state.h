// private
#pragma once

#include <vethlab/base/errors.h>
#include <vethlab/base/reporter.h>
#include <vethlab/base/unique_fd.h>
#include <vethlab/lab/address_plan.h>
#include <vethlab/lab/hosts_file.h>
#include <vethlab/lab/inside.h>
#include <vethlab/lab/lab.h>
#include <vethlab/lab/steps.h>
#include <vethlab/lab/zygote.h>
#include <vethlab/netns/keeper.h>
#include <vethlab/netns/refusal_words.h>

#include <cerrno>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace vethlab::internal {

struct NodeState;
struct LabState;
void check_daemons(LabState& lab, Caller caller);  // daemon_state.h

// What a diagnosis has said last.
struct Blame {
  std::string why = {};   // its sentence
  std::string text = {};  // all of it
  std::string node = {};  // where it broke; empty: not known
  std::string dev = {};
};

// Among living_labs() as long as it lives.
class LivingLab {
 public:
  explicit LivingLab(LabState& lab);
  LivingLab(const LivingLab&) = delete;
  LivingLab& operator=(const LivingLab&) = delete;
  ~LivingLab();

  // No other lab of this process has it, now or later.
  [[nodiscard]] unsigned id() const { return id_; }

 private:
  LabState& lab_;
  unsigned id_;
};

// Member order is set-up order: descriptors into a node are closed before the keeper ends.
struct LabState {
  LabState(const LabOptions& chosen, Caller where_made)
      : options(chosen),
        made(where_made),
        keeper(zygote(), chosen.user_namespace, chosen.ids),
        plan(chosen.plan) {}

  int depth = closure_depth();  // of the process it was made in
  LabOptions options;
  Caller made;
  netns::Keeper keeper;
  AddressPlan plan;
  std::vector<std::unique_ptr<Node>> nodes = {};
  HostsFile hosts = {};
  std::vector<std::unique_ptr<Wire>> wires = {};
  std::vector<std::unique_ptr<Job>> jobs = {};
  std::vector<std::unique_ptr<Daemon>> daemons = {};
  std::vector<std::unique_ptr<Daemon>> stopped_daemons = {};  // at its end
  std::vector<std::unique_ptr<Capture>> captures = {};
  std::vector<std::unique_ptr<Server>> servers = {};
  std::vector<std::unique_ptr<Capture>> taps = {};  // a diagnosis's: one a node, from the first on
  std::shared_ptr<void> drop_trace = {};            // a diagnosis's own, from the first on
  // Somebody may have asked for a neighbour in vain since the last change: an entry is INCOMPLETE
  // somewhere, and would hold up the next packet to it for its timer of 1 s.
  bool unresolved = false;
  bool sockets_out = false;  // the user's own sockets may do that unseen
  bool world_made = false;   // mounts/world.h: at the first closure or program
  Blame blame = {};
  StepLog steps = {};
  bool asked_aside = false;  // aside.h: whoever asks now is not the test
  bool is_ending = false;    // no program can be started any more
  UniqueFd user_door = {};   // for who enters from another terminal
  UniqueFd processes_door = {};
  std::thread::id maker = std::this_thread::get_id();
  LivingLab living{*this};

  // Runs f. A Refusal becomes a std::system_error with the test's line and `where` it happened;
  // what this machine can't do goes to the reporter.
  template <class F>
  static decltype(auto) attempt(Caller caller, std::string_view where, F f) {
    try {
      return translated(caller, where, f);
    } catch (const std::exception& why) {
      Doing::refused(why.what());
      throw;
    }
  }

  // Opened together, where they aren't yet: it wakes the keeper once.
  void open_watches(const std::vector<NodeState*>& nodes_watched);
  void open_icmp(const std::vector<std::pair<NodeState*, Family>>& wanted);

  // A worker has made the lab's world, and all nodes' names are shown in it.
  void note_world();

  // Called after each change: forgets INCOMPLETE neighbours where there may be some.
  void forget_unresolved();

 private:
  template <class F>
  static decltype(auto) translated(Caller caller, std::string_view where, F& f) {
    try {
      return f();
    } catch (const Refusal& refusal) {
      if (refusal.error == EMFILE || refusal.error == ENFILE)
        reporter().unsupported(caller, netns::no_descriptors(refusal));
      throw_errno(caller, refusal.error, refusal.attempt + std::string(where), refusal.detail);
    } catch (const WorkerFailed& failed) {
      throw WorkerFailed(prefix_of(caller) + failed.what());
    } catch (const Unsupported& why) {
      reporter().unsupported(caller, why);
    }
    __builtin_unreachable();  // each of them threw
  }
};

}  // namespace vethlab::internal
