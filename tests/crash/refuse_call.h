#pragma once

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <system_error>
#include <vector>

namespace vethlab {

// From now on this process and its children are refused as by a container's seccomp profile
// (seccomp(2)). No way back: for forks.
inline void install_filter(std::vector<sock_filter> program) {
  const sock_fprog whole{static_cast<unsigned short>(program.size()), program.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &whole) != 0)
    throw std::system_error(errno, std::system_category(), "seccomp");
}

constexpr unsigned kNumber = offsetof(seccomp_data, nr);
constexpr unsigned kLoad = BPF_LD | BPF_W | BPF_ABS;
constexpr unsigned kIfEqual = BPF_JMP | BPF_JEQ | BPF_K;
constexpr unsigned kReturn = BPF_RET | BPF_K;

inline void refuse_call(unsigned number, unsigned error) {
  install_filter({BPF_STMT(kLoad, kNumber), BPF_JUMP(kIfEqual, number, 0, 1),
                  BPF_STMT(kReturn, SECCOMP_RET_ERRNO | error),
                  BPF_STMT(kReturn, SECCOMP_RET_ALLOW)});
}

// It is killed there, by SIGSYS.
inline void die_at_call(unsigned number) {
  install_filter({BPF_STMT(kLoad, kNumber), BPF_JUMP(kIfEqual, number, 0, 1),
                  BPF_STMT(kReturn, SECCOMP_RET_KILL_PROCESS),
                  BPF_STMT(kReturn, SECCOMP_RET_ALLOW)});
}

// socket(domain, SOCK_RAW, any protocol); the lower half of an argument, on a little-endian machine.
inline void refuse_raw_socket(unsigned domain, unsigned error) {
  constexpr unsigned kDomain = offsetof(seccomp_data, args);
  constexpr unsigned kType = kDomain + sizeof(__u64);
  install_filter({BPF_STMT(kLoad, kNumber), BPF_JUMP(kIfEqual, SYS_socket, 0, 6),
                  BPF_STMT(kLoad, kDomain), BPF_JUMP(kIfEqual, domain, 0, 4),
                  BPF_STMT(kLoad, kType), BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf),
                  BPF_JUMP(kIfEqual, SOCK_RAW, 0, 1), BPF_STMT(kReturn, SECCOMP_RET_ERRNO | error),
                  BPF_STMT(kReturn, SECCOMP_RET_ALLOW)});
}

// socket(AF_NETLINK, any type, protocol): as a kernel that was built without it.
inline void refuse_netlink(unsigned protocol, unsigned error) {
  constexpr unsigned kDomain = offsetof(seccomp_data, args);
  constexpr unsigned kProtocol = kDomain + 2 * sizeof(__u64);
  install_filter({BPF_STMT(kLoad, kNumber), BPF_JUMP(kIfEqual, SYS_socket, 0, 5),
                  BPF_STMT(kLoad, kDomain), BPF_JUMP(kIfEqual, AF_NETLINK, 0, 3),
                  BPF_STMT(kLoad, kProtocol), BPF_JUMP(kIfEqual, protocol, 0, 1),
                  BPF_STMT(kReturn, SECCOMP_RET_ERRNO | error),
                  BPF_STMT(kReturn, SECCOMP_RET_ALLOW)});
}

}  // namespace vethlab
