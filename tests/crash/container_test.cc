// What containers do to /proc and /sys, done to a fork of the test by its own mounts: what a lab can
// still do there.
#include "in_fork.h"

#include <vethlab/fixtures/pair.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/mount.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

void must(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

void mount_in_container(const char* source, const char* target, const char* type,
                        unsigned long flags) {
  must(::mount(source, target, type, flags, nullptr) == 0, std::string("mount on ") + target);
}

// As most machines have /proc and /sys: a user namespace cannot take these away (mount_namespaces(7)).
constexpr unsigned long kAsMounted = MS_NOSUID | MS_NODEV | MS_NOEXEC;

void enter_container() {
  enter_limited("/proc/sys/user/max_user_namespaces", "100", CLONE_NEWNS);
  mount_in_container("none", "/", nullptr, MS_REC | MS_SLAVE);
}

// As docker does: a file covered by /dev/null, directories by an empty tmpfs.
void mask_proc_and_sys() {
  mount_in_container("/dev/null", "/proc/timer_list", nullptr, MS_BIND);
  mount_in_container("tmpfs", "/proc/acpi", "tmpfs", MS_RDONLY);
  mount_in_container("tmpfs", "/sys/firmware", "tmpfs", MS_RDONLY);
}

std::string names_in(const std::string& directory) {
  std::set<std::string> names;
  for (const auto& each : std::filesystem::directory_iterator(directory))
    names.insert(each.path().filename());
  std::string text;
  for (const std::string& each : names) text += each + "\n";
  return text;
}

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(Container, ThatMasksProcAndSysHasProgramsSeeTheMachines) {
  EXPECT_EQ(in_fork([] {
              enter_container();
              mask_proc_and_sys();
              const PairNet net;
              const std::string sys = names_in("/sys/class/net");
              must(net.a.exec({"ls", "/sys/class/net"}).out == sys, "a program's /sys");
              must(net.a.run([] { return names_in("/sys/class/net"); }) == sys, "a closure's /sys");
              must(net.a.exec({"cat", "/proc/1/comm"}).out == content("/proc/1/comm"), "/proc");
              must(net.a.exec({"cat", "/proc/timer_list"}).out.empty(), "what is masked");
            }),
            "no exception");
}

TEST(Container, ThatMasksProcAndSysHasAllElseWork) {
  EXPECT_EQ(in_fork([] {
              enter_container();
              mask_proc_and_sys();
              PairNet net;
              must(net.a.ping(net.b).received == 1, "ping");
              net.a.set_sysctl("net.ipv4.ip_forward", "1");
              must(net.a.exec({"cat", "/proc/sys/net/ipv4/ip_forward"}).out == "1\n", "sysctl");
              must(net.b.exec({"cat", "/proc/sys/net/ipv4/ip_forward"}).out == "0\n", "sysctl");
              net.a.shell("test \"$(hostname)\" = a; ip netns add made; ping -c1 -W1 b");
              must(net.b.run([] { return names_in("/run/netns"); }) == "a\nb\nmade\n", "names");
              Node& c = net.lab.add_node("c", {.private_dirs = {"/etc", "/run/x", "/new/dir"}});
              c.write_file("/etc/x", "text");
              c.write_file("/new/dir/x", "text");
              must(c.exec({"cat", "/etc/x", "/new/dir/x"}).out == "texttext", "private_dirs");
            }),
            "no exception");
}

// At a timeout it does not find what else the program has started: the lab's end does.
TEST(Container, ThatMasksProcLeavesWhatALateProgramStartedToTheLabsEnd) {
  EXPECT_EQ(in_fork([] {
              enter_container();
              mask_proc_and_sys();
              std::optional<PairNet> net(std::in_place);
              net->a.shell("mkfifo /run/canary");
              const UniqueFd canary = net->a.run([] {
                return UniqueFd(::open("/run/canary", O_RDONLY | O_NONBLOCK | O_CLOEXEC));
              });
              const ProgramResult result = net->a.exec(
                  {"sh", "-c",
                   "exec 3>/run/canary; setsid sleep 1000 >/dev/null 2>&1 & exec sleep 1000 3>&-"},
                  {.timeout = 200ms});
              must(result.late && result.signal == SIGKILL, "the program itself");
              pollfd ended{canary.get(), POLLIN, 0};
              must(::poll(&ended, 1, 0) == 0, "what it started is gone already");
              net.reset();
              must(::poll(&ended, 1, 0) == 1, "it outlives the lab");
            }),
            "no exception");
}

TEST(Container, WithAReadOnlySysHasProgramsSeeTheMachines) {
  EXPECT_EQ(in_fork([] {
              enter_container();
              mount_in_container("/sys", "/sys", nullptr, MS_BIND | MS_REC);
              mount_in_container(nullptr, "/sys", nullptr,
                                 MS_BIND | MS_REMOUNT | MS_RDONLY | kAsMounted);
              const PairNet net;
              must(net.a.exec({"ls", "/sys/class/net"}).out == names_in("/sys/class/net"), "/sys");
              must(net.a.exec({"cat", "/proc/1/comm"}).out == "vethlab-init\n", "/proc");
            }),
            "no exception");
}

TEST(Container, WithAReadOnlyProcSysSaysSo) {
  const std::string text = in_fork([] {
    enter_container();
    mount_in_container("/proc/sys", "/proc/sys", nullptr, MS_BIND);
    mount_in_container(nullptr, "/proc/sys", nullptr,
                       MS_BIND | MS_REMOUNT | MS_RDONLY | kAsMounted);
    const PairNet net;
  });
  EXPECT_THAT(text,
              MatchesRegex("Unsupported: pair.h:[0-9]+: this machine lets no node have its own "
                           "settings: open /proc/sys/net/[a-z0-9_/]+: Read-only file system "
                           "\\(EROFS\\)\nTo mend it: in a container, /proc/sys must be writable: "
                           "run it with --privileged, or with --security-opt "
                           "systempaths=unconfined"));
}

// ---- Machines whose /etc is unusual

void make_etc(const std::function<void(const std::string&)>& fill) {
  mount_in_container("tmpfs", "/srv", "tmpfs", 0);
  std::filesystem::create_directory("/srv/etc");
  std::filesystem::copy_file("/etc/passwd", "/srv/etc/passwd");
  fill("/srv/etc");
  mount_in_container("/srv/etc", "/etc", nullptr, MS_BIND);
}

// systemd-resolved's: into the machine's /run, which no lab sees.
TEST(Etc, MayHaveResolvConfAsALinkIntoRun) {
  EXPECT_EQ(in_fork([] {
              enter_container();
              make_etc([](const std::string& etc) {
                std::ofstream(etc + "/hosts") << "127.0.0.1 localhost\n";
                std::filesystem::create_symlink("../run/systemd/resolve/stub-resolv.conf",
                                                etc + "/resolv.conf");
              });
              const PairNet net;
              const std::string none =
                  "# The machine's nameservers cannot be reached from a lab.\n";
              must(net.a.exec({"cat", "/etc/resolv.conf"}).out == none, "a's");
              net.a.shell("echo changed > /etc/resolv.conf");
              must(net.a.exec({"cat", "/etc/resolv.conf"}).out == "changed\n", "a's, changed");
              must(net.b.exec({"cat", "/etc/resolv.conf"}).out == none, "b's");
            }),
            "no exception");
}

TEST(Etc, MayHaveNeitherHostsNorResolvConf) {
  EXPECT_EQ(in_fork([] {
              enter_container();
              make_etc([](const std::string&) {});
              PairNet net;
              must(net.a.exec({"ls", "/etc"}).out == "passwd\n", "left out");
              Node& c = net.lab.add_node("c", {.private_dirs = {"/etc"}});
              must(c.exec({"ls", "/etc"}).out == "hosts\npasswd\nresolv.conf\n", "made");
            }),
            "no exception");
}

// ---- Private directories, where the kernel refuses overlays over what is mounted below them.

// With all the machine's users, where we have them: a lab with one alone copies before it tries.
void enter_machine() {
  if (::geteuid() != 0) return enter_container();
  must(::unshare(CLONE_NEWNS) == 0, "unshare(CLONE_NEWNS)");
  mount_in_container("none", "/", nullptr, MS_REC | MS_SLAVE);
}

void make_directory_with_a_mount(const std::string& path) {
  mount_in_container("tmpfs", "/srv", "tmpfs", 0);
  std::filesystem::create_directories(path + "/below");
  std::ofstream(path + "/file") << "real";
  mount_in_container("tmpfs", (path + "/below").c_str(), "tmpfs", 0);
  std::ofstream(path + "/below/other") << "mounted";
}

TEST(PrivateDir, ThatTakesNoOverlayIsCopied) {
  EXPECT_EQ(in_fork([] {
              enter_machine();
              make_directory_with_a_mount("/srv/x");
              Lab lab;
              Node& a = lab.add_node("a", {.private_dirs = {"/srv/x"}});
              must(a.read_file("/srv/x/file") == "real", "a file");
              must(a.read_file("/srv/x/below/other") == "mounted", "one that is mounted below");
              a.write_file("/srv/x/file", "changed");
              a.write_file("/srv/x/below/other", "changed");
              must(content("/srv/x/file") + content("/srv/x/below/other") == "realmounted",
                   "the real ones");
            }),
            "no exception");
}

TEST(PrivateDir, ThatTakesNoOverlayAndIsTooLargeToBeCopiedSaysSo) {
  const std::string text = in_fork([] {
    enter_machine();
    make_directory_with_a_mount("/srv/x");
    std::filesystem::resize_file("/srv/x/file", 33 << 20);
    Lab lab;
    lab.add_node("a", {.private_dirs = {"/srv/x"}}).run([] {});
  });
  // Before Linux 5.11 no user namespace has overlays: EPERM.
  EXPECT_THAT(text, MatchesRegex("Unsupported: container_test.cc:[0-9]+: this machine makes this "
                                 "directory private to no node: mount overlay on /srv/x \\(more "
                                 "than the 32 MiB or 10000 files that would be copied\\): "
                                 "(Invalid argument \\(EINVAL\\)|Operation not permitted "
                                 "\\(EPERM\\))\nTo mend it: a smaller directory; or a kernel with "
                                 "CONFIG_OVERLAY_FS, and nothing mounted below the directory"));
}

}  // namespace
