// private
#pragma once

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

// Text with a line that begins with '*' is in iptables-save's form, and stays as it is. Otherwise
// each line is the arguments of one iptables command ("-t nat -A POSTROUTING …"; the word iptables or
// ip6tables before them may stay); consecutive ones of one table are committed together. Throws
// std::invalid_argument without a caller: "line 2: -t names no table".
RestoreText restore_text(std::string_view rules, std::string_view tool);

// The first line that the tool names in what it says: nft's "/dev/stdin:3:47-51: Error: …", and
// iptables-restore's "Error occurred at line: 3", "line 3 failed", "line 3: RULE_APPEND failed …".
std::optional<int> nft_line(std::string_view said);
std::optional<int> restore_line(std::string_view said);

// iptables-restore's words with the user's line numbers in place of its own; "COMMIT" for a line of
// ours: iptables-legacy does not say which of a table's rules the kernel refused.
std::string with_users_lines(std::string_view said, const RestoreText& given);

// The line of that number, from 1, without white space around it; empty where there is none.
std::string line_of(std::string_view text, int number);

}  // namespace vethlab::firewall
