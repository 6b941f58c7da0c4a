// A container's seccomp profile refuses one system call: the text says which, why, and what to do.
#include "in_fork.h"
#include "refuse_call.h"

#include <vethlab/fixtures/pair.h>

#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string>

using namespace testing;
using namespace vethlab;

namespace {

TEST(Seccomp, ThatRefusesClone3SaysSo) {
  const std::string text = in_fork([] {
    refuse_call(SYS_clone3, EPERM);
    const PairNet net;
  });
  EXPECT_THAT(text, MatchesRegex("Unsupported: pair.h:[0-9]+: this machine gives no user "
                                 "namespace: clone3\\(\\): Operation "
                                 "not permitted \\(EPERM\\)\nTo mend it: .+"));
}

TEST(Seccomp, ThatHidesClone3SaysSo) {
  const std::string text = in_fork([] {
    refuse_call(SYS_clone3, ENOSYS);
    const PairNet net;
  });
  EXPECT_THAT(text, MatchesRegex("Unsupported: pair.h:[0-9]+: this machine gives no user "
                                 "namespace: clone3\\(\\): Function "
                                 "not implemented \\(ENOSYS\\)\nTo mend it: .*Linux 5.3.*"));
}

TEST(Seccomp, ThatRefusesSethostnameHasProgramsSeeTheMachines) {
  EXPECT_EQ(in_fork([] {
              std::array<char, 65> name{};
              (void)::gethostname(name.data(), name.size());
              refuse_call(SYS_sethostname, EPERM);
              const PairNet net;
              const std::string seen = net.a.exec({"uname", "-n"}).out;
              if (seen != name.data() + std::string("\n")) throw std::runtime_error(seen);
            }),
            "no exception");
}

TEST(Seccomp, ThatRefusesUnshareSaysSo) {
  const std::string text = in_fork([] {
    refuse_call(SYS_unshare, EPERM);
    const PairNet net;
  });
  EXPECT_THAT(text, MatchesRegex("Unsupported: pair.h:[0-9]+: this machine gives no network "
                                 "namespace: unshare\\(CLONE_NEWNET\\): Operation not permitted "
                                 "\\(EPERM\\)\nTo mend it: .+"));
}

TEST(Seccomp, ThatRefusesRawSocketsFailsThePingAlone) {
  const std::string text = in_fork([] {
    refuse_raw_socket(AF_INET, EPERM);
    const PairNet net;
    if (net.a.links().size() != 2) throw std::runtime_error("links");
    (void)net.a.ping("10.0.0.2");
  });
  EXPECT_THAT(text, MatchesRegex("Unsupported: seccomp_test.cc:[0-9]+: this machine gives no raw "
                                 "sockets in a node: socket\\(2, [0-9]+, 1\\): Operation not "
                                 "permitted \\(EPERM\\)\nTo mend it: .+"));
}

TEST(Seccomp, ThatRefusesRawSocketsLeavesTheOtherFamily) {
  EXPECT_EQ(in_fork([] {
              refuse_raw_socket(AF_INET, EPERM);
              const PairNet net;
              if (net.a.ping("fd00::2").received != 1) throw std::runtime_error("no echo");
            }),
            "no exception");
}

}  // namespace
