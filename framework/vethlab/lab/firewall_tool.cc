#include <vethlab/lab/firewall_tool.h>

#include <vethlab/base/errors.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/run_order.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>

namespace vethlab::internal {
namespace {

[[noreturn]] void not_installed(const std::string& tool) {
  throw Unsupported(fmt::format("{} is not installed\nTo mend it: apt-get install {}", tool,
                                tool == "nft"      ? "nftables"
                                : tool == "iperf3" ? "iperf3"
                                                   : "iptables"));
}

// The tools' words for a kernel that knows nothing of what they are for.
bool kernel_lacks_it(std::string_view said) {
  for (const std::string_view words :
       {"Unable to initialize Netlink socket", "cache initialization failed",
        "Failed to initialize nft", "do you need to insmod?"})
    if (said.find(words) != said.npos) return true;
  return false;
}

}  // namespace

std::string path_with_sbin() {
  const char* const path = std::getenv("PATH");
  return std::string(path != nullptr ? path : "/bin:/usr/bin") + ":/usr/sbin:/sbin";
}

std::string without_last_newline(std::string said) {
  while (!said.empty() && said.back() == '\n') said.pop_back();
  return said;
}

ProgramResult run_tool(NodeState& node, const Argv& argv, std::string input,
                       const std::string& tool, Caller caller, std::chrono::milliseconds timeout) {
  return node.attempt(caller, [&] {
    Order order{argv, {}, process::surroundings_here()};
    order.options.input = std::move(input);
    order.options.timeout = timeout;
    order.options.env = {{"PATH", path_with_sbin()}, {"LC_ALL", "C"}};
    Outcome outcome = run_order(node, std::move(order));
    if (outcome.error == ENOENT && outcome.attempt == "exec " + argv.front()) not_installed(tool);
    if (outcome.error != 0) throw Refusal{outcome.error, outcome.attempt, outcome.detail};
    ProgramResult& result = outcome.result;
    if (result.exit_code == 127) not_installed(tool);
    if (result.exit_code != 0 && kernel_lacks_it(result.err))
      throw Unsupported(
          fmt::format("this kernel lacks what {} needs: {}\nTo mend it: a kernel with "
                      "CONFIG_NF_TABLES (and, for "
                      "iptables-legacy, CONFIG_IP_NF_IPTABLES_LEGACY)",
                      tool, without_last_newline(result.err)));
    return std::move(result);
  });
}

}  // namespace vethlab::internal
