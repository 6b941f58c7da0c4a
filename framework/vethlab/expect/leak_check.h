// private
#pragma once

#include <vethlab/expect/mount_watch.h>

#include <sys/types.h>

#include <array>
#include <set>
#include <string>

namespace vethlab::internal {

// What a test leaves behind in its process. A lab that outlives the test (a suite's) may have opened
// descriptors and started processes meanwhile: they are looked at where there is none.
class LeakCheck {
 public:
  static constexpr std::size_t kNamespaces = 8;

  // Before the test.
  void begin();
  // After it: a line each, "\n  descriptor 7: /dev/null"; empty where nothing is left.
  [[nodiscard]] std::string left();

 private:
  std::set<int> descriptors_;
  std::array<ino_t, kNamespaces> namespaces_{};
  bool had_children_ = false;
  MountWatch mounts_;
};

// Has every test fail that leaves a descriptor, a child process, a namespace or a mount behind,
// naming it.
void install_leak_check();

}  // namespace vethlab::internal
