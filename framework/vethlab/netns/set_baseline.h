// private
#pragma once

#include <vethlab/netns/baseline.h>

#include <array>
#include <string_view>

namespace vethlab::netns {

// Gives a lab's new namespaces their baseline, from a process that is inside (raw_call.h).
class SetBaseline {
 public:
  // In the namespace that this process is in. False: errno, and the call that failed.
  bool operator()(std::array<char, 300>& attempt);

 private:
  bool set(std::size_t number);
  bool open_directory(std::string_view path);
  bool look(std::size_t number);
  bool fail(std::string_view attempt, std::string_view path);

  bool known_ = false;
  std::array<bool, kBaseline.size()> differs_{};  // from what a new namespace has
  std::array<char, 300>* attempt_ = nullptr;
  std::string_view directory_path_;  // whose descriptor is directory_
  long directory_ = -1;
};

}  // namespace vethlab::netns
