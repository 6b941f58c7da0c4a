#pragma once

#include <vethlab/base/default_time.h>

#include <chrono>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace vethlab {

using Argv = std::vector<std::string>;  // {"ip", "route"}: the program, and its arguments
using Env = std::map<std::string, std::string>;

struct ExecOptions {
  std::string input = {};  // what the program reads on stdin, then its end
  Env env = {};            // added to the test's own environment
  std::string cwd = {};    // empty: the test's own
  std::chrono::milliseconds timeout = default_time(10);
  std::string user = {};                 // passwd(5): with its groups; empty: root of the lab
  friend auto members(ExecOptions& o) {  // base/encoding.h
    return std::tie(o.input, o.env, o.cwd, o.timeout, o.user);
  }
};

struct ProgramResult {
  std::optional<int> exit_code = {};  // empty: ended by a signal
  std::optional<int> signal = {};
  bool late = false;  // killed at the timeout, with all it had started; out and err until then
  std::vector<std::string> running = {};  // then: the command lines of what it had started
  std::string out = {};                   // stdout, to the byte
  std::string err = {};                   // stderr
  std::chrono::milliseconds duration{0};
  friend bool operator==(const ProgramResult&, const ProgramResult&) = default;
  friend std::ostream& operator<<(std::ostream& os, const ProgramResult& result);
  friend auto members(ProgramResult& r) {  // base/encoding.h
    return std::tie(r.exit_code, r.signal, r.late, r.running, r.out, r.err, r.duration);
  }
};

}  // namespace vethlab
