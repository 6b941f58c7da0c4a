// private
#pragma once

#include <vethlab/base/default_time.h>
#include <vethlab/lab/lab.h>
#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/snapshot_parts.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <system_error>

#include <fmt/format.h>

namespace vethlab::internal {

// A lab beside the test's: what an untouched node has, and a place for programs.
class Scratch {
 public:
  Scratch() : lab_(LabOptions{.plan = {}, .grace = {}}), node_(lab_.add_node("untouched")) {
    node_.state().lab.asked_aside = true;
  }
  [[nodiscard]] std::string network() const { return network_text(node_, {}); }
  [[nodiscard]] std::string firewall() const { return firewall_text(node_, timeout_, {}); }
  [[nodiscard]] std::string run(const Argv& argv) const {
    ProgramResult result = node_.exec(argv, {.timeout = timeout_}, {});
    while (result.out.ends_with('\n')) result.out.pop_back();
    if (result.exit_code == 0) return result.out;
    throw std::runtime_error(fmt::format("{}: {}", argv.front(), result.err));
  }
  // Empty where it isn't installed.
  [[nodiscard]] std::string svg(const std::string& graph) const try {
    const ProgramResult drawn =
        node_.exec({"dot", "-Tsvg"}, {.input = graph, .timeout = timeout_}, {});
    if (drawn.exit_code == 0) return drawn.out;
    throw std::runtime_error(drawn.late ? "late" : drawn.err);
  } catch (const std::system_error& error) {
    if (error.code() == std::errc::no_such_file_or_directory) return {};
    throw;
  }

 private:
  const std::chrono::milliseconds timeout_ = default_time(3);
  Lab lab_;
  Node& node_;
};

}  // namespace vethlab::internal
