// The matchers of what a probe, an echo, an ICMP error and a program tell.
#include "expect_texts.h"

#include <vethlab/vethlab.h>

#include <csignal>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

const IcmpAnswer kTooBig{
    .error = IcmpError::kPacketTooBig, .type = 3, .code = 4, .from = "10.0.1.1", .mtu = 1280};

TEST(FieldMatchers, OfAProbesReport) {
  const ProbeReport passes{.to = "b (10.0.0.2)",
                           .sent = 3,
                           .received = 2,
                           .duplicates = 1,
                           .rtt = {40us, 50us},
                           .ttl = 63,
                           .error = ENETUNREACH,
                           .icmp = kTooBig,
                           .answered_by = "r",
                           .echoes = {{.rtt = 40us}},
                           .waited = 1000ms};
  expect_texts<ProbeReport>(
      passes, {.to = "10.0.0.3", .rtt = {20ms}, .echoes = {{}}},
      {{To("b (10.0.0.2)"), "has to \"b (10.0.0.2)\"", "doesn't have to \"b (10.0.0.2)\"",
        "which has to 10.0.0.3"},
       {Sent(3), "has sent 3", "doesn't have sent 3", "which has sent 0"},
       {Received(Ge(2)), "has received that is >= 2", "has no received that is >= 2",
        "which has received 0"},
       {Duplicates(1), "has duplicates 1", "doesn't have duplicates 1", "which has duplicates 0"},
       {Rtt(Each(Lt(10ms))), "has rtt that only contains elements that is < 10 ms",
        "has no rtt that only contains elements that is < 10 ms",
        "which has rtt 20000 us, whose element #0 doesn't match"},
       {Ttl(63), "has ttl 63", "doesn't have ttl 63", "which has no ttl"},
       {Error(ENETUNREACH), "has error ENETUNREACH", "doesn't have error ENETUNREACH",
        "which has no error"},
       {Icmp(From("10.0.1.1")), "has ICMP that has from 10.0.1.1",
        "has no ICMP that has from 10.0.1.1", "which has no ICMP"},
       {AnsweredBy("r"), "has other answerer r", "doesn't have other answerer r",
        "which has no other answerer"},
       {Echoes(Contains(Rtt(_))),
        "has echoes that contains at least one element that has rtt that is anything",
        "has no echoes that contains at least one element that has rtt that is anything",
        "which has echoes no answer"},
       {Waited(1s), "has waited 1000 ms", "doesn't have waited 1000 ms", "which has waited 0 ms"}});
}

TEST(FieldMatchers, OfAnEcho) {
  expect_texts<Echo>(
      {.rtt = 40us, .error = ENETUNREACH, .icmp = kTooBig}, {},
      {{Rtt(40us), "has rtt 40 us", "doesn't have rtt 40 us", "which has no rtt"},
       {Error(ENETUNREACH), "has error ENETUNREACH", "doesn't have error ENETUNREACH",
        "which has no error"},
       {Icmp(kTooBig), "has ICMP packet too big (type 3, code 4, mtu 1280) from 10.0.1.1",
        "doesn't have ICMP packet too big (type 3, code 4, mtu 1280) from 10.0.1.1",
        "which has no ICMP"}});
}

TEST(FieldMatchers, OfAnIcmpAnswer) {
  expect_texts<IcmpAnswer>(
      kTooBig, {.type = 1},
      {{Error(IcmpError::kPacketTooBig), "has error packet too big",
        "doesn't have error packet too big", "which has error other ICMP error"},
       {Type(3), "has type 3", "doesn't have type 3", "which has type 1"},
       {Code(4), "has code 4", "doesn't have code 4", "which has code 0"},
       {From("10.0.1.1"), "has from 10.0.1.1", "doesn't have from 10.0.1.1",
        "which has from 0.0.0.0"},
       {Mtu(1280), "has mtu 1280", "doesn't have mtu 1280", "which has no mtu"}});
}

TEST(FieldMatchers, OfAProgramsResult) {
  expect_texts<ProgramResult>(
      {.exit_code = 2, .out = "eth0\n", .err = "no", .duration = 2s},
      {.signal = SIGKILL, .err = "a b"},
      {{Exits(2), "has exit status 2", "doesn't have exit status 2", "which has no exit status"},
       {Prints("eth0\n"), "has stdout \"eth0\\n\"", "doesn't have stdout \"eth0\\n\"",
        "which has no stdout"},
       {Prints(HasSubstr("eth")), "has stdout that has substring \"eth\"",
        "has no stdout that has substring \"eth\"", "which has no stdout"},
       {Complains("no"), "has stderr no", "doesn't have stderr no", "which has stderr \"a b\""},
       {Took(Gt(1s)), "has duration that is > 1 s", "has no duration that is > 1 s",
        "which has duration 0 ms"}});
  expect_texts<ProgramResult>({.exit_code = {}, .signal = SIGKILL, .late = true}, {},
                              {{KilledBy(SIGKILL), "has deadly signal SIGKILL",
                                "doesn't have deadly signal SIGKILL", "which has no deadly signal"},
                               {IsLate(), "is late", "is not late", ""}});
}

}  // namespace
