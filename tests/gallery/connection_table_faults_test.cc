// A node whose table of tracked connections is full. It is filled by hand, up to the machine's own limit: that
// is the same for all namespaces, and only the machine's own may change it.
#include "why.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <vector>

using namespace testing;
using namespace vethlab;
using namespace gallery;

namespace {

// Netlink's messages, one after the other.
class Messages {
 public:
  void begin(std::uint16_t type, std::uint16_t flags) {
    message_ = bytes_.size();
    put(nlmsghdr{
        .nlmsg_len = 0, .nlmsg_type = type, .nlmsg_flags = flags, .nlmsg_seq = 0, .nlmsg_pid = 0});
    put(nfgenmsg{.nfgen_family = AF_INET, .version = NFNETLINK_V0, .res_id = 0});
  }
  void end() { set_length<std::uint32_t>(message_); }
  template <class T>
  void attribute(int type, T value) {
    const std::size_t at = open(type, 0);
    put(value);
    close(at);
  }
  std::size_t open(int type, int flags = NLA_F_NESTED) {
    const std::size_t at = bytes_.size();
    put(nlattr{.nla_len = 0, .nla_type = static_cast<std::uint16_t>(type | flags)});
    return at;
  }
  void close(std::size_t at) {
    set_length<std::uint16_t>(at);
    bytes_.resize((bytes_.size() + 3) / 4 * 4);
  }
  [[nodiscard]] const std::vector<char>& bytes() const { return bytes_; }

 private:
  template <class T>
  void put(const T& value) {
    const auto* const begin = reinterpret_cast<const char*>(&value);
    bytes_.insert(bytes_.end(), begin, begin + sizeof value);
  }
  template <class T>
  void set_length(std::size_t at) {
    const T length = static_cast<T>(bytes_.size() - at);
    std::memcpy(&bytes_[at], &length, sizeof length);
  }

  std::vector<char> bytes_;
  std::size_t message_ = 0;
};

void tuple(Messages& messages, int type, std::uint32_t src, std::uint32_t dst) {
  const std::size_t at = messages.open(type);
  const std::size_t ip = messages.open(CTA_TUPLE_IP);
  messages.attribute(CTA_IP_V4_SRC, htonl(src));
  messages.attribute(CTA_IP_V4_DST, htonl(dst));
  messages.close(ip);
  const std::size_t protocol = messages.open(CTA_TUPLE_PROTO);
  messages.attribute(CTA_PROTO_NUM, static_cast<std::uint8_t>(IPPROTO_UDP));
  messages.attribute(CTA_PROTO_SRC_PORT, htons(7));
  messages.attribute(CTA_PROTO_DST_PORT, htons(7));
  messages.close(protocol);
  messages.close(at);
}

// = conntrack -I, of one that the kernel does not give up for another's sake (ASSURED).
void connection(Messages& messages, std::uint32_t number) {
  constexpr std::uint32_t kStatus = 0x2 | 0x4 | 0x8;  // SEEN_REPLY, ASSURED, CONFIRMED
  const std::uint32_t client = (192U << 24) + number;
  const std::uint32_t server = (10U << 24) + 1;
  messages.begin((NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_NEW, NLM_F_REQUEST | NLM_F_CREATE);
  tuple(messages, CTA_TUPLE_ORIG, client, server);
  tuple(messages, CTA_TUPLE_REPLY, server, client);
  messages.attribute(CTA_TIMEOUT, htonl(600));
  messages.attribute(CTA_STATUS, htonl(kStatus));
  messages.end();
}

// Why the kernel took no more; 0 where it took all.
int fill(const UniqueFd& socket, std::uint32_t count) {
  constexpr std::uint32_t kAtOnce = 300;
  for (std::uint32_t number = 0; number < count;) {
    Messages messages;
    for (std::uint32_t i = 0; i < kAtOnce; ++i) connection(messages, number++);
    if (::send(socket.get(), messages.bytes().data(), messages.bytes().size(), 0) < 0) return errno;
    alignas(nlmsghdr) std::array<char, 4096> answer{};  // only of what it did not take
    if (::recv(socket.get(), answer.data(), answer.size(), MSG_DONTWAIT) > 0)
      return -reinterpret_cast<nlmsgerr*>(NLMSG_DATA(reinterpret_cast<nlmsghdr*>(answer.data())))
                  ->error;
  }
  return 0;
}

struct ConnectionTableFault : Line {
  // False: the test is skipped.
  static bool fill_table(Node& node) {
    std::uint32_t most = 0;
    std::ifstream("/proc/sys/net/netfilter/nf_conntrack_max") >> most;
    constexpr std::uint32_t kMost = 600000;  // a machine that has more takes too long
    [&] {
      if (most == 0 || most > kMost)
        GTEST_SKIP() << "net.netfilter.nf_conntrack_max = " << most << ": too large to be filled";
      // Of what is not ASSURED the kernel gives one up when it likes, and then has room for one.
      node.forget_connections();
      const UniqueFd socket = node.socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
      EXPECT_EQ(fill(socket, most + 1000), ENOMEM) << "of " << most;
    }();
    return !IsSkipped();
  }
  static void track(Node& node, const std::string& hook) {
    node.nft("table inet t { chain c { type filter hook " + hook +
             " priority 0; ct state new accept; }; }");
  }
};

std::string full(const std::string& node) {
  return node +
         "'s table of connections is full \\(net.netfilter.nf_conntrack_max = [0-9]+\\): it "
         "drops what would begin one";
}

TEST_F(ConnectionTableFault, OfTheRouter) {
  track(r, "prerouting");
  ASSERT_REACHABLE(a, b);
  if (!fill_table(r)) return;
  EXPECT_THAT(fault_of(), MatchesRegex(full("r")));
}

TEST_F(ConnectionTableFault, OfTheServer) {
  track(b, "prerouting");
  ASSERT_REACHABLE(a, b);
  if (!fill_table(b)) return;
  EXPECT_THAT(fault_of(), MatchesRegex(full("b")));
}

TEST_F(ConnectionTableFault, OfTheSource) {
  track(a, "output");
  ASSERT_REACHABLE(a, b);
  if (!fill_table(a)) return;
  EXPECT_THAT(fault_of(), MatchesRegex(full("a")));
}

}  // namespace
