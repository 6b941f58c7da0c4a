// Programs in a node: what comes back, and the world they see.
#include <vethlab/fixtures/pair.h>

#include "throws_errno.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct ExecTest : PairTest {
  [[nodiscard]] std::string out_of(const Argv& argv) const {
    const ProgramResult result = a.exec(argv);
    EXPECT_EQ(result.exit_code, 0) << PrintToString(result);
    return result.out;
  }
};

TEST_F(ExecTest, GivesTheProgramEachArgumentAnEmptyOneToo) {
  EXPECT_THAT(a.exec({"printf", "[%s]", "", "x y", ""}), Prints("[][x y][]"));
  EXPECT_THAT(a.exec({"sh", "-c", "echo $0", ""}), Prints("\n"));
}

TEST_F(ExecTest, BringsBackStatusOutputAndErrors) {
  const ProgramResult result = a.exec({"sh", "-c", "echo out; echo err >&2; exit 3"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.signal, std::nullopt);
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
  EXPECT_FALSE(result.late);
}

TEST_F(ExecTest, BringsBackTheSignalThatEndedIt) {
  const ProgramResult result = a.exec({"sh", "-c", "kill -TERM $$"});
  EXPECT_EQ(result.exit_code, std::nullopt);
  EXPECT_EQ(result.signal, SIGTERM);
}

TEST_F(ExecTest, CarriesMegabytesBothWaysToTheByte) {
  std::string input(5'000'000, '\0');
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<char>(i * 7);
  const ProgramResult result = a.exec({"cat"}, {.input = input});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_TRUE(result.out == input) << result.out.size() << " bytes came back";
}

TEST_F(ExecTest, GivesAProgramThatReadsNothingItsInputInVain) {
  EXPECT_EQ(a.exec({"true"}, {.input = std::string(1'000'000, 'x')}).exit_code, 0);
}

TEST_F(ExecTest, GivesNoInputAsItsEnd) { EXPECT_EQ(out_of({"cat"}), ""); }

TEST_F(ExecTest, SetsEnvironmentAndDirectory) {
  const ProgramResult result = a.exec({"sh", "-c", "echo $COLOUR $HOME; pwd"},
                                      {.env = {{"COLOUR", "blue"}, {"HOME", "/x"}}, .cwd = "/usr"});
  EXPECT_EQ(result.out, "blue /x\n/usr\n");
}

TEST_F(ExecTest, StartsWhereTheTestIs) {
  char here[4096];
  ASSERT_NE(::getcwd(here, sizeof here), nullptr);
  EXPECT_EQ(out_of({"pwd"}), std::string(here) + "\n");
}

TEST_F(ExecTest, IsRootOfTheLab) { EXPECT_EQ(out_of({"id", "-u"}), "0\n"); }

TEST_F(ExecTest, BecomesAnotherUserWhereTheLabHasOne) {
  if (::geteuid() != 0) return;  // an ordinary user's lab has its root alone
  EXPECT_EQ(a.exec({"sh", "-c", "id -un; id -gn"}, {.user = "nobody"}).out, "nobody\nnogroup\n");
}

TEST_F(ExecTest, RunsInItsNode) {
  EXPECT_THAT(out_of({"ip", "-o", "addr", "show", "eth0"}), HasSubstr("inet 10.0.0.1/24"));
  EXPECT_THAT(b.exec({"ping", "-c1", "-W1", "10.0.0.1"}).out, HasSubstr("1 received"));
}

TEST_F(ExecTest, ChangesWhatTheTestSees) {
  a.shell("ip address add 10.7.0.1/24 dev eth0");
  EXPECT_THAT(a.addresses(), Contains(Inet("10.7.0.1/24")));
}

TEST_F(ExecTest, SeesTheSysOfItsNodeAndTheProcessesOfTheLab) {
  EXPECT_EQ(out_of({"ls", "/sys/class/net"}), "eth0\nlo\n");
  EXPECT_EQ(out_of({"cat", "/proc/1/comm"}), "vethlab-init\n");
  EXPECT_EQ(out_of({"cat", "/proc/sys/net/ipv4/ip_forward"}), "0\n");
}

TEST_F(ExecTest, SeesTheLabsNodesByName) {
  EXPECT_EQ(out_of({"ls", "/run/netns"}), "a\nb\n");
  EXPECT_THAT(out_of({"ip", "-n", "b", "-o", "addr"}), HasSubstr("inet 10.0.0.2/24"));
  EXPECT_THAT(out_of({"nsenter", "--net=/var/run/netns/b", "ip", "-o", "addr"}),
              HasSubstr("inet 10.0.0.2/24"));
  EXPECT_EQ(a.netns_path(), "/run/netns/a");
}

TEST_F(ExecTest, SeesNodesThatCameLater) {
  EXPECT_EQ(out_of({"ls", "/run/netns"}), "a\nb\n");
  lab.add_node("c");
  EXPECT_EQ(out_of({"ls", "/run/netns"}), "a\nb\nc\n");
}

TEST_F(ExecTest, SeesWhatAnotherProgramMadeAndDeleted) {
  a.shell("ip netns add made");
  EXPECT_THAT(b.exec({"ip", "netns"}).out, HasSubstr("made"));
  b.shell("ip netns delete made");
  b.shell("ip netns delete b");
  EXPECT_EQ(out_of({"ls", "/run/netns"}), "a\n");
}

TEST_F(ExecTest, MakesNamespacesThatCanBeAdopted) {
  a.shell("ip netns add made; ip link add veth7 type veth peer name eth7 netns made");
  Node& made = lab.adopt_node("made");
  made.add_address("eth7", "10.7.0.2/24");
  made.set_up("eth7");
  a.add_address("veth7", "10.7.0.1/24");
  a.set_up("veth7");
  EXPECT_REACHABLE(made, "10.7.0.1");
  EXPECT_EQ(a.link("veth7").link_netns, "made");
  made.set_sysctl("net.ipv4.ip_forward", "1");
  EXPECT_EQ(made.exec({"cat", "/proc/sys/net/ipv4/ip_forward"}).out, "1\n");
  EXPECT_EQ(made.exec({"ls", "/run/netns"}).out, "a\nb\nmade\n");
  EXPECT_THAT([&] { lab.adopt_node("nowhere"); }, ThrowsErrno(ENOENT));
  EXPECT_THAT([&] { lab.adopt_node("a"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("taken")));
}

TEST_F(ExecTest, LeavesNothingOnTheMachine) {
  a.shell("ip netns add made; touch /run/file");
  EXPECT_NE(::access("/run/netns/made", F_OK), 0);
  EXPECT_NE(::access("/run/file", F_OK), 0);
}

TEST_F(ExecTest, IsKilledAtItsTimeoutWithAllThatItStarted) {
  const ProgramResult result =
      a.exec({"sh", "-c", "echo before; setsid sh -c 'sleep 1000 & exec sleep 1000' & sleep 1000"},
             {.timeout = 200ms});
  EXPECT_TRUE(result.late);
  EXPECT_EQ(result.out, "before\n");
  EXPECT_THAT(a.exec({"sh", "-c", "cat /proc/[0-9]*/comm"}).out, Not(HasSubstr("sleep")));
}

// What it started is named; some of that ends between the naming's two system calls.
TEST_F(ExecTest, IsKilledAtItsTimeoutAmongProcessesThatComeAndGo) {
  for (int i = 0; i < 20; ++i) {
    const ProgramResult result =
        a.exec({"sh", "-c", "for i in 1 2 3 4; do (while :; do /bin/true; done) & done; wait"},
               {.timeout = 20ms});
    ASSERT_TRUE(result.late) << i;
  }
}

TEST_F(ExecTest, LeavesDaemonsRunning) {
  EXPECT_EQ(a.exec({"sh", "-c", "setsid sleep 1000 & echo started"}).out, "started\n");
  EXPECT_EVENTUALLY(a.exec({"sh", "-c", "cat /proc/[0-9]*/comm"}).out, HasSubstr("sleep"));
}

TEST(Exec, EndsDaemonsWithTheLab) {
  std::optional<PairNet> net(std::in_place);
  net->a.shell("mkfifo /run/canary");
  const UniqueFd canary =
      net->a.run([] { return UniqueFd(::open("/run/canary", O_RDONLY | O_NONBLOCK | O_CLOEXEC)); });
  net->a.shell("exec 9>/run/canary; setsid sleep 1000 </dev/null >/dev/null 2>&1 &");
  pollfd ended{canary.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&ended, 1, 0), 0);  // the daemon has it open
  net.reset();
  EXPECT_EQ(::poll(&ended, 1, 0), 1);
}

// Not the test's: what it keeps open for itself is no program's business.
TEST_F(ExecTest, GivesTheProgramNoDescriptorsOfTheTest) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const UniqueFd reads(ends[0]);
  const UniqueFd writes(ends[1]);
  EXPECT_EQ(out_of({"sh", "-c", "ls /proc/$$/fd"}), "0\n1\n2\n");
}

TEST_F(ExecTest, InheritsWhatTheTestHasNow) {
  ::setenv("COLOUR", "red", 1);
  const mode_t mask = ::umask(027);
  rlimit before{};
  ::getrlimit(RLIMIT_CORE, &before);
  const rlimit limit{0, before.rlim_max};
  ::setrlimit(RLIMIT_CORE, &limit);
  const std::string out = out_of({"sh", "-c", "echo $COLOUR; umask; ulimit -Sc"});
  ::setrlimit(RLIMIT_CORE, &before);
  ::umask(mask);
  ::unsetenv("COLOUR");
  EXPECT_EQ(out, "red\n0027\n0\n");
  EXPECT_EQ(out_of({"sh", "-c", "echo ${COLOUR-none}"}), "none\n");
}

// Forking costs what the forked process has: proc(5), statm's second number, in pages.
TEST_F(ExecTest, IsStartedByASmallProcessHoweverLargeTheTest) {
  constexpr long kLarge = 256L << 20;
  const std::vector<char> large(kLarge, 'x');
  asm volatile("" : : "r"(large.data()) : "memory");  // else clang makes none
  const auto resident = [](const std::string& statm) {
    return std::stol(statm.substr(statm.find(' '))) * ::sysconf(_SC_PAGESIZE);
  };
  const auto own = [] {
    std::ifstream file("/proc/self/statm");
    std::string line;
    std::getline(file, line);
    return line;
  };
  EXPECT_GE(resident(a.run(own)), kLarge) << "a closure is a fork of the test";
  EXPECT_LT(resident(out_of({"sh", "-c", "cat /proc/$PPID/statm"})), kLarge / 2);
}

TEST_F(ExecTest, ThatCannotBeStartedSaysSo) {
  EXPECT_THAT([&] { (void)a.exec({"no-such-program"}); }, ThrowsErrno(ENOENT));
  EXPECT_THAT([&] { (void)a.exec({"/usr"}); }, ThrowsErrno(EISDIR));
  EXPECT_THAT([&] { (void)a.exec({"/etc/passwd"}); }, ThrowsErrno(EACCES));
  EXPECT_THAT([&] { (void)a.exec({"true"}, {.cwd = "/nowhere"}); }, ThrowsErrno(ENOENT));
  EXPECT_THAT([&] { (void)a.exec({"true"}, {.user = "no-such-user"}); }, ThrowsErrno(ENOENT));
}

}  // namespace
