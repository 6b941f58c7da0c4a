#include <vethlab/lab/names.h>

#include <vethlab/base/errors.h>
#include <vethlab/netlink/convert.h>

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

constexpr std::string_view kSpace = " \t\n\v\f\r";

// A zero byte would end the text of an exception.
std::string shown(std::string_view name) {
  std::string text;
  for (const char c : name) c == '\0' ? text += "\\0" : text += c;
  return text;
}

bool is_label(std::string_view label) {
  const auto fits = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  };
  return !label.empty() && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, fits);
}

}  // namespace

// The kernel's dev_valid_name().
void check_interface_name(std::string_view name, std::string_view where, Caller caller) {
  const auto refuse = [&](std::string_view why) {
    throw_bad_argument(caller,
                       fmt::format("{}: interface name \"{}\" {}", where, shown(name), why));
  };
  if (name.empty()) refuse("is empty");
  if (name.size() > 15)
    refuse(fmt::format("has {} characters: the kernel takes at most 15", name.size()));
  if (name == "." || name == "..") refuse("is not a name");
  if (name.find('/') != name.npos) refuse("contains '/'");
  if (name.find(':') != name.npos) refuse("contains ':'");
  if (name.find_first_of(kSpace) != name.npos) refuse("contains white space");
  if (name.find('\0') != name.npos) refuse("contains a zero byte");
}

void check_node_name(std::string_view name, std::string_view where, Caller caller) {
  const auto refuse = [&](std::string_view why) {
    throw_bad_argument(caller, fmt::format("{}: node name \"{}\" {}", where, shown(name), why));
  };
  if (name.empty()) refuse("is empty");
  if (name.size() > 63) refuse(fmt::format("has {} characters: at most 63", name.size()));
  if (name == "." || name == "..") refuse("is not a name");
  if (name.find('/') != name.npos) refuse("contains '/'");
  if (name.find_first_of(kSpace) != name.npos) refuse("contains white space");
  if (name.find('\0') != name.npos) refuse("contains a zero byte");
}

void check_mac(std::string_view mac, std::string_view where, Caller caller) {
  if (netlink::is_mac(mac)) return;
  throw_bad_argument(
      caller, fmt::format("{}: \"{}\" is not a MAC address as \"02:00:00:00:00:01\"", where, mac));
}

bool is_host_name(std::string_view name) {
  if (name == "localhost") return false;
  for (;;) {
    const std::size_t dot = name.find('.');
    if (!is_label(name.substr(0, dot))) return false;
    if (dot == name.npos) return true;
    name.remove_prefix(dot + 1);
  }
}

}  // namespace vethlab::internal
