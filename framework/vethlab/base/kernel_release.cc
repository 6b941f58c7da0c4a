#include <vethlab/base/kernel_release.h>

#include <sys/utsname.h>

#include <cstdio>
#include <utility>

namespace vethlab {

bool kernel_is_at_least(int major, int minor) {
  utsname name{};
  std::pair<int, int> here;
  ::uname(&name);
  return std::sscanf(name.release, "%d.%d", &here.first, &here.second) == 2 &&
         here >= std::pair(major, minor);
}

}  // namespace vethlab
