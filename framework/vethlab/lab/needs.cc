#include <vethlab/lab/needs.h>

#include <vethlab/base/errors.h>
#include <vethlab/base/reporter.h>
#include <vethlab/process/find_program.h>

#include <string>
#include <string_view>

#include <fmt/format.h>

namespace vethlab {

void needs_program(TextView program, TextView package, Caller caller) {
  const std::string name{std::string_view{program}};
  try {
    (void)process::find_program(name);
  } catch (const Refusal& refusal) {
    reporter().unsupported(
        caller,
        Unsupported(fmt::format("this machine has no {}: {}{}\nTo mend it: apt-get install {}",
                                name, refusal.detail.empty() ? "" : refusal.detail + ": ",
                                errno_text(refusal.error), std::string_view{package})));
  }
}

}  // namespace vethlab
