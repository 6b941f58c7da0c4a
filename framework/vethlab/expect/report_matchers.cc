#include <vethlab/expect/report_matchers.h>

#include <vethlab/base/errors.h>

namespace vethlab {

void PrintTo(const Echo& echo, std::ostream* os) {
  if (echo.rtt) internal::say(*os << "rtt ", *echo.rtt);
  else if (echo.error) *os << errno_name(*echo.error) << " (" << errno_text(*echo.error) << ")";
  else if (echo.icmp) *os << "ICMP " << *echo.icmp;
  else *os << "no answer";
}

void PrintTo(const std::vector<Echo>& echoes, std::ostream* os) {
  if (echoes.empty()) *os << "(none)";
  for (const Echo& echo : echoes) PrintTo(echo, &(*os << '\n'));
}

}  // namespace vethlab
