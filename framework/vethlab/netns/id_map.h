// private
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vethlab::netns {

// Maps the ids of `process`, which is in a new user namespace of ours (user_namespaces(7)): all of
// our own ids onto themselves where we may (root: daemons inside can drop privilege), else
// our one id onto 0. Throws Refusal.
void write_id_maps(pid_t process);

// Whether the first way gives it more than one.
bool have_many_ids();

// The other way, for an ordinary user: our own id onto 0, and those that are subordinate to us onto
// 1, 2 …, by two programs that may. Their command lines, as they must be started outside of that
// namespace. Throws Unsupported where there are none.
using Command = std::vector<std::string>;
std::array<Command, 2> id_map_commands(pid_t process);

// Of subuid(5)'s text: the ranges of a user, by name or by number; and the first of those that are
// nobody's beyond all that are somebody's.
struct IdRange {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  friend bool operator==(const IdRange&, const IdRange&) = default;
};
std::vector<IdRange> id_ranges(std::string_view text, std::string_view user, uid_t uid);
std::uint64_t first_free_id(std::string_view text);

}  // namespace vethlab::netns
