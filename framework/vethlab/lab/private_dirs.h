// private
#pragma once

#include <vethlab/base/caller.h>

#include <string>
#include <string_view>
#include <vector>

namespace vethlab::internal {

// NodeOptions::private_dirs, without "//", "." and a '/' at the end. Throws std::invalid_argument.
std::vector<std::string> checked_private_dirs(const std::vector<std::string>& directories,
                                              Caller caller);

// A file of a private directory: "frr/frr.conf" in "/etc".
struct PrivateFile {
  std::string directory;
  std::string below;
};

// Throws std::invalid_argument where it is in none of them: `where` is the verb ("write_file").
PrivateFile private_file(std::string_view path, const std::vector<std::string>& directories,
                         std::string_view where, Caller caller);

}  // namespace vethlab::internal
