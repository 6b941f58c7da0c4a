#include <vethlab/netns/map_ids.h>

#include <vethlab/base/errors.h>
#include <vethlab/netns/id_map.h>
#include <vethlab/netns/refusal_words.h>
#include <vethlab/netns/zygote.h>

#include <sys/wait.h>

#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab::netns {
namespace {

void run_to_map(Zygote& zygote, const Command& command) {
  const std::string text = fmt::format("{}", fmt::join(command, " "));
  try {
    const auto [status, printed] = zygote.run(command);
    if (status == 0) return;
    const bool exited = WIFEXITED(status);
    throw no_other_users(
        fmt::format("{}: {} {}: {}", text, exited ? "exit status" : "signal",
                    exited ? WEXITSTATUS(status) : WTERMSIG(status),
                    printed.substr(0, printed.find('\n'))),
        fmt::format("{0} must be setuid root, on a file system without nosuid, and the test not "
                    "under no_new_privs (a container's --security-opt)",
                    command.front()));
  } catch (const Refusal& refusal) {
    throw no_other_users(
        fmt::format("{}: {} ({})", text, errno_text(refusal.error), errno_name(refusal.error)),
        "apt-get install uidmap");
  }
}

}  // namespace

void map_ids(pid_t process, Ids ids, Zygote& zygote) {
  if (ids == Ids::kSubordinate && !have_many_ids()) {
    for (const Command& command : id_map_commands(process)) run_to_map(zygote, command);
    return;
  }
  try {
    write_id_maps(process);
  } catch (const Refusal& refusal) {
    throw no_user_namespace(refusal);
  }
}

}  // namespace vethlab::netns
