#include <vethlab/netns/id_map.h>
#include <vethlab/netns/refusal_words.h>

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>

#include <fmt/format.h>

namespace vethlab::netns {
namespace {

constexpr std::uint64_t kFirst = 100'000;  // login.defs(5): SUB_UID_MIN
constexpr std::uint64_t kUsual = 65'536;   // SUB_UID_COUNT

struct Line {
  std::string_view owner;
  IdRange range;
};

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

// "alice:100000:65536"; others count as little as with newuidmap(1).
std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', std::min(line.size(), first) + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) continue;
    const auto from = number(line.substr(first + 1, second - first - 1));
    const auto count = number(line.substr(second + 1));
    if (from && count && *count > 0) lines.push_back({line.substr(0, first), {*from, *count}});
  }
  return lines;
}

std::string content_of(const char* path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return std::move(text).str();
}

std::string name_of(uid_t uid) {
  const passwd* const entry = ::getpwuid(uid);
  return entry != nullptr ? entry->pw_name : std::to_string(uid);
}

}  // namespace

std::vector<IdRange> id_ranges(std::string_view text, std::string_view user, uid_t uid) {
  std::vector<IdRange> ranges;
  for (const Line& line : lines_of(text))
    if (line.owner == user || line.owner == std::to_string(uid)) ranges.push_back(line.range);
  return ranges;
}

std::uint64_t first_free_id(std::string_view text) {
  std::uint64_t free = kFirst;
  for (const Line& line : lines_of(text))
    free = std::max(free, line.range.first + line.range.count);
  return free;
}

bool have_many_ids() {
  if (::geteuid() != 0) return false;
  std::ifstream lines("/proc/self/uid_map");
  std::uint64_t inside = 0;
  std::uint64_t outside = 0;
  std::uint64_t count = 0;
  std::uint64_t all = 0;
  while (lines >> inside >> outside >> count) all += count;
  return all > 1;
}

std::array<Command, 2> id_map_commands(pid_t process) {
  const uid_t uid = ::geteuid();
  if (uid == 0) throw one_id();
  const std::string user = name_of(uid);
  const auto command = [&](const char* program, const char* file, std::uint64_t own) {
    const std::string text = content_of(file);
    const std::vector<IdRange> ranges = id_ranges(text, user, uid);
    if (ranges.empty())
      throw no_other_users(
          fmt::format("{} has no range for {} (uid {})", file, user, uid),
          fmt::format("apt-get install uidmap; usermod --add-subuids {0}-{1} --add-subgids {2}-{3} "
                      "{4}",
                      first_free_id(content_of("/etc/subuid")),
                      first_free_id(content_of("/etc/subuid")) + kUsual - 1,
                      first_free_id(content_of("/etc/subgid")),
                      first_free_id(content_of("/etc/subgid")) + kUsual - 1, user));
    Command words = {program, std::to_string(process), "0", std::to_string(own), "1"};
    std::uint64_t next = 1;
    for (const IdRange& range : ranges) {
      for (const std::uint64_t word : {next, range.first, range.count})
        words.push_back(std::to_string(word));
      next += range.count;
    }
    return words;
  };
  return {command("newuidmap", "/etc/subuid", uid),
          command("newgidmap", "/etc/subgid", ::getegid())};
}

}  // namespace vethlab::netns
