// How a person gets into the test's labs.
#include <vethlab/lab/aside.h>
#include <vethlab/lab/doors.h>
#include <vethlab/lab/gather.h>
#include <vethlab/lab/gather_words.h>
#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/living_labs.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/scratch_lab.h>

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

namespace vethlab::internal {

using namespace std::chrono_literals;

void Gatherer::open_doors() {
  std::vector<LabState*> labs = labs_of_this_thread();
  std::erase_if(labs, [&](const LabState* lab) { return lab->is_ending || !has_seen(*lab); });
  const Aside aside(labs);
  for (LabState* const lab : labs) {
    evidence::Lab& its = evidence_.labs[number_of(*lab)];
    for (std::size_t i = 0; i < its.nodes.size(); ++i) {
      const std::string trouble =
          trouble_of([&] { its.nodes[i].enter = door_to(lab->nodes[i]->state()); });
      if (!trouble.empty()) note(fmt::format("enter {}: {}", its.nodes[i].name, trouble));
    }
    lab->options.grace = 0ms;  // who is inside then is no program of the test
  }
}

// tmux is told as any client of it would: TMUX, in the environment, has its socket.
void Gatherer::open_panes() {
  if (std::getenv("TMUX") == nullptr) return;
  const std::string trouble = trouble_of([&] {
    const Scratch scratch;
    std::string window;
    for (const evidence::Lab& lab : evidence_.labs)
      for (const evidence::Node& node : lab.nodes) {
        if (node.enter.empty()) continue;
        if (window.empty())
          window = scratch.run({"tmux", "new-window", "-d", "-P", "-F", "#{window_id}", "-n",
                                evidence_.test, node.enter});
        else (void)scratch.run({"tmux", "split-window", "-d", "-t", window, node.enter});
        (void)scratch.run({"tmux", "select-layout", "-t", window, "tiled"});
      }
  });
  if (!trouble.empty()) note("open panes of tmux: " + trouble);
}

}  // namespace vethlab::internal
