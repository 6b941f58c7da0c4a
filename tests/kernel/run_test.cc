// Closures in a node: what comes back, and where they run.
#include <vethlab/base/socket_address.h>
#include <vethlab/fixtures/pair.h>

#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <gtest/gtest-spi.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct RunTest : PairTest {};

TEST_F(RunTest, IsInItsNode) {
  const auto index = [] { return ::if_nametoindex("eth0"); };
  EXPECT_EQ(a.run(index), static_cast<unsigned>(a.link("eth0").index));
  EXPECT_EQ(b.run(index), static_cast<unsigned>(b.link("eth0").index));
}

TEST_F(RunTest, IsInAPidNamespaceOfTheLab) {
  EXPECT_EQ(a.run([] { return ::getppid(); }), 0);  // the test is not in there
  EXPECT_THAT(a.run([] { return ::getpid(); }), Gt(1));
}

TEST_F(RunTest, SeesTheLabsRunAndProc) {
  const auto name_of_first = [] {
    std::ifstream file("/proc/1/comm");
    std::string name;
    file >> name;
    return name;
  };
  EXPECT_EQ(a.run(name_of_first), "vethlab-init");
  EXPECT_TRUE(a.run([] { return ::access("/run/netns/b", F_OK) == 0; }));
}

TEST_F(RunTest, SeesTheSysOfItsNode) {
  EXPECT_THAT(a.run([] {
    std::vector<std::string> names;
    for (const auto& each : std::filesystem::directory_iterator("/sys/class/net"))
      names.push_back(each.path().filename());
    return names;
  }),
              UnorderedElementsAre("eth0", "lo"));
}

// While the test waits for its beginning, both are on one (netns/one_processor.h).
TEST_F(RunTest, MayUseAllProcessorsOfTheTestAndLeavesThemToIt) {
  const auto processors = [] {
    cpu_set_t set;
    CPU_ZERO(&set);
    ::sched_getaffinity(0, sizeof set, &set);
    return CPU_COUNT(&set);
  };
  const int before = processors();
  EXPECT_EQ(a.run(processors), before);
  EXPECT_EQ(a.exec({"nproc"}).out, std::to_string(before) + "\n");
  EXPECT_EQ(processors(), before);
}

TEST_F(RunTest, LeavesTheTestWhereItIs) {
  const std::string before = std::to_string(::if_nametoindex("eth0"));
  a.run([] {});
  EXPECT_EQ(std::to_string(::if_nametoindex("eth0")), before);
}

TEST_F(RunTest, BringsBackNumbersTextsAndContainersOfThem) {
  EXPECT_EQ(a.run([] { return 42; }), 42);
  EXPECT_EQ(a.run([] { return std::string("text\0more", 9); }), std::string("text\0more", 9));
  const auto made = [] {
    return std::pair(std::vector<std::string>{"a", "", "c"},
                     std::tuple(std::optional<int>(), std::optional<int>(3), true));
  };
  EXPECT_EQ(a.run(made), made());
  EXPECT_EQ(a.run([] {
    return std::vector<bool>{true, false, true};
  }),
            (std::vector<bool>{true, false, true}));
}

TEST_F(RunTest, BringsBackPlainStructsAndReports) {
  struct Plain {
    int number;
    double fraction;
  };
  const Plain plain = a.run([] { return Plain{7, 0.5}; });
  EXPECT_EQ(plain.number, 7);
  EXPECT_EQ(plain.fraction, 0.5);
  ProbeReport report = a.ping(b);
  EXPECT_EQ(a.run([&] { return report; }), report);
}

TEST_F(RunTest, BringsBackManyBytes) {
  const std::string large = a.run([] { return std::string().append(50'000'000, 'x'); });
  EXPECT_EQ(large.size(), 50'000'000U);
  EXPECT_EQ(large.find_first_not_of('x'), std::string::npos);
}

TEST_F(RunTest, BringsBackASocketThatWasBornInside) {
  const UniqueFd server = b.run([] {
    UniqueFd fd(::socket(AF_INET, SOCK_DGRAM, 0));
    const SocketAddress at = socket_address("10.0.0.2", 5000);
    EXPECT_EQ(::bind(fd.get(), at.get(), at.size), 0);
    return fd;
  });
  a.run([] {
    const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM, 0));
    const SocketAddress to = socket_address("10.0.0.2", 5000);
    ASSERT_EQ(::sendto(fd.get(), "hi", 2, 0, to.get(), to.size), 2);
  });
  char text[3] = {};
  EXPECT_EQ(::recv(server.get(), text, sizeof text, 0), 2);
  EXPECT_STREQ(text, "hi");
}

TEST_F(RunTest, BringsBackManyDescriptors) {
  const auto fds = a.run([] {
    std::vector<UniqueFd> all;
    all.reserve(300);
    for (int i = 0; i < 300; ++i) all.emplace_back(::socket(AF_INET, SOCK_DGRAM, 0));
    return all;
  });
  EXPECT_THAT(fds, SizeIs(300));
  EXPECT_GE(fds.back().get(), 0);
}

TEST_F(RunTest, KeepsWhatItWritesToItself) {
  int number = 1;
  a.run([&] { number = 2; });
  EXPECT_EQ(number, 1);
}

TEST_F(RunTest, DoesNotSeeItsOwnFailures) {
  bool seen = true;
  EXPECT_NONFATAL_FAILURE(seen = a.run([] {
    ADD_FAILURE();
    return Test::HasFailure();
  }),
                          "Failed");
  EXPECT_FALSE(seen);
}

TEST_F(RunTest, MayUseTheNodesOfTheLab) {
  EXPECT_EQ(a.run([&] { return a.ping(b).received; }), 1);
}

TEST_F(RunTest, MayStartThreads) {
  EXPECT_EQ(a.run([] {
    int sum = 0;
    std::thread([&] { sum = 3; }).join();
    return sum;
  }),
            3);
}

TEST_F(RunTest, MayRunWhileTheTestHasThreads) {
  std::atomic<bool> stop = false;
  std::thread allocates([&] {
    while (!stop) (void)std::make_unique<std::string>(1000, 'x');
  });
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(a.run([] { return std::string(2000, 'y').size(); }), 2000U);
  stop = true;
  allocates.join();
}

// Each a message of several packets, from four threads.
TEST_F(RunTest, MayReportFromManyThreads) {
  TestPartResultArray results;
  {
    const ScopedFakeTestPartResultReporter hears(
        ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &results);
    a.run([] {
      const auto report = [] {
        for (int i = 0; i < 10; ++i) ADD_FAILURE() << std::string(100'000, 'x');
      };
      std::thread others[] = {std::thread(report), std::thread(report), std::thread(report)};
      report();
      for (std::thread& each : others) each.join();
    });
  }
  ASSERT_EQ(results.size(), 40);
  for (int i = 0; i < results.size(); ++i)
    EXPECT_THAT(results.GetTestPartResult(i).message(),
                AnyOf("Failed\n" + std::string(100'000, 'x') + "\n[in a]",
                      "Failed\n" + std::string(100'000, 'x') + "\n[in a]\n"));
}

// What a wait takes of ours is of no consequence for one that comes to its end.
TEST_F(RunTest, IsNotDisturbedByAThreadThatWaitsForAllChildren) {
  std::atomic<bool> stop = false;
  std::thread waits([&] {
    while (!stop) (void)::waitpid(-1, nullptr, 0);
  });
  for (int i = 0; i < 200; ++i) EXPECT_EQ(a.run([i] { return i; }), i);
  stop = true;
  waits.join();
}

TEST_F(RunTest, IsNotSeenByTheUsersOwnWait) {
  a.run([] {});
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST_F(RunTest, WorksWhereSigchldIsIgnored) {
  const auto before = ::signal(SIGCHLD, SIG_IGN);
  EXPECT_EQ(a.run([] { return 5; }), 5);
  ::signal(SIGCHLD, before);
}

// A double-forked daemon in a session of its own.
TEST(Run, LeavesBackgroundProcessesToTheLab) {
  std::optional<PairNet> net(std::in_place);
  const UniqueFd canary = net->a.run([] {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    if (::fork() == 0) {
      ::setsid();
      if (::fork() != 0) ::_exit(0);
      for (;;) ::pause();
    }
    ::close(ends[1]);
    return UniqueFd(ends[0]);
  });
  pollfd ended{canary.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&ended, 1, 0), 0);  // the daemon holds the other end
  net.reset();
  EXPECT_EQ(::poll(&ended, 1, 0), 1);
}

}  // namespace
