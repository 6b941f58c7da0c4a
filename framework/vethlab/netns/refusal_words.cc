#include <vethlab/netns/refusal_words.h>

#include <sys/resource.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace vethlab::netns {
namespace {

std::string read_word(const char* path) {
  std::string word;
  std::ifstream(path) >> word;
  return word;
}

Unsupported words(std::string_view what, const Refusal& refusal, std::string_view mend) {
  return Unsupported(fmt::format("{}: {}: {} ({})\nTo mend it: {}", what, refusal.attempt,
                                 errno_text(refusal.error), errno_name(refusal.error), mend));
}

// Why a namespace is refused with EPERM, from the switches that distributions have for it.
std::string permission_mend() {
  if (read_word("/proc/sys/kernel/unprivileged_userns_clone") == "0")
    return "sysctl -w kernel.unprivileged_userns_clone=1, or run as root";
  if (read_word("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1")
    return "AppArmor restricts user namespaces here: sysctl -w "
           "kernel.apparmor_restrict_unprivileged_userns=0, or give the test program an AppArmor "
           "profile with \"userns,\", or run as root";
  return "in a container, run it with --privileged, or with --security-opt seccomp=unconfined; "
         "in a chroot, user namespaces are never allowed";
}

}  // namespace

Unsupported no_user_namespace(const Refusal& refusal) {
  constexpr std::string_view kWhat = "this machine gives no user namespace";
  switch (refusal.error) {
    case ENOSPC:
    case EUSERS:
      return words(kWhat, refusal,
                   fmt::format("user.max_user_namespaces is {} and used up: sysctl -w "
                               "user.max_user_namespaces=15000",
                               read_word("/proc/sys/user/max_user_namespaces")));
    case EINVAL: return words(kWhat, refusal, "a kernel with CONFIG_USER_NS");
    case ENOSYS: return words(kWhat, refusal, "Linux 5.3 or newer (clone3, pidfd)");
    case EAGAIN:
    case ENOMEM:
      return words(kWhat, refusal, "the limit of processes (ulimit -u) or memory is reached");
    default: return words(kWhat, refusal, permission_mend());
  }
}

Unsupported no_network_namespace(const Refusal& refusal) {
  constexpr std::string_view kWhat = "this machine gives no network namespace";
  if (refusal.error == ENOSPC)
    return words(kWhat, refusal,
                 fmt::format("user.max_net_namespaces is {} and used up: sysctl -w "
                             "user.max_net_namespaces=15000, or run fewer tests at once",
                             read_word("/proc/sys/user/max_net_namespaces")));
  if (refusal.error == EINVAL) return words(kWhat, refusal, "a kernel with CONFIG_NET_NS");
  return words(kWhat, refusal, permission_mend());
}

Unsupported no_pid_namespace(const Refusal& refusal) {
  constexpr std::string_view kWhat = "this machine gives no pid namespace";
  if (refusal.error == ENOSPC)
    return words(kWhat, refusal,
                 fmt::format("user.max_pid_namespaces is {} and used up: sysctl -w "
                             "user.max_pid_namespaces=15000, or run fewer tests at once",
                             read_word("/proc/sys/user/max_pid_namespaces")));
  if (refusal.error == EINVAL) return words(kWhat, refusal, "a kernel with CONFIG_PID_NS");
  return words(kWhat, refusal, permission_mend());
}

Unsupported no_mount_namespace(const Refusal& refusal) {
  constexpr std::string_view kWhat = "this machine gives no mount or UTS namespace";
  if (refusal.error == ENOSPC)
    return words(
        kWhat, refusal,
        fmt::format("user.max_mnt_namespaces is {}, user.max_uts_namespaces is {}, and one "
                    "is used up: sysctl -w user.max_mnt_namespaces=15000 "
                    "user.max_uts_namespaces=15000, or run fewer tests at once",
                    read_word("/proc/sys/user/max_mnt_namespaces"),
                    read_word("/proc/sys/user/max_uts_namespaces")));
  if (refusal.error == EINVAL)
    return words(kWhat, refusal, "a kernel with CONFIG_NAMESPACES and CONFIG_UTS_NS");
  return words(kWhat, refusal, permission_mend());
}

Unsupported no_private_dir(const Refusal& refusal) {
  return words("this machine makes this directory private to no node", refusal,
               "a smaller directory; or a kernel with CONFIG_OVERLAY_FS, and nothing mounted below "
               "the directory");
}

Unsupported no_descriptors(const Refusal& refusal) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return words("out of descriptors", refusal,
               fmt::format("the hard limit is {} (ulimit -Hn): raise it, or build fewer nodes at "
                           "once; a node takes 2 to 10",
                           limit.rlim_max));
}

Unsupported no_raw_socket(const Refusal& refusal) {
  return words("this machine gives no raw sockets in a node", refusal, permission_mend());
}

Unsupported no_other_users(std::string_view reason, std::string_view mend) {
  return Unsupported(fmt::format(
      "this machine gives an ordinary user's lab no users but root: {}\nTo mend it: {}, "
      "or run as root",
      reason, mend));
}

Unsupported one_id() {
  return Unsupported(
      "this machine gives no lab users but root: the user namespace that the test is in has one id "
      "(/proc/self/uid_map)\nTo mend it: run the test outside of it, or map a range there, as "
      "rootless containers do (subuid(5))");
}

Unsupported no_sysctl(const Refusal& refusal) {
  return words("this machine lets no node have its own settings", refusal,
               "in a container, /proc/sys must be writable: run it with --privileged, or with "
               "--security-opt systempaths=unconfined");
}

}  // namespace vethlab::netns
