// Which of the kernel's counters are of what goes wrong, of the texts in /proc/net.
#include <vethlab/diagnosis/counters.h>

#include <gmock/gmock.h>

using namespace testing;
using namespace vethlab::diagnosis;

namespace {

TEST(Counters, OfErrorsHaveTheNamesThatNstatGivesThem) {
  EXPECT_THAT(counters_of_errors("Ip: Forwarding InReceives InDiscards OutNoRoutes\n"
                                 "Ip: 1 100 2 3\n"
                                 "TcpExt: DelayedACKs ListenDrops IPReversePathFilter\n"
                                 "TcpExt: 4 5 6\n"
                                 "Ip6InReceives                   	7\n"
                                 "Ip6InNoRoutes                   	8\n"
                                 "XfrmInPolBlock          	9\n",
                                 "eth0"),
              ElementsAre(Pair("IpInDiscards", 2), Pair("IpOutNoRoutes", 3), Pair("ListenDrops", 5),
                          Pair("IPReversePathFilter", 6), Pair("Ip6InNoRoutes", 8),
                          Pair("XfrmInPolBlock", 9)));
}

TEST(Counters, OfAnInterfaceAreThisOnes) {
  const char* const text =
      "Inter-|   Receive                                                |  Transmit\n"
      " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs "
      "drop "
      "fifo colls carrier compressed\n"
      "    lo:       1       1    1    1    0     0          0         0        1       1    1    "
      "1  "
      "  0     0       0          0\n"
      "  eth0:     840      10    2    3    0     0          0         0      940      11    4    "
      "5  "
      "  0     0       0          0\n";
  EXPECT_THAT(counters_of_errors(text, "eth0"),
              ElementsAre(Pair("eth0 rx_errors", 2), Pair("eth0 rx_dropped", 3),
                          Pair("eth0 tx_errors", 4), Pair("eth0 tx_dropped", 5)));
  EXPECT_THAT(counters_of_errors(text, "eth1"), IsEmpty());
}

TEST(Counters, OfNoSenseAreNone) {
  EXPECT_THAT(counters_of_errors("", "eth0"), IsEmpty());
  EXPECT_THAT(counters_of_errors("Ip: InDiscards", "eth0"), IsEmpty());
  EXPECT_THAT(counters_of_errors("Ip: InDiscards\nIp:\n", "eth0"), IsEmpty());
  EXPECT_THAT(counters_of_errors("XfrmInError x\neth0: 1\n", "eth0"), IsEmpty());
}

}  // namespace
