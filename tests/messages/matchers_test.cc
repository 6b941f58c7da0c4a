// Matchers of more than one field: a pass, a fail, and their texts.
#include "verdict.h"

#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;

namespace {

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
