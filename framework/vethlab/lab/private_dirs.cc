#include <vethlab/lab/private_dirs.h>

#include <vethlab/base/errors.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab::internal {
namespace {

namespace fs = std::filesystem;

bool is_in(const fs::path& path, const fs::path& directory) {
  return std::mismatch(directory.begin(), directory.end(), path.begin(), path.end()).first ==
         directory.end();
}

// A zero byte would end the text of an exception.
std::string shown(std::string_view path) {
  std::string text;
  for (const char c : path) c == '\0' ? text += "\\0" : text += c;
  return text;
}

// Why it cannot be a path here; empty: it can.
std::string_view flaw(std::string_view path) {
  if (path.empty()) return "is empty";
  if (path.find('\0') != path.npos) return "contains a zero byte";
  if (path.front() != '/') return "is not absolute";
  if (std::ranges::count(fs::path(path), fs::path("..")) > 0) return "contains \"..\"";
  return {};
}

std::string normal(std::string_view path) {
  std::string text = fs::path(path).lexically_normal();
  while (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

std::string checked(const std::string& directory, Caller caller) {
  const auto refuse = [&](std::string_view why) {
    throw_bad_argument(caller,
                       fmt::format("add_node: private directory \"{}\" {}", shown(directory), why));
  };
  if (const auto why = flaw(directory); !why.empty()) refuse(why);
  std::string text = normal(directory);
  if (text == "/") refuse("is everything: name what is to be written");
  if (text == "/dev") refuse("has devices, which cannot be a node's own");
  for (const char* const own : {"/proc", "/sys", "/run/netns", "/var/run/netns"})
    if (is_in(text, own)) refuse(fmt::format("is in {}, which is the lab's own", own));
  std::error_code error;
  const auto status = fs::status(text, error);
  // In /run it does not matter what the machine has there.
  if (fs::exists(status) && !fs::is_directory(status) && !is_in(text, "/run"))
    refuse("is not a directory");
  return text;
}

}  // namespace

std::vector<std::string> checked_private_dirs(const std::vector<std::string>& directories,
                                              Caller caller) {
  std::vector<std::string> all;
  for (const std::string& each : directories) {
    std::string text = checked(each, caller);
    if (std::ranges::count(all, text) > 0)
      throw_bad_argument(caller,
                         fmt::format("add_node: private directory \"{}\" is given twice", text));
    all.push_back(std::move(text));
  }
  return all;
}

PrivateFile private_file(std::string_view path, const std::vector<std::string>& directories,
                         std::string_view where, Caller caller) {
  const auto refuse = [&](std::string_view why) {
    throw_bad_argument(caller, fmt::format("{}: \"{}\" {}", where, shown(path), why));
  };
  if (const auto why = flaw(path); !why.empty()) refuse(why);
  const std::string text = normal(path);
  for (const std::string& directory : directories) {
    if (text == directory) refuse("is a private directory, not a file in one");
    if (is_in(text, directory)) return {directory, text.substr(directory.size() + 1)};
  }
  if (directories.empty()) refuse("is not private: the node has no private_dirs");
  refuse(fmt::format("is not in the node's private_dirs: {}", fmt::join(directories, ", ")));
  return {};
}

}  // namespace vethlab::internal
