// A user's tests, each of which leaves something behind, for leaks_test.cc to run.
#include <vethlab/fixtures/pair.h>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

using namespace testing;
using namespace vethlab;

namespace {

TEST(Leaks, Nothing) {
  const PairNet net;
  EXPECT_REACHABLE(net.a, net.b);
  EXPECT_EQ(net.a.run([] { return 1; }), 1);
  EXPECT_THAT(net.a.exec({"true"}), Succeeds());
}

TEST(Leaks, ADescriptor) { (void)!::open("/dev/null", O_RDONLY | O_CLOEXEC); }

TEST(Leaks, ASocketOfANode) {
  const PairNet net;
  (void)net.a.socket(AF_INET, SOCK_STREAM).release();
}

TEST(Leaks, ANamespace) {
  const PairNet net;
  (void)net.a.run([] { return UniqueFd(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)); })
      .release();
}

TEST(Leaks, AChild) {
  if (::fork() == 0) ::_exit(0);
}

TEST(Leaks, ItsPlace) { ASSERT_EQ(::unshare(CLONE_NEWUSER | CLONE_NEWNET), 0); }

TEST(Leaks, AMount) { ASSERT_EQ(::mount("none", "/tmp", "tmpfs", 0, nullptr), 0); }

TEST(Leaks, AMountUndone) {
  ASSERT_EQ(::mount("none", "/tmp", "tmpfs", 0, nullptr), 0);
  ASSERT_EQ(::umount("/tmp"), 0);
}

TEST(Leaks, OtherPlaces) { ASSERT_EQ(::unshare(CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWPID), 0); }

// For the process' life, as a logger's file. The first is opened in a test; the second has been before.
FILE* log_of_the_process() {
  static FILE* const log = std::fopen("/dev/null", "we");
  return log;
}

struct OpensBefore : Environment {
  void SetUp() override {
    if (std::getenv("OPEN_BEFORE") != nullptr) (void)log_of_the_process();
  }
};
[[maybe_unused]] const Environment* const environment =
    AddGlobalTestEnvironment(new OpensBefore);  // GoogleTest's from here on

TEST(Leaks, ADescriptorOfTheProcess) { EXPECT_NE(log_of_the_process(), nullptr); }

struct WithAFileOfTheSuite : Test {
  static void SetUpTestSuite() { (void)log_of_the_process(); }
};

TEST_F(WithAFileOfTheSuite, MayUseIt) { EXPECT_NE(log_of_the_process(), nullptr); }

// A lab of the whole suite opens what it needs when it is needed.
struct WithLabOfTheSuite : Test {
  static void SetUpTestSuite() { net = std::make_unique<PairNet>(); }
  static void TearDownTestSuite() { net = nullptr; }
  static inline std::unique_ptr<PairNet> net;
};

TEST_F(WithLabOfTheSuite, MayOpenMore) { EXPECT_REACHABLE(net->a, net->b); }

}  // namespace
