// One program after the other in a node: what started the last one starts the next, as long as that
// makes no difference.
#include <vethlab/fixtures/pair.h>

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct NextProgram : PairTest {
  [[nodiscard]] static std::string out_of(const Node& node, const std::string& script) {
    const ProgramResult result = node.exec({"sh", "-c", script});
    EXPECT_EQ(result.exit_code, 0) << PrintToString(result);
    return result.out;
  }
  [[nodiscard]] std::string starter() const { return out_of(a, "echo $PPID"); }
};

TEST_F(NextProgram, IsStartedByTheProcessThatStartedTheLast) {
  const std::string first = starter();
  EXPECT_EQ(starter(), first);
  a.run([] {});
  b.shell("true");
  EXPECT_EQ(starter(), first);
}

TEST_F(NextProgram, FindsNothingOfWhatTheLastWasGiven) {
  const std::string all = "echo ${COLOUR-none}; pwd; umask; id -u; cat; ls /proc/$$/fd";
  const std::string before = out_of(a, all);
  (void)a.exec({"sh", "-c", "umask 0; cd /; exit 3"},
               {.input = "for the last", .env = {{"COLOUR", "red"}}, .cwd = "/usr"});
  EXPECT_EQ(out_of(a, all), before);
}

TEST_F(NextProgram, IsRootAgainAfterOneThatWasSomebodyElse) {
  if (::geteuid() != 0) return;  // an ordinary user's lab has its root alone
  EXPECT_THAT(a.exec({"id", "-un"}, {.user = "nobody"}), Prints("nobody\n"));
  EXPECT_EQ(out_of(a, "id -u"), "0\n");
}

// Where the test's directory cannot be gone to, it is not the last program's either.
TEST_F(NextProgram, IsWhereTheTestIs) {
  a.shell("mkdir /run/last");
  EXPECT_THAT(a.exec({"pwd"}, {.cwd = "/run/last"}), Prints("/run/last\n"));
  EXPECT_EQ(out_of(a, "pwd"), out_of(b, "pwd"));
  a.shell("rmdir /run/last");
}

TEST_F(NextProgram, HasTheLimitsThatTheTestHasNow) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit lower{512, 512};
  EXPECT_EQ(out_of(a, "ulimit -Hn"), std::to_string(before.rlim_max) + "\n");
  // In a process of its own: an ordinary user could not get the limit back.
  const auto in_a_fork = [&] {
    const bool lowered = ::setrlimit(RLIMIT_NOFILE, &lower) == 0;
    std::string seen = lowered ? out_of(a, "ulimit -Hn") : "not lowered";
    const bool back = ::setrlimit(RLIMIT_NOFILE, &before) == 0;
    seen += out_of(a, "ulimit -Hn");
    const std::string now = back ? std::to_string(before.rlim_max) : "512";
    std::cerr << seen;  // for a failure's text
    std::_Exit(seen == "512\n" + now + "\n" ? 0 : 1);
  };
  EXPECT_EXIT(in_a_fork(), ExitedWithCode(0), "");
  EXPECT_EQ(out_of(a, "ulimit -Hn"), std::to_string(before.rlim_max) + "\n");
}

TEST_F(NextProgram, SeesTheNodesThatCameMeanwhile) {
  EXPECT_EQ(out_of(a, "ls /run/netns"), "a\nb\n");
  lab.add_node("c");
  EXPECT_EQ(out_of(a, "ls /run/netns"), "a\nb\nc\n");
}

// All that is below it when the program is late came from this program.
TEST_F(NextProgram, ThatIsLateDoesNotTakeTheLastOnesDaemonAlong) {
  const std::string first = starter();
  a.shell(
      "mkfifo /run/alive; setsid sh -c 'exec 9<>/run/alive; echo is up >&9; exec sleep 1000' &");
  EXPECT_THAT(a.exec({"head", "-n1", "/run/alive"}), Prints("is up\n"));
  EXPECT_NE(starter(), first) << "the other one had a daemon";
  EXPECT_TRUE(a.exec({"sleep", "1000"}, {.timeout = 50ms}).late);
  EXPECT_THAT(out_of(a, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"), HasSubstr("sleep 1000"));
}

TEST_F(NextProgram, IsStartedAlsoWhereTheLastKilledWhatHadStartedIt) {
  EXPECT_THROW((void)a.exec({"sh", "-c", "kill -KILL $PPID; sleep 1000"}), WorkerFailed);
  EXPECT_EQ(out_of(a, "echo up"), "up\n");
}

TEST_F(NextProgram, IsStartedAlsoWhereAnotherNodesKilledAll) {
  const std::string first = starter();
  EXPECT_THROW((void)b.exec({"sh", "-c", "kill -KILL -1; sleep 1000"}), WorkerFailed);
  EXPECT_NE(starter(), first);
}

TEST_F(NextProgram, IsStartedAlsoWhereAClosureKilledAll) {
  const std::string first = starter();
  b.run([] { ::kill(-1, SIGKILL); });
  EXPECT_NE(starter(), first);
}

// A death test's: the process that started the last is not its child.
TEST_F(NextProgram, MayBeOfAForkOfTheTest) {
  const std::string first = starter();
  EXPECT_EXIT(std::_Exit(starter() != first ? 0 : 1), ExitedWithCode(0), "");
  EXPECT_EQ(starter(), first);
}

}  // namespace
