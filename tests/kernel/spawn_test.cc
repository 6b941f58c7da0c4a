// Programs that keep running: when they are ready, what they write, and how they end.
#include <vethlab/fixtures/pair.h>

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <string>

#include "throws_errno.h"

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct Spawn : PairTest {
  // bash, which ends at a signal also while it waits.
  Daemon& bash(const std::string& script, SpawnOptions options = {}) const {
    return a.spawn({"bash", "-c", script}, std::move(options));
  }
  [[nodiscard]] std::string processes() const {
    return a.exec({"sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"}).out;
  }
};

TEST_F(Spawn, ReturnsWhenTheProgramRuns) {
  const Daemon& daemon = a.spawn({"sleep", "1000"});
  EXPECT_TRUE(daemon.running());
  EXPECT_EQ(daemon.name(), "sleep in a");
  EXPECT_THAT(a.exec({"cat", "/proc/" + std::to_string(daemon.pid()) + "/comm"}),
              Prints("sleep\n"));
}

TEST_F(Spawn, ReturnsWhenItListens) {
  a.spawn({"python3", "-u", "-m", "http.server", "80"}, {.ready = listens_on_tcp(80)});
  EXPECT_REACHABLE(b, tcp_to(a, 80));
}

TEST_F(Spawn, ReturnsWhenItListensOnAPath) {
  a.spawn({"python3", "-c",
           "import socket, time; s = socket.socket(socket.AF_UNIX); s.bind('/run/it'); s.listen(); "
           "time.sleep(1000)"},
          {.ready = listens_on_path("/run/it")});
  EXPECT_THAT(a.exec({"test", "-S", "/run/it"}), Succeeds());
}

TEST_F(Spawn, ReturnsWhenItHasPrintedALine) {
  const Daemon& daemon =
      bash("echo starting; echo ready >&2; sleep 1000", {.ready = prints_line("ready")});
  EXPECT_THAT(daemon.output(), ElementsAre("starting", "ready"));
}

TEST_F(Spawn, ReturnsWhenAFileAnAddressAndARouteAreThere) {
  bash(
      "touch /run/file; ip address add 10.9.9.1/24 dev lo; ip route add 10.8.0.0/16 dev eth0; "
      "sleep 1000",
      {.ready = exists("/run/file") && has_address("10.9.9.1/24") && has_route("10.8.0.0/16")});
  EXPECT_THAT(a.routes(), Contains(To("10.8.0.0/16")));
}

TEST_F(Spawn, ReturnsWhenAProbeIsAnswered) {
  bash("ip link set lo down; ip address add 10.9.9.1/32 dev lo; ip link set lo up; sleep 1000",
       {.ready = answers("10.9.9.1")});
  EXPECT_REACHABLE(a, "10.9.9.1");
}

TEST_F(Spawn, ReturnsWhenItNotifies) {
  const Daemon& daemon = a.spawn(
      {"python3", "-c",
       "import os, socket, time; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); "
       "s.connect('\\0' + os.environ['NOTIFY_SOCKET'][1:]); s.send(b'STATUS=2 peers\\nREADY=1'); "
       "time.sleep(1000)"},
      {.ready = notifies()});
  EXPECT_EQ(daemon.status(), "2 peers");
}

TEST_F(Spawn, ReturnsWhenAConditionOfTheUsersHolds) {
  bash("ip link add dummy0 type dummy 2>/dev/null || ip link add dummy0 type bridge; sleep 1000",
       {.ready = Ready("it has made dummy0",
                       [](const Node& node) { return node.links().size() == 3; })});
  EXPECT_THAT(a.links(), Contains(Named("dummy0")));
}

TEST_F(Spawn, IsGivenWhatAProgramOfExecIs) {
  const Daemon& daemon = bash("echo $COLOUR; pwd; ulimit -n; cat; echo end of input; sleep 1000",
                              {.ready = prints_line("end of input"),
                               .env = {{"COLOUR", "red"}},
                               .cwd = "/usr",
                               .limits = {{RLIMIT_NOFILE, 64}}});
  EXPECT_THAT(daemon.output(), ElementsAre("red", "/usr", "64", "end of input"));
}

TEST_F(Spawn, MayBeAnotherUser) {
  if (::geteuid() != 0) return;  // an ordinary user's lab has its root alone
  const Daemon& daemon =
      bash("id -un; id -gn; sleep 1000", {.ready = prints_line("nogroup"), .user = "nobody"});
  EXPECT_THAT(daemon.output(), ElementsAre("nobody", "nogroup"));
}

TEST_F(Spawn, TellsTheTimeOfEachLine) {
  const Daemon& daemon =
      bash("echo one; sleep 0.1; echo two >&2; sleep 1000", {.ready = prints_line("two")});
  const auto lines = daemon.lines();
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_FALSE(lines[0].err);
  EXPECT_TRUE(lines[1].err);
  EXPECT_GE(lines[1].at - lines[0].at, 90ms);
}

TEST_F(Spawn, ItsOutputCanBeWaitedFor) {
  const Daemon& daemon = bash("sleep 0.1; echo late; sleep 1000");
  EXPECT_EVENTUALLY(daemon.output(), Contains("late"));
}

TEST_F(Spawn, KeepsTheFirstAndTheLastLinesOfManyAndNeverStopsReading) {
  Daemon& daemon = bash("seq 100000; echo done; sleep 1000", {.ready = prints_line("done")});
  const auto output = daemon.output();
  ASSERT_THAT(output, SizeIs(2001));
  EXPECT_EQ(output[0], "1");
  EXPECT_EQ(output[999], "1000");
  EXPECT_EQ(output[1000], "… 98001 lines are not kept …");
  EXPECT_EQ(output[1001], "99002");
  EXPECT_EQ(output[2000], "done");
  EXPECT_THAT(daemon.stop().out, EndsWith("100000\ndone\n"));
}

TEST_F(Spawn, BearsAGigabyteOfOutput) {
  const Daemon& daemon = bash("head -c 1G /dev/zero | tr '\\0' x; echo; echo done; sleep 1000",
                              {.ready = prints_line("done"), .timeout = 10min});
  const auto output = daemon.output();
  ASSERT_THAT(output, SizeIs(2));
  EXPECT_EQ(output[0], std::string(4096, 'x') + " …");
}

TEST_F(Spawn, ClosingItsOutputIsNotItsEnd) {
  const Daemon& daemon = bash("echo bye; exec >&- 2>&-; touch /run/closed; sleep 1000",
                              {.ready = exists("/run/closed")});
  EXPECT_TRUE(daemon.running());
  EXPECT_THAT(daemon.output(), ElementsAre("bye"));
}

TEST_F(Spawn, HearsASignal) {
  Daemon& daemon = bash("trap 'echo reloaded' HUP; echo up; while :; do sleep 0.01; done",
                        {.ready = prints_line("up")});
  daemon.signal(SIGHUP);
  EXPECT_EVENTUALLY(daemon.output(), Contains("reloaded"));
}

TEST_F(Spawn, IsStoppedByItsSignal) {
  Daemon& daemon = bash("trap 'echo bye; exit 7' INT; echo up; while :; do sleep 0.01; done",
                        {.ready = prints_line("up"), .stop_signal = SIGINT});
  const ProgramResult result = daemon.stop();
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_EQ(result.out, "up\nbye\n");
  EXPECT_FALSE(daemon.running());
  EXPECT_EQ(daemon.stop(), result);
  EXPECT_THAT([&] { daemon.signal(SIGHUP); }, ThrowsErrno(ESRCH));
}

TEST_F(Spawn, IsStoppedWithAllThatItStarted) {
  Daemon& daemon =
      bash("setsid sleep 4711 & echo up; trap 'exit 0' TERM; while :; do sleep 0.01; done",
           {.ready = prints_line("up")});
  EXPECT_EVENTUALLY(processes(), HasSubstr("sleep 4711"));
  EXPECT_EQ(daemon.stop().exit_code, 0);
  EXPECT_THAT(processes(), Not(HasSubstr("sleep 4711")));
}

TEST_F(Spawn, IsKilledAsByACrash) {
  Daemon& daemon =
      bash("trap 'echo bye' TERM EXIT; echo up; sleep 4711", {.ready = prints_line("up")});
  const ProgramResult result = daemon.kill();
  EXPECT_EQ(result.signal, SIGKILL);
  EXPECT_EQ(result.out, "up\n");
  EXPECT_THAT(processes(), Not(HasSubstr("sleep 4711")));
}

TEST_F(Spawn, IsWaitedFor) {
  Daemon& daemon = bash("sleep 0.05; exit 3");
  EXPECT_EQ(daemon.wait().exit_code, 3);
}

TEST_F(Spawn, MayEndWhereTheTestSaysSo) {
  const Daemon& daemon = bash("exit 3", {.may_end = true});
  EXPECT_EVENTUALLY(daemon.running(), IsFalse());
}

TEST_F(Spawn, EndsWithTheLabTheLastOneFirst) {
  std::optional<PairNet> net(std::in_place);
  const auto dir = std::string(std::getenv("TMPDIR") != nullptr ? std::getenv("TMPDIR") : "/tmp") +
                   "/vethlab_spawn_" + std::to_string(::getpid());
  const auto start = [&](const std::string& name) {
    net->a.spawn({"bash", "-c",
                  "trap 'echo " + name + " >>" + dir +
                      "; exit 0' TERM; echo up; while :; do sleep 0.01; done"},
                 {.ready = prints_line("up")});
  };
  start("first");
  start("last");
  net.reset();
  PairNet other;
  EXPECT_THAT(other.a.exec({"cat", dir}), Prints("last\nfirst\n"));
  ::unlink(dir.c_str());
}

TEST_F(Spawn, RunsWhereTheWrapperSays) {
  ::setenv("VETHLAB_WRAP", "other=false;sleep=env  WRAPPED=1", 1);
  const Daemon& daemon = a.spawn({"/usr/bin/sleep", "1000"});
  ::unsetenv("VETHLAB_WRAP");
  EXPECT_EVENTUALLY(
      a.exec({"sh", "-c", "tr '\\0' '\\n' </proc/" + std::to_string(daemon.pid()) + "/environ"})
          .out,
      HasSubstr("\nWRAPPED=1\n"));
}

TEST_F(Spawn, GivesAWrapperTime) {
  ::setenv("VETHLAB_WRAP", "sh=env", 1);
  const Daemon& daemon = a.spawn({"sh", "-c", "sleep 0.2; echo ready; exec sleep 1000"},
                                 {.ready = prints_line("ready"), .timeout = 1ms});
  ::unsetenv("VETHLAB_WRAP");
  EXPECT_TRUE(daemon.running());
}

TEST_F(Spawn, OfWhatCannotBeStartedSaysWhy) {
  EXPECT_THAT([&] { a.spawn({"no-such-program"}); }, ThrowsErrno(ENOENT));
  EXPECT_THAT([&] { a.spawn({"/etc/passwd"}); }, ThrowsErrno(EACCES));
  EXPECT_THAT([&] { a.spawn({"sleep", "1"}, {.cwd = "/no/such"}); }, ThrowsErrno(ENOENT));
  EXPECT_THAT([&] { a.spawn({"sleep", "1"}, {.user = "no-such-user"}); }, ThrowsErrno(ENOENT));
}

}  // namespace
