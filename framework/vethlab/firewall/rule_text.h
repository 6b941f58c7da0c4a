// private
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vethlab::firewall {

// Rules for iptables-restore(8), made of what a user wrote.
struct RestoreText {
  std::string text = {};
  std::vector<int> lines = {};  // of each line of `text`, the user's; 0: none, the line is ours
  bool replaces = false;  // it was in iptables-save's form, which replaces the tables it names
};

enum class Commit : std::uint8_t { kTable, kEach };

// Text with a line that begins with '*' is in iptables-save's form, and stays as it is. Otherwise
// each line is the arguments of one iptables command ("-t nat -A POSTROUTING …"; the word iptables or
// ip6tables before them may stay); consecutive ones of one table are committed together, or each by
// itself. Throws std::invalid_argument without a caller: "line 2: -t names no table".
RestoreText restore_text(std::string_view rules, std::string_view tool, Commit commit);

// The first line that nft names in what it says: "/dev/stdin:3:47-51: Error: …".
std::optional<int> nft_line(std::string_view said);

// The user's line of the first that iptables-restore names ("Error occurred at line: 3", "line 3
// failed", "line 3: RULE_APPEND failed …"): 0 where that is ours, none where it names no line.
std::optional<int> users_line(std::string_view said, const RestoreText& given);

// iptables-restore's words with the user's line numbers in place of its own; "COMMIT" for a line of
// ours.
std::string with_users_lines(std::string_view said, const RestoreText& given);

// The line of that number, from 1, without white space around it; empty where there is none.
std::string line_of(std::string_view text, int number);

}  // namespace vethlab::firewall
