// A machine that refuses: each time the real kernel's refusal, in a fork that limits only itself.
#include "in_fork.h"

#include <vethlab/fixtures/pair.h>
#include <vethlab/fixtures/star.h>

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include <filesystem>

using namespace testing;
using namespace vethlab;

namespace {

void limit_descriptors(rlim_t soft, rlim_t hard) {
  const rlimit limit{soft, hard};
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) throw std::runtime_error("setrlimit");
}

TEST(Machine, WithoutUserNamespacesSaysSo) {
  const std::string text = in_fork([] {
    enter_limited("/proc/sys/user/max_user_namespaces", "0");
    const PairNet net;
  });
  EXPECT_THAT(text, HasSubstr("this machine gives no user namespace: clone3(CLONE_NEWUSER | "
                              "CLONE_PIDFD): No space left on device (ENOSPC)"));
  EXPECT_THAT(text, HasSubstr("To mend it: user.max_user_namespaces is 0 and used up"));
}

TEST(Machine, WithTooFewNetworkNamespacesSaysSo) {
  const std::string text = in_fork([] {
    enter_limited("/proc/sys/user/max_net_namespaces", "1");
    const PairNet net;
  });
  EXPECT_THAT(text, HasSubstr("Unsupported: pair.h:"));
  EXPECT_THAT(text, HasSubstr("this machine gives no network namespace: unshare(CLONE_NEWNET): No "
                              "space left on device (ENOSPC)"));
  EXPECT_THAT(text, HasSubstr("user.max_net_namespaces"));
}

TEST(Machine, WithTooFewUtsNamespacesSaysSo) {
  const std::string text = in_fork([] {
    enter_limited("/proc/sys/user/max_uts_namespaces", "0");
    const PairNet net;
    net.a.run([] {});
  });
  EXPECT_THAT(text, MatchesRegex("Unsupported: machine_test.cc:[0-9]+: this machine gives no mount "
                                 "or UTS namespace: unshare\\(CLONE_NEWNS \\| CLONE_NEWUTS\\): No "
                                 "space left on device \\(ENOSPC\\)\nTo mend it: "
                                 "user.max_mnt_namespaces is [0-9]+, user.max_uts_namespaces is 0, "
                                 "and one is used up: .+"));
}

TEST(Descriptors, HaveTheirSoftLimitRaised) {
  EXPECT_EQ(in_fork([] {
              limit_descriptors(32, 400);
              const StarNet net(30);
              if (net.host(1).ping(net.host(30)).received != 1) throw std::runtime_error("no echo");
            }),
            "no exception");
}

TEST(Descriptors, HaveTheirSoftLimitRaisedForClosuresAndProgramsToo) {
  EXPECT_EQ(in_fork([] {
              limit_descriptors(100, 4000);
              const StarNet net(30);
              for (const Node* const host : net.hosts) host->run([] {});
              if (net.host(30).exec({"true"}).exit_code != 0) throw std::runtime_error("true");
            }),
            "no exception");
}

// Whichever call it is that finds none.
TEST(Descriptors, HaveTheirSoftLimitRaisedWhereverItIsReached) {
  for (unsigned left = 0; left < 16; ++left)
    EXPECT_EQ(in_fork([left] {
                const int next = ::dup(STDERR_FILENO);
                ::close(next);
                limit_descriptors(static_cast<unsigned>(next) + left, 4000);
                PairNet net;
                if (net.a.ping(net.b).received != 1) throw std::runtime_error("no echo");
                if (net.b.run([] { return 7; }) != 7) throw std::runtime_error("run");
                if (net.a.exec({"true"}).exit_code != 0) throw std::runtime_error("true");
                net.a.start([] {}).join();
              }),
              "no exception")
        << left;
}

TEST(Descriptors, AtTheHardLimitOfAClosureSaySo) {
  EXPECT_THAT(in_fork([] {
                limit_descriptors(60, 60);
                const StarNet net(15);
                for (const Node* const host : net.hosts) host->run([] {});
              }),
              AllOf(StartsWith("Unsupported: "), HasSubstr("the hard limit is 60 (ulimit -Hn)")));
}

// What a program has closed gets other descriptors' numbers.
TEST(Descriptors, OfStdioMayBeClosed) {
  EXPECT_EQ(in_fork([] {
              for (int fd = 0; fd < 3; ++fd) ::close(fd);
              const PairNet net;
              std::puts("to whatever stdout is");
              std::fflush(stdout);
              if (net.a.ping(net.b).received != 1) throw std::runtime_error("no echo");
              if (net.a.run([] { return 7; }) != 7) throw std::runtime_error("run");
              if (net.a.exec({"echo", "out"}).out != "out\n") throw std::runtime_error("exec");
            }),
            "no exception");
}

// The old processes are not ours to signal any more, and the new lab is the new user's.
TEST(User, MayBeDroppedBesideALab) {
  if (::geteuid() != 0) return;  // an ordinary user has nothing to drop
  EXPECT_EQ(in_fork([] {
              {
                Lab lab;
                (void)lab.add_node("a").exec({"true"});
                if (::setresgid(65534, 65534, 65534) != 0 || ::setresuid(65534, 65534, 65534) != 0)
                  throw std::runtime_error("setresuid");
              }
              const PairNet net;
              if (net.a.ping(net.b).received != 1) throw std::runtime_error("no echo");
              if (net.a.exec({"true"}).exit_code != 0) throw std::runtime_error("true");
            }),
            "no exception");
}

TEST(Directory, ThatIsGoneIsNotReplacedByTheRoot) {
  EXPECT_THAT(in_fork([] {
                std::string name = std::filesystem::temp_directory_path() / "gone-XXXXXX";
                if (::mkdtemp(name.data()) == nullptr || ::chdir(name.c_str()) != 0 ||
                    ::rmdir(name.c_str()) != 0)
                  throw std::runtime_error(name);
                const PairNet net;
                if (net.a.exec({"true"}, {.cwd = "/"}).exit_code != 0)
                  throw std::runtime_error("true");
                (void)net.a.exec({"true"});
              }),
              EndsWith("change directory to one that was deleted in a: the test's own, which is "
                       "not there in the lab: "
                       "No such file or directory"));
}

TEST(Descriptors, AtTheHardLimitSaySo) {
  const std::string text = in_fork([] {
    limit_descriptors(40, 40);
    const StarNet net(30);
  });
  EXPECT_THAT(text, HasSubstr("Unsupported: "));
  EXPECT_THAT(text, HasSubstr("out of descriptors"));
  EXPECT_THAT(text, HasSubstr("the hard limit is 40 (ulimit -Hn)"));
}

TEST(Descriptors, AreAllGivenBack) {
  const auto open = [] {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
  };
  const auto before = open();
  for (int i = 0; i < 50; ++i) {
    PairNet net;
    (void)net.a.ping(net.b);
  }
  EXPECT_EQ(open(), before);
}

}  // namespace
