// private
#pragma once

#include <vethlab/base/errors.h>

#include <sys/types.h>

#include <string>
#include <vector>

namespace vethlab::process {

// A user of passwd(5), with its groups; empty: whoever this process is.
class Identity {
 public:
  // Throws Refusal where there is no such user.
  explicit Identity(const std::string& user);

  // By system calls alone, so that it may be called between vfork(2) and exec: 0, or errno.
  [[nodiscard]] int take_on() const;
  // "become user bird (uid 104)", and what may be missing.
  [[nodiscard]] Refusal refusal(int error) const;

 private:
  std::string attempt_ = {};
  bool other_ = false;
  uid_t uid_ = 0;
  gid_t gid_ = 0;
  std::vector<gid_t> groups_ = {};
};

}  // namespace vethlab::process
