#include <vethlab/diagnosis/tool.h>

#include <vethlab/lab/firewall_tool.h>

#include <chrono>
#include <utility>

namespace vethlab::diagnosis {
namespace {

// Some milliseconds on a machine that has nothing else to do, seconds on one that is emulated and starved.
constexpr std::chrono::seconds kPatience{30};

}  // namespace

ProgramResult ask_tool(const Node& node, const Argv& argv, std::string input) {
  return node.exec(argv, {.input = std::move(input),
                          .env = {{"PATH", internal::path_with_sbin()}},
                          .timeout = kPatience});
}

}  // namespace vethlab::diagnosis
