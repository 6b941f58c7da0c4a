#include <vethlab/expect/packet_matchers.h>

#include <linux/if_ether.h>
#include <netinet/in.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace vethlab {
namespace {

using internal::TableHearing;
using testing::MatchResultListener;

class HasFlagsMatcher {
 public:
  using is_gtest_matcher = void;
  explicit HasFlagsMatcher(TcpFlags flags) : flags_(flags) {}
  bool MatchAndExplain(const Packet& packet, MatchResultListener* listener) const {
    if (!packet.flags) *listener << "which has no flags";
    else *listener << "which has flags " << *packet.flags;
    return packet.flags && packet.flags->contains(flags_);
  }
  void DescribeTo(std::ostream* os) const { *os << "has flags " << flags_ << " at least"; }
  void DescribeNegationTo(std::ostream* os) const { *os << "has not all of flags " << flags_; }

 private:
  TcpFlags flags_;
};

// "is TCP": by what the packet says it is.
class IsMatcher {
 public:
  using is_gtest_matcher = void;
  IsMatcher(const char* word, bool (*is)(const Packet&)) : word_(word), is_(is) {}
  bool MatchAndExplain(const Packet& packet, MatchResultListener* listener) const {
    if (is_(packet)) return true;
    *listener << "which is not " << word_;
    return false;
  }
  void DescribeTo(std::ostream* os) const { *os << "is " << word_; }
  void DescribeNegationTo(std::ostream* os) const { *os << "is not " << word_; }

 private:
  const char* word_;
  bool (*is_)(const Packet&);
};

class CarriesMatcher {
 public:
  using is_gtest_matcher = void;
  explicit CarriesMatcher(std::string_view bytes) : bytes_(bytes) {}
  bool MatchAndExplain(const Packet& packet, MatchResultListener* listener) const {
    const auto same = [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); };
    const auto found = std::search(packet.payload.begin(), packet.payload.end(), bytes_.begin(),
                                   bytes_.end(), same);
    if (found != packet.payload.end() || bytes_.empty()) {
      *listener << "which carries it at byte " << found - packet.payload.begin();
      return true;
    }
    if (packet.cut())
      throw std::runtime_error(fmt::format(
          "nobody knows whether a packet carries {}: it was cut after {} of {} bytes: "
          "{}",
          testing::PrintToString(bytes_), packet.bytes.size(), packet.length, packet.summary));
    *listener << "which carries " << packet.payload.size() << " bytes without it";
    return false;
  }
  void DescribeTo(std::ostream* os) const { *os << "carries " << testing::PrintToString(bytes_); }
  void DescribeNegationTo(std::ostream* os) const {
    *os << "does not carry " << testing::PrintToString(bytes_);
  }

 private:
  std::string bytes_;
};

using Such = testing::Matcher<const Packet&>;

bool matches_unheard(const Such& such, const Packet& packet) {
  const TableHearing::Unheard unheard;
  return such.Matches(packet);
}

// To who listens, if anybody does.
void tell_nearest(const Such& such, std::span<const Packet> packets) {
  TableHearing* const hearing = TableHearing::current();
  if (hearing == nullptr) return;
  for (const Packet& packet : packets) (void)such.Matches(packet);
  hearing->looked_for_one();
}

class SeesMatcher {
 public:
  using is_gtest_matcher = void;
  explicit SeesMatcher(std::vector<testing::Matcher<const Packet&>> steps)
      : steps_(std::move(steps)) {}

  bool MatchAndExplain(const internal::PacketList& packets, MatchResultListener* listener) const {
    auto next = packets.begin();
    for (std::size_t step = 0; step < steps_.size(); ++step) {
      const auto found = std::find_if(next, packets.end(), [&](const Packet& packet) {
        return matches_unheard(steps_[step], packet);
      });
      if (found == packets.end()) {
        *listener << "which has none for step " << step + 1;
        if (next != packets.begin()) *listener << " after " << *std::prev(next);
        tell_nearest(steps_[step], {next, packets.end()});
        return false;
      }
      next = found + 1;
    }
    return true;
  }
  void DescribeTo(std::ostream* os) const { describe(os, "sees, in this order,"); }
  void DescribeNegationTo(std::ostream* os) const { describe(os, "does not see, in this order,"); }

 private:
  void describe(std::ostream* os, const char* verb) const {
    *os << verb;
    for (std::size_t step = 0; step < steps_.size(); ++step) {
      *os << (step == 0 ? "" : ",") << " " << step + 1 << ") one that ";
      steps_[step].DescribeTo(os);
    }
  }

  std::vector<testing::Matcher<const Packet&>> steps_;
};

class SeesNoMatcher {
 public:
  using is_gtest_matcher = void;
  explicit SeesNoMatcher(testing::Matcher<const Packet&> such) : such_(std::move(such)) {}

  bool MatchAndExplain(const internal::PacketList& packets, MatchResultListener* listener) const {
    TableHearing* const hearing = TableHearing::current();
    internal::PacketList found;
    for (const Packet& packet : packets) {
      if (!matches_unheard(such_, packet)) continue;
      found.push_back(packet);
      if (hearing != nullptr) hearing->mark(&packet, "is one");
    }
    if (found.empty()) return true;
    *listener << "which has " << found.size();
    if (hearing == nullptr) *listener << ": " << testing::PrintToString(found);
    return false;
  }
  void DescribeTo(std::ostream* os) const {
    *os << "sees none that ";
    such_.DescribeTo(os);
  }
  void DescribeNegationTo(std::ostream* os) const {
    *os << "sees one that ";
    such_.DescribeTo(os);
  }

 private:
  testing::Matcher<const Packet&> such_;
};

}  // namespace

testing::Matcher<const Packet&> HasFlags(TcpFlags flags) { return HasFlagsMatcher(flags); }

testing::Matcher<const Packet&> HasDf() {
  return internal::FlagMatcher<internal::GetDf>("marked DF");
}

testing::Matcher<const Packet&> HasMf() {
  return internal::FlagMatcher<internal::GetMf>("marked MF");
}

testing::Matcher<const Packet&> IsArp() {
  return IsMatcher("ARP", [](const Packet& p) { return p.ether_type == ETH_P_ARP; });
}
testing::Matcher<const Packet&> IsIcmp() {
  return IsMatcher("ICMP", [](const Packet& p) {
    const int protocol = p.protocol.value_or(-1);
    return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
  });
}
testing::Matcher<const Packet&> IsTcp() {
  return IsMatcher("TCP", [](const Packet& p) { return p.protocol == IPPROTO_TCP; });
}
testing::Matcher<const Packet&> IsUdp() {
  return IsMatcher("UDP", [](const Packet& p) { return p.protocol == IPPROTO_UDP; });
}

testing::Matcher<const Packet&> Carries(TextView bytes) { return CarriesMatcher(bytes); }

testing::Matcher<const internal::PacketList&> internal::sees(
    std::vector<testing::Matcher<const Packet&>> steps) {
  return SeesMatcher(std::move(steps));
}

testing::Matcher<const internal::PacketList&> SeesNo(testing::Matcher<const Packet&> such) {
  return SeesNoMatcher(std::move(such));
}

}  // namespace vethlab
