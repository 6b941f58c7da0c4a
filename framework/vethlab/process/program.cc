#include <vethlab/process/program.h>

#include <algorithm>
#include <cstring>
#include <ostream>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab {
namespace {

void print_output(std::ostream& os, const char* name, std::string_view text) {
  if (text.empty()) return;
  os << '\n' << name << ':';
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    os << "\n  " << line;
  }
}

}  // namespace

// "exit status 2 after 3 ms", and then what ran and its output, a line each.
std::ostream& operator<<(std::ostream& os, const ProgramResult& r) {
  if (r.late) os << "not ended, and killed";
  else if (r.exit_code) os << "exit status " << *r.exit_code;
  else if (r.signal) os << "killed by SIG" << sigabbrev_np(*r.signal);
  else os << "not run";
  os << " after " << r.duration.count() << " ms";
  print_output(os, "running", fmt::format("{}", fmt::join(r.running, "\n")));
  print_output(os, "stdout", r.out);
  print_output(os, "stderr", r.err);
  return os;
}

}  // namespace vethlab
