// What iptables-restore is given for a user's lines, and what its errors are of.
#include <vethlab/firewall/rule_text.h>

#include <gmock/gmock.h>

#include <stdexcept>

using namespace testing;
using namespace vethlab::firewall;

namespace {

TEST(RuleText, OfCommandsHasASectionForEachRunOfOneTable) {
  const RestoreText given = restore_text(
      "-A INPUT -j DROP\n"
      "\n"
      "  # a comment\n"
      "iptables -t nat -A POSTROUTING -j MASQUERADE\n"
      "-tnat -N X\n"
      "--table=filter -P INPUT DROP",
      "iptables", Commit::kTable);
  EXPECT_EQ(given.text,
            "*filter\n-A INPUT -j DROP\nCOMMIT\n"
            "*nat\n-A POSTROUTING -j MASQUERADE\n-N X\nCOMMIT\n"
            "*filter\n-P INPUT DROP\nCOMMIT\n");
  EXPECT_THAT(given.lines, ElementsAre(1, 1, 0, 4, 4, 5, 0, 6, 6, 0));
  EXPECT_FALSE(given.replaces);
}

TEST(RuleText, InSavesFormStaysAsItIs) {
  const RestoreText given =
      restore_text("\n  *filter\r\n  -A INPUT -j DROP\n  COMMIT\n", "iptables", Commit::kTable);
  EXPECT_EQ(given.text, "\n*filter\n-A INPUT -j DROP\nCOMMIT\n");
  EXPECT_THAT(given.lines, ElementsAre(1, 2, 3, 4));
  EXPECT_TRUE(given.replaces);
}

TEST(RuleText, InQuotesIsOneWord) {
  const std::string line = R"(-A INPUT -m comment --comment "-t nat \" -t raw" -j DROP)";
  EXPECT_EQ(restore_text(line, "iptables", Commit::kTable).text, "*filter\n" + line + "\nCOMMIT\n");
}

TEST(RuleText, ThatIsWrongNamesItsLine) {
  EXPECT_THAT([] { restore_text("-A INPUT\n-A INPUT -t", "iptables", Commit::kTable); },
              ThrowsMessage<std::invalid_argument>("line 2: -t names no table"));
  EXPECT_THAT([] { restore_text("ip6tables -A INPUT", "iptables", Commit::kTable); },
              ThrowsMessage<std::invalid_argument>("line 1: ip6tables is the other family's"));
}

TEST(ToolsLine, IsTheFirstThatNftNames) {
  EXPECT_EQ(nft_line("/dev/stdin:3:47-51: Error: syntax error\n/dev/stdin:4:1-2: Error: more"), 3);
  EXPECT_EQ(nft_line("warning\n/dev/stdin:12:1-1: Error: x"), 12);
  EXPECT_EQ(nft_line("/etc/rules.nft:3:1-1: Error: x"), std::nullopt);
}

TEST(ToolsLine, IsTheUsersOfTheFirstThatIptablesNames) {
  const RestoreText given = restore_text("\n\n-A A\n-A B", "iptables", Commit::kTable);
  const auto line = [&](const char* said) { return users_line(said, given); };
  EXPECT_EQ(line("unknown protocol\nError occurred at line: 2\nTry"), 3);
  EXPECT_EQ(line("iptables-restore: line 3 failed"), 4);
  EXPECT_EQ(line("x: \nline 2: RULE_APPEND failed (Invalid argument)"), 3);
  EXPECT_EQ(line("iptables-restore: line 4 failed"), 0);  // COMMIT
  EXPECT_EQ(line("COMMIT expected at line 5"), std::nullopt);
  EXPECT_EQ(line("headline 2"), std::nullopt);
}

TEST(ToolsLine, IsTheUsersWhereEachCommandIsCommitted) {
  const RestoreText given = restore_text("-A A\n\n-A B", "iptables", Commit::kEach);
  EXPECT_EQ(given.text, "*filter\n-A A\nCOMMIT\n*filter\n-A B\nCOMMIT\n");
  EXPECT_EQ(users_line("line 6 failed", given), 3);
}

TEST(ToolsLine, IsToldAsTheUsers) {
  const RestoreText given =
      restore_text("\n\n-A INPUT -j X\n", "iptables", Commit::kTable);  // line 3: 1 and 2 of it
  EXPECT_EQ(with_users_lines("line 2: bad; line 3 failed; line 9", given),
            "line 3: bad; COMMIT failed; line 9");
}

TEST(ToolsLine, IsShownWithoutItsIndentation) {
  EXPECT_EQ(line_of("a\n  b c \nd", 2), "b c");
  EXPECT_EQ(line_of("a", 2), "");
  EXPECT_EQ(line_of("a", 0), "");
}

}  // namespace
