// VETHLAB_HOLD=1: a test that has failed waits at its terminal, and whoever looks enters its nodes:
// evidence_program.cc's tests.
#include "in_fork.h"

#include <vethlab/base/deadline.h>

#include <poll.h>
#include <pty.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string_view>

using namespace testing;
using namespace vethlab;

namespace {

[[noreturn]] void become(const std::string& test) {
  ::setenv("VETHLAB_HOLD", "1", 1);
  ::setenv("VETHLAB_ARTIFACTS", "", 1);
  ::unsetenv("TMUX");
  const std::string filter = "--gtest_filter=" + test;
  ::execl(VETHLAB_EVIDENCE_PROGRAM, "evidence_program", filter.c_str(), "--gtest_color=no",
          nullptr);
  throw std::runtime_error("exec");
}

// The program, on a terminal of its own.
class Held {
 public:
  explicit Held(const std::string& test) {
    child_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
    if (child_ == 0) become(test);
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() {
    ::kill(child_, SIGKILL);
    ::close(terminal_);
    ::waitpid(child_, nullptr, 0);
  }

  // What it prints until these words, or its end.
  std::string read_until(const std::string& words) {
    std::string output;
    char each = 0;
    while (output.find(words) == output.npos && ::read(terminal_, &each, 1) == 1)
      if (each != '\r') output += each;
    return output;
  }
  void type(std::string_view text) { (void)!::write(terminal_, text.data(), text.size()); }
  void signal(int number) const { ::kill(child_, number); }
  [[nodiscard]] pid_t pid() const { return child_; }

 private:
  int terminal_ = -1;
  pid_t child_ = -1;
};

constexpr const char* kWaits = "It goes on with Enter here, or with: kill -CONT ";

// node: command
std::map<std::string, std::string> doors(const std::string& output) {
  std::map<std::string, std::string> all;
  std::istringstream lines(output.substr(output.find("To enter a node")));
  std::string line;
  for (std::getline(lines, line); std::getline(lines, line) && line.ends_with(':');) {
    std::string command;
    std::getline(lines, command);
    all[line.substr(2, line.size() - 3)] = command.substr(4);
  }
  return all;
}

std::string said_by(const std::string& command) {
  return output_of([&] {
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    throw std::runtime_error("exec");
  });
}

TEST(Hold, ShowsTheNetwork) {
  Held held("Evidence.OfAnException");
  EXPECT_THAT(held.read_until(kWaits),
              HasSubstr("VETHLAB_HOLD=1: Evidence.OfAnException has failed; its network then:\n"
                        "  client eth0 10.0.0.1/24 ── 10.0.0.2/24 eth0 r1\n"
                        "  r1 eth1 10.0.1.1/24 ── 10.0.1.2/24 eth0 server\n"
                        "To enter a node, in another terminal:\n"));
}

TEST(Hold, HasACommandForEachNodeThatEntersIt) {
  Held held("Evidence.OfALine");
  const auto all = doors(held.read_until(kWaits));
  ASSERT_THAT(all, ElementsAre(Key("client"), Key("r1"), Key("server")));
  EXPECT_THAT(said_by(all.at("client") + " ip -br address"),
              AllOf(HasSubstr("eth0@"), HasSubstr("10.0.0.1/24"), EndsWith("status 0\n")));
  EXPECT_THAT(said_by(all.at("r1") + " ip -br address"),
              AllOf(HasSubstr("10.0.0.2/24"), HasSubstr("10.0.1.1/24")));
  EXPECT_THAT(said_by(all.at("server") + " ip -br address"), HasSubstr("10.0.1.2/24"));
  // Without a program it is a shell.
  EXPECT_THAT(said_by("echo 'ip -br link' | SHELL=/bin/sh " + all.at("server")),
              HasSubstr("eth0@"));
}

TEST(Hold, EntersTheWorldThatProgramsSee) {
  Held held("Evidence.OfAnException");
  const auto all = doors(held.read_until(kWaits));
  EXPECT_EQ(said_by(all.at("client") + " sh -c 'hostname; ls /run/netns; ip -n r1 -br address show "
                                       "eth1 | grep -o 10.0.1.1; readlink /proc/self >/dev/null'"),
            "client\nclient\nr1\nserver\n10.0.1.1\nstatus 0\n");
}

TEST(Hold, EndsWithEnter) {
  Held held("Evidence.InAClosure");
  (void)held.read_until(kWaits);
  held.type("\n");
  EXPECT_THAT(held.read_until("1 FAILED TEST"), HasSubstr("[  FAILED  ] Evidence.InAClosure"));
}

TEST(Hold, EndsWithSigcont) {
  Held held("Evidence.InAClosure");
  (void)held.read_until(kWaits);
  EXPECT_EQ(held.read_until("\n"), std::to_string(held.pid()) + "\n");
  held.signal(SIGCONT);
  EXPECT_THAT(held.read_until("1 FAILED TEST"), HasSubstr("[  FAILED  ] Evidence.InAClosure"));
}

// Whoever is inside is no program of the test's.
TEST(Hold, EndsThoughSomebodyIsInside) {
  Held held("Evidence.InAClosure");
  const auto all = doors(held.read_until(kWaits));
  int ready[2];
  ASSERT_EQ(::pipe2(ready, O_CLOEXEC), 0);
  const pid_t visitor = ::fork();
  if (visitor == 0) {
    ::dup2(ready[1], STDOUT_FILENO);
    const std::string command =
        all.at("client") + " sh -c \"trap '' TERM; echo in; exec sleep 1000\"";
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    ::_exit(1);
  }
  char byte = 0;
  EXPECT_EQ(::read(ready[0], &byte, 1), 1);
  held.type("\n");
  EXPECT_THAT(held.read_until("1 FAILED TEST"),
              AllOf(HasSubstr("[  FAILED  ] Evidence.InAClosure"), Not(HasSubstr("did not end"))));
  ::close(ready[0]);
  ::close(ready[1]);
  ::waitpid(visitor, nullptr, 0);
}

// The program runs in a pane of a tmux of its own.
TEST(Hold, HasAPaneForEachNodeInsideTmux) {
  if (std::system("command -v tmux >/dev/null") != 0) GTEST_SKIP() << "tmux is not installed";
  std::string directory = std::filesystem::temp_directory_path() / "vethlab-tmux.XXXXXX";
  ASSERT_NE(::mkdtemp(directory.data()), nullptr);
  const std::string tmux = "tmux -f /dev/null -S " + directory + "/socket ";
  const std::string program = std::string(VETHLAB_EVIDENCE_PROGRAM) +
                              " --gtest_filter=Evidence.OfAnException --gtest_color=no";
  EXPECT_EQ(said_by("SHELL=/bin/sh " + tmux +
                    "new-session -d -s test -x 200 -y 100 'VETHLAB_HOLD=1 VETHLAB_ARTIFACTS= " +
                    program + "'"),
            "status 0\n");
  const auto deadline = Deadline::in(std::chrono::seconds(30));
  std::string shown;
  while (shown.find(kWaits) == shown.npos && !deadline.over()) {
    shown = said_by(tmux + "capture-pane -p -t test:0");
    ::poll(nullptr, 0, 10);  // tmux tells nobody what a pane shows
  }
  EXPECT_EQ(said_by(tmux + "list-panes -s -t test -F '#{window_name}' | grep Evidence"),
            "Evidence.OfAnException\nEvidence.OfAnException\nEvidence.OfAnException\nstatus 0\n")
      << shown;
  (void)said_by(tmux + "kill-server");
  std::filesystem::remove_all(directory);
}

TEST(Hold, IsOncePerTest) {
  Held held("Evidence.OfTwoLabs");
  (void)held.read_until(kWaits);
  held.type("\n");
  EXPECT_THAT(held.read_until("1 FAILED TEST"), Not(HasSubstr("VETHLAB_HOLD")));
}

TEST(Hold, IsOfASuitesLabToo) {
  Held held("WithLabOfTheSuite.*");
  EXPECT_THAT(doors(held.read_until(kWaits)), Contains(Key("client")));
}

TEST(Hold, IsNotOfATestThatPasses) {
  Held held("Evidence.IsNotKeptOfOneThatPasses");
  EXPECT_THAT(held.read_until("1 test."),
              AllOf(HasSubstr("[  PASSED  ] 1 test."), Not(HasSubstr("VETHLAB_HOLD"))));
}

// Whether an exception is a failure is known when it has left the test, and the lab is gone then.
TEST(Hold, IsOfALabThatAnExpectedExceptionLeavesToo) {
  Held held("Evidence.IsNotKeptOfAnExpectedException");
  EXPECT_THAT(doors(held.read_until(kWaits)), Contains(Key("client")));
  held.type("\n");
  EXPECT_THAT(held.read_until("1 test."), HasSubstr("[  PASSED  ] 1 test."));
}

TEST(Hold, WithoutATerminalGoesOnAtOnce) {
  EXPECT_THAT(
      output_of([] {
        ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
        become("Evidence.InAClosure");
      }),
      AllOf(HasSubstr("VETHLAB_HOLD=1: Evidence.InAClosure has failed; its network then:\n"
                      "  client eth0"),
            HasSubstr("There is no terminal on its standard input to wait at: it goes on.\n"),
            HasSubstr("1 FAILED TEST\n"), EndsWith("status 1\n")));
}

}  // namespace
