// Each matcher: a pass, a fail, and its texts.
#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;

namespace {

Route a_route() {
  return {.to = "10.0.0.0/8",
          .via = "10.9.9.9",
          .dev = "eth0",
          .table = 100,
          .proto = "bgp",
          .scope = "global",
          .src = "10.9.9.1",
          .metric = 20,
          .mtu = 1300};
}

Link a_link() {
  return {.name = "eth0",
          .up = true,
          .lower_up = true,
          .mtu = 1500,
          .qdisc = "noqueue",
          .master = "br0",
          .state = OperState::kUp,
          .type = "ether",
          .mac = "02:00:00:00:00:01",
          .kind = "veth"};
}

// "has mtu that is equal to 1400; which has mtu 1500": what it expects, and what it says of a value
// that fails it; "passes" of one that does not.
template <class T, class M>
std::string verdict(const T& value, M matcher) {
  const Matcher<const T&> m = matcher;
  StringMatchResultListener listener;
  if (m.MatchAndExplain(value, &listener)) return "passes";
  return DescribeMatcher<const T&>(m) + "; " + listener.str();
}

TEST(Matchers, OfFieldsPassForTheValueAndForAMatcher) {
  EXPECT_THAT(a_route(),
              AllOf(To("10.0.0.0/8"), Via("10.9.9.9"), Dev("eth0"), Table(100), Proto("bgp"),
                    Scope("global"), Src("10.9.9.1"), Metric(20u), Type("unicast"), Mtu(1300)));
  EXPECT_THAT(a_route(), AllOf(To(Not(Prefix("10.0.0.0/9"))), Via(_), Metric(Lt(21u))));
  EXPECT_THAT(a_link(), AllOf(Named("eth0"), Mtu(Ge(1400)), Qdisc("noqueue"), Master("br0"),
                              State(OperState::kUp), Type("ether"), Mac("02:00:00:00:00:01"),
                              Kind("veth"), IsUp()));
  EXPECT_THAT((InterfaceAddress{.address = "10.0.0.1/24", .scope = "global", .dev = "eth0"}),
              AllOf(Inet("10.0.0.1/24"), Scope("global"), Dev("eth0")));
  EXPECT_THAT((ProbeReport{.ttl = 63}), Ttl(63));
}

TEST(Matchers, OfARoutesFieldsSayWhatTheFieldIs) {
  const Route r = a_route();
  EXPECT_EQ(verdict(r, To("10.0.0.0/9")),
            "has to that is equal to 10.0.0.0/9; which has to 10.0.0.0/8");
  EXPECT_EQ(verdict(r, Via("10.9.9.8")),
            "has via that is equal to 10.9.9.8; which has via 10.9.9.9");
  EXPECT_EQ(verdict(r, Dev("eth1")), "has dev that is equal to \"eth1\"; which has dev \"eth0\"");
  EXPECT_EQ(verdict(r, Table(254)), "has table that is equal to 254; which has table 100");
  EXPECT_EQ(verdict(r, Proto("kernel")), "has proto that is equal to kernel; which has proto bgp");
  EXPECT_EQ(verdict(r, Scope("link")),
            "has scope that is equal to \"link\"; which has scope \"global\"");
  EXPECT_EQ(verdict(r, Src("10.9.9.2")),
            "has src that is equal to 10.9.9.2; which has src 10.9.9.1");
  EXPECT_EQ(verdict(r, Metric(Gt(20u))), "has metric that is > 20; which has metric 20");
  EXPECT_EQ(verdict(r, Type("blackhole")),
            "has type that is equal to \"blackhole\"; which has type \"unicast\"");
  EXPECT_EQ(verdict(r, Mtu(1500)), "has mtu that is equal to 1500; which has mtu 1300");
}

TEST(Matchers, OfAFieldThatIsNotThereSaySo) {
  const Route bare{.to = "10.0.0.0/8"};
  EXPECT_EQ(verdict(bare, Via(_)), "has via that is anything; which has no via");
  EXPECT_EQ(verdict(bare, Metric(20u)), "has metric that is equal to 20; which has no metric");
  EXPECT_EQ(verdict(ProbeReport(), Ttl(64)), "has ttl that is equal to 64; which has no ttl");
}

TEST(Matchers, OfALinksFieldsSayWhatTheFieldIs) {
  const Link l = a_link();
  EXPECT_EQ(verdict(l, Named("eth1")),
            "has name that is equal to \"eth1\"; which has name \"eth0\"");
  EXPECT_EQ(verdict(l, Qdisc("noop")),
            "has qdisc that is equal to \"noop\"; which has qdisc \"noqueue\"");
  EXPECT_EQ(verdict(l, Master("")), "has master that is equal to \"\"; which has master \"br0\"");
  EXPECT_EQ(verdict(l, State(OperState::kDown)),
            "has state that is equal to DOWN; which has state UP");
  EXPECT_EQ(verdict(l, Mac("02:00:00:00:00:02")),
            "has mac that is equal to \"02:00:00:00:00:02\"; which has mac \"02:00:00:00:00:01\"");
  EXPECT_EQ(verdict(l, Kind("bridge")),
            "has kind that is equal to \"bridge\"; which has kind \"veth\"");
}

TEST(Matchers, OfFieldsNegatedSayWhatMustNotBe) {
  EXPECT_EQ(DescribeMatcher<const Route&>(Not(Dev("eth0"))),
            "has no dev that is equal to \"eth0\"");
}

TEST(Matchers, OfALinksStateSayHowItIs) {
  Link down = a_link();
  down.up = down.lower_up = false;
  down.state = OperState::kDown;
  Link without_carrier = a_link();
  without_carrier.lower_up = false;
  without_carrier.state = OperState::kLowerLayerDown;
  EXPECT_EQ(verdict(a_link(), IsUp()), "passes");
  EXPECT_EQ(verdict(down, IsDown()), "passes");
  EXPECT_EQ(verdict(down, IsUp()), "is up; which is down, state DOWN");
  EXPECT_EQ(verdict(without_carrier, IsUp()),
            "is up; which is up, without carrier, state LOWERLAYERDOWN");
  EXPECT_EQ(verdict(a_link(), IsDown()), "is down; which is up, with carrier, state UP");
}

ProbeReport with(std::vector<Echo> echoes) {
  ProbeReport report{.to = "10.0.0.2", .echoes = std::move(echoes)};
  for (const Echo& echo : report.echoes) {
    if (!echo.error) ++report.sent;
    else report.error = echo.error;
    if (echo.rtt) ++report.received;
    if (echo.icmp) report.icmp = echo.icmp;
  }
  return report;
}

const Echo kReply{.rtt = std::chrono::microseconds(40)};
const Echo kSilence{};
const Echo kNoNet{.error = ENETUNREACH};
const Echo kNoRoute{.icmp =
                        IcmpAnswer{.error = IcmpError::kNoRoute, .type = 3, .from = "10.0.1.1"}};

TEST(ProbeMatchers, TellTheFourThingsApart) {
  const std::vector<ProbeReport> reports = {with({kReply}), with({kSilence}), with({kNoNet}),
                                            with({kNoRoute})};
  const std::vector<Matcher<const ProbeReport&>> matchers = {
      Replies(), GetsNoAnswer(), FailsWith(ENETUNREACH), GetsIcmp(IcmpError::kNoRoute)};
  for (std::size_t i = 0; i < reports.size(); ++i)
    for (std::size_t j = 0; j < matchers.size(); ++j)
      EXPECT_EQ(matchers[j].Matches(reports[i]), i == j) << PrintToString(reports[i]);
}

TEST(ProbeMatchers, AskForEachReplyAndForOneIcmpError) {
  EXPECT_THAT(with({kReply, kReply}), Replies());
  EXPECT_THAT(with({kReply, kSilence}), Not(Replies()));
  EXPECT_THAT(with({kReply, kSilence}), Not(GetsNoAnswer()));
  EXPECT_THAT(with({kNoNet, kNoNet}), FailsWith(ENETUNREACH));
  EXPECT_THAT(with({kNoNet, kSilence}), Not(FailsWith(ENETUNREACH)));
  EXPECT_THAT(with({kNoRoute, kSilence, kSilence}), GetsIcmp(IcmpError::kNoRoute, "10.0.1.1"));
  EXPECT_THAT(with({kNoRoute, kReply}), Not(GetsIcmp(IcmpError::kNoRoute)));
  EXPECT_THAT(with({kNoRoute}), Not(GetsIcmp(IcmpError::kNoRoute, "10.0.1.2")));
  EXPECT_THAT(with({kNoRoute}), Not(GetsIcmp(IcmpError::kTtlExceeded)));
  EXPECT_THAT(with({kNoNet}), Not(FailsWith(EHOSTUNREACH)));
  EXPECT_THAT(with({}), Not(AnyOf(Replies(), GetsNoAnswer(), FailsWith(0))));
}

TEST(ProbeMatchers, DoNotTakeAnAnswerFromSomebodyElse) {
  ProbeReport report = with({kReply});
  report.answered_by = "r";
  EXPECT_THAT(report, Not(Replies()));
}

TEST(ProbeMatchers, SayWhatTheyExpect) {
  const auto words = [](const Matcher<const ProbeReport&>& m) {
    return DescribeMatcher<const ProbeReport&>(m) + " / " +
           DescribeMatcher<const ProbeReport&>(Not(m));
  };
  EXPECT_EQ(words(Replies()), "is answered / isn't answered");
  EXPECT_EQ(words(GetsNoAnswer()), "gets no answer at all / gets some answer");
  EXPECT_EQ(words(FailsWith(ENETUNREACH)),
            "fails at once with ENETUNREACH (Network is unreachable) / doesn't fail at once with "
            "ENETUNREACH (Network is unreachable)");
  EXPECT_EQ(words(GetsIcmp(IcmpError::kNoRoute)), "gets ICMP no route / doesn't get ICMP no route");
  EXPECT_EQ(
      words(GetsIcmp(IcmpError::kNoRoute, "10.0.1.1")),
      "gets ICMP no route from one that is equal to 10.0.1.1 / doesn't get ICMP no route from "
      "one that is equal to 10.0.1.1");
}

TEST(ProbeMatchers, FailWithAReportInOneLine) {
  EXPECT_EQ(PrintToString(with({kSilence})), "0 of 1 echo to 10.0.0.2 answered, no answer in 0 s");
  EXPECT_EQ(PrintToString(with({kReply, kSilence})),
            "1 of 2 echoes to 10.0.0.2 answered, no further answer in 0 s");
  EXPECT_EQ(PrintToString(with({kNoRoute})),
            "0 of 1 echo to 10.0.0.2 answered, ICMP no route (type 3, code 0) from 10.0.1.1");
  EXPECT_EQ(PrintToString(with({kNoNet})),
            "0 of 1 echo to 10.0.0.2 answered, ENETUNREACH (Network is unreachable) on this node");
}

}  // namespace
