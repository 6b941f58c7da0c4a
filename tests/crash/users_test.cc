// An ordinary user's lab with more users than its root. Root tries it as nobody, whom /etc/subuid gives what
// a test says, in a mount namespace of its own; others are who they are.
#include "observer.h"

#include <grp.h>
#include <poll.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <random>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

constexpr const char* kRange = "nobody:100000:65536\n";
const LabOptions kMany{.plan = {}, .ids = Ids::kSubordinate};

void must(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

std::string out_of(const Node& node, const std::string& script) {
  return node.exec({"sh", "-c", script}).out;
}

void become_nobody(const std::string& ranges) {
  must(::unshare(CLONE_NEWNS) == 0, "unshare(CLONE_NEWNS)");
  must(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "mount on /");
  must(::mount("none", "/run", "tmpfs", 0, nullptr) == 0, "mount on /run");
  std::ofstream("/run/ranges") << ranges;
  for (const char* const file : {"/etc/subuid", "/etc/subgid"})
    must(::mount("/run/ranges", file, nullptr, MS_BIND, nullptr) == 0, file);
  must(::setgroups(0, nullptr) == 0 && ::setresgid(65534, 65534, 65534) == 0 &&
           ::setresuid(65534, 65534, 65534) == 0,
       "become nobody");
  ::prctl(PR_SET_DUMPABLE, 1);
}

std::string as_ordinary_user(const std::function<void()>& verb,
                             const std::string& ranges = kRange) {
  return in_fork([&] {
    if (::geteuid() == 0) become_nobody(ranges);
    verb();
  });
}

bool lacks_what_it_takes(const std::string& told) {
  return ::geteuid() != 0 && told.starts_with("Unsupported: ");
}

TEST(Users, OfAnOrdinaryUsersLabAreThoseOfTheMachine) {
  const std::string told = as_ordinary_user([] {
    Lab lab(kMany);
    Node& a = lab.add_node("a", {.private_dirs = {"/var/lib/frr", "/srv"}});
    must(a.exec({"sh", "-c", "id -un; id -Gn"}, {.user = "daemon"}).out == "daemon\ndaemon\n",
         "another user");
    must(a.exec({"id", "-u"}).out == "0\n", "its root");
    const std::string owners =
        out_of(a, "touch /srv/x; chown daemon:mail /srv/x; stat -c %U:%G /srv/x; stat -c %U /srv");
    must(owners == "daemon:mail\nroot\n", owners);
    Daemon& daemon = a.spawn({"sleep", "1000"}, {.user = "daemon"});
    daemon.signal(SIGTERM);
    must(daemon.wait().signal == SIGTERM, "a signal to another user's");
  });
  if (lacks_what_it_takes(told)) GTEST_SKIP() << told;
  EXPECT_EQ(told, "no exception");
}

// What belongs to nobody in the lab is shown as its root's, not as that of who is called nobody there.
TEST(Users, OfAnOrdinaryUsersLabHaveNothingOfTheMachinesInAPrivateDirectory) {
  const std::string told = as_ordinary_user([] {
    Lab lab(kMany);
    Node& a = lab.add_node("a", {.private_dirs = {"/etc"}});
    const std::string owners = out_of(a, "stat -c %U:%G /etc /etc/passwd /etc/alternatives");
    must(owners == "root:root\nroot:root\nroot:root\n", owners);
    a.shell("echo x >>/etc/passwd; rm /etc/hostname || true; mkdir /etc/alternatives/x");
  });
  if (lacks_what_it_takes(told)) GTEST_SKIP() << told;
  EXPECT_EQ(told, "no exception");
}

TEST(Users, AreNotAskedForByALabThatDoesNotSaySo) {
  EXPECT_EQ(as_ordinary_user([] {
              Lab lab;
              const std::string map = out_of(lab.add_node("a"), "wc -l </proc/self/uid_map");
              must(map == "1\n", map);
            }),
            "no exception");
}

[[noreturn]] void run_a_daemon() {
  try {
    Lab lab(kMany);
    lab.add_node("a").spawn({"sleep", "1000"}, {.user = "daemon"});
    for (;;) ::pause();
  } catch (...) {
    ::_exit(1);
  }
}

// Also while the two programs that map them run.
TEST(Users, GoWithTheirTestWhenItIsKilled) {
  const std::string able = as_ordinary_user([] { const Lab lab(kMany); });
  if (lacks_what_it_takes(able)) GTEST_SKIP() << able;
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  const std::string told = as_ordinary_user([seed] {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    std::mt19937 random(seed);
    for (int i = 0; i < 30; ++i) {
      const pid_t child = ::fork();
      if (child == 0) run_a_daemon();
      const timespec instant{0, static_cast<long>(random() % 30'000'000)};
      ::nanosleep(&instant, nullptr);  // the instant itself is what is tried
      ::kill(child, SIGKILL);
      must(children_left() == 0, "a process at turn " + std::to_string(i));
    }
  });
  EXPECT_EQ(told, "no exception");
}

TEST(Users, InAUserNamespaceWithOneIdAreRootAlone) {
  EXPECT_THAT(in_fork([] {
                enter_limited("/proc/sys/user/max_user_namespaces", "100");
                const Lab lab(kMany);
              }),
              MatchesRegex("Unsupported: users_test.cc:[0-9]+: this machine gives no lab users but "
                           "root: the user namespace that the test is in has one id "
                           "\\(/proc/self/uid_map\\)\nTo mend it: run the test outside of it, or "
                           "map a range there, as rootless containers do \\(subuid\\(5\\)\\)"));
}

class UsersMissing : public Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "takes root, who becomes a user with what is missing";
  }
};

TEST_F(UsersMissing, ForWantOfARangeSayHowToGetOne) {
  EXPECT_THAT(
      as_ordinary_user([] { const Lab lab(kMany); }, "alice:100000:65536\nbob:165536:65536\n"),
      MatchesRegex(
          "Unsupported: users_test.cc:[0-9]+: this machine gives an ordinary user's lab no "
          "users but root: /etc/subuid has no range for nobody \\(uid 65534\\)\nTo mend it: "
          "apt-get install uidmap; usermod --add-subuids 231072-296607 --add-subgids "
          "231072-296607 nobody, or run as root"));
}

TEST_F(UsersMissing, ForWantOfNewuidmapNameItsPackage) {
  EXPECT_THAT(as_ordinary_user([] {
                ::setenv("PATH", "/nowhere", 1);
                const Lab lab(kMany);
              }),
              MatchesRegex(
                  "Unsupported: users_test.cc:[0-9]+: this machine gives an ordinary user's lab no "
                  "users but root: newuidmap [0-9]+ 0 65534 1 1 100000 65536: No such file or "
                  "directory \\(ENOENT\\)\nTo mend it: apt-get install uidmap, or run as root"));
}

TEST_F(UsersMissing, AsTheProgramIsRefusedSayWhatItSays) {
  EXPECT_THAT(as_ordinary_user([] {
                ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
                const Lab lab(kMany);
              }),
              MatchesRegex(
                  "Unsupported: users_test.cc:[0-9]+: this machine gives an ordinary user's lab no "
                  "users but root: newuidmap [0-9]+ 0 65534 1 1 100000 65536: exit status 1: "
                  "newuidmap: .+: Operation not permitted\nTo mend it: newuidmap must be setuid "
                  "root, on a file system without nosuid, and the test not under no_new_privs \\(a "
                  "container's --security-opt\\), or run as root"));
}

}  // namespace
