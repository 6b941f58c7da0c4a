#include <vethlab/diagnosis/tool.h>

#include <vethlab/base/default_time.h>
#include <vethlab/lab/firewall_tool.h>

#include <utility>

namespace vethlab::diagnosis {

ProgramResult ask_tool(const Node& node, const Argv& argv, std::string input) {
  return node.exec(argv, {.input = std::move(input),
                          .env = {{"PATH", internal::path_with_sbin()}},
                          // Milliseconds, but seconds on a machine that is starved.
                          .timeout = default_time(30)});
}

}  // namespace vethlab::diagnosis
