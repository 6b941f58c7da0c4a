// What a list that does not match looks like: the table as `ip` prints it, with the entries marked that
// came nearest, or that should not be there.
#include "failure_of.h"

#include <vethlab/vethlab.h>

#include <thread>

using namespace testing;
using namespace vethlab;

namespace {

std::vector<Route> some_routes() {
  return {
      {.to = "default", .via = "10.0.0.1", .dev = "eth0"},
      {.to = "10.0.3.0/24", .via = "10.0.0.2", .dev = "eth0"},
      {.to = "10.0.0.0/24", .dev = "eth0", .proto = "kernel", .scope = "link", .src = "10.0.0.5"}};
}

TEST(Tables, OfContainsMarkTheNearestAndSayWhatDiffers) {
  EXPECT_EQ(
      failure_of(
          [] { EXPECT_THAT(some_routes(), Contains(AllOf(To("10.0.3.0/24"), Via("10.0.0.9")))); }),
      "Value of: some_routes()\n"
      "Expected: contains at least one element that (has to 10.0.3.0/24) and (has via 10.0.0.9)\n"
      "  Actual: \n"
      "    default via 10.0.0.1 dev eth0\n"
      "  > 10.0.3.0/24 via 10.0.0.2 dev eth0    nearest: has via 10.0.0.2\n"
      "    10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5");
}

TEST(Tables, OfContainsAskAllConditionsInWhateverOrderTheyStand) {
  EXPECT_EQ(actual_of([] {
              EXPECT_THAT(some_routes(), Contains(AllOf(Dev("eth1"), Metric(5), To("10.0.3.0/24"),
                                                        Not(Via("10.0.0.1")))));
            }),
            "  Actual: \n"
            "    default via 10.0.0.1 dev eth0\n"
            "  > 10.0.3.0/24 via 10.0.0.2 dev eth0    nearest: has dev eth0, has no metric\n"
            "    10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5");
}

TEST(Tables, OfContainsMarkNoneWhereAllAreAsFar) {
  EXPECT_EQ(actual_of([] { EXPECT_THAT(some_routes(), Contains(To("10.0.9.0/24"))); }),
            "  Actual: \n"
            "    default via 10.0.0.1 dev eth0\n"
            "    10.0.3.0/24 via 10.0.0.2 dev eth0\n"
            "    10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5");
  EXPECT_EQ(actual_of([] {
              EXPECT_THAT(some_routes(), Contains(AllOf(Dev("eth0"), To("10.0.9.0/24"))));
            }),
            "  Actual: \n"
            "    default via 10.0.0.1 dev eth0\n"
            "    10.0.3.0/24 via 10.0.0.2 dev eth0\n"
            "    10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5");
}

TEST(Tables, OfSeveralContainsAreMarkedForTheOneThatFails) {
  EXPECT_EQ(
      actual_of([] {
        EXPECT_THAT(some_routes(), AllOf(Contains(AllOf(To("default"), Via("10.0.0.1"))),
                                         Contains(AllOf(To("10.0.0.0/24"), Dev("eth1")))));
      }),
      "  Actual: \n"
      "    default via 10.0.0.1 dev eth0\n"
      "    10.0.3.0/24 via 10.0.0.2 dev eth0\n"
      "  > 10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5    nearest: has dev eth0");
}

TEST(Tables, OfElementsAreMarkTheFirstThatDiffers) {
  EXPECT_EQ(actual_of([] {
              EXPECT_THAT(some_routes(), ElementsAre(To("default"), Via("10.0.0.9"), Dev("eth0")));
            }),
            "  Actual: \n"
            "    default via 10.0.0.1 dev eth0\n"
            "  > 10.0.3.0/24 via 10.0.0.2 dev eth0    doesn't match: has via 10.0.0.2\n"
            "    10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5");
  EXPECT_EQ(actual_of([] { EXPECT_THAT(some_routes(), ElementsAre(To("default"), Src(_))); }),
            "  Actual: \n"
            "    default via 10.0.0.1 dev eth0\n"
            "  > 10.0.3.0/24 via 10.0.0.2 dev eth0    doesn't match: has no src\n"
            "    10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5\n"
            "  which has 3 elements");
}

TEST(Tables, OfUnorderedElementsAreMarkThoseThatNobodyExpects) {
  EXPECT_EQ(
      actual_of([] {
        EXPECT_THAT(some_routes(), UnorderedElementsAre(AllOf(To("10.0.0.0/24"), Dev("eth0")),
                                                        AllOf(To("default"), Via("10.0.0.1"))));
      }),
      std::string("  Actual: \n"
                  "    default via 10.0.0.1 dev eth0\n"
                  "  > 10.0.3.0/24 via 10.0.0.2 dev eth0    doesn't match: has to 10.0.3.0/24\n"
                  "    10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5\n"
                  "  which has 3 elements") +
          (gtest_words::kExplainsAll
               ? "\n  \n  and where the following elements don't match any matchers:\n  element "
                 "#1: 10.0.3.0/24 via 10.0.0.2 dev eth0"
               : ""));
  EXPECT_EQ(actual_of([] {
              EXPECT_THAT(some_routes(),
                          UnorderedElementsAre(To("10.0.0.0/24"), To("default"),
                                               AllOf(To("10.0.3.0/24"), Via("10.0.0.9"))));
            }),
            "  Actual: \n"
            "    default via 10.0.0.1 dev eth0\n"
            "  > 10.0.3.0/24 via 10.0.0.2 dev eth0    doesn't match: has via 10.0.0.2\n"
            "    10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5\n"
            "  where the following matchers don't match any elements:\n"
            "  matcher #2: (has to 10.0.3.0/24) and (has via 10.0.0.9)\n"
            "  and where the following elements don't match any matchers:\n"
            "  element #1: 10.0.3.0/24 via 10.0.0.2 dev eth0");
}

TEST(Tables, OfEachMarkTheFirstThatIsNotSo) {
  EXPECT_EQ(
      actual_of([] { EXPECT_THAT(some_routes(), Each(Via(_))); }),
      "  Actual: \n"
      "    default via 10.0.0.1 dev eth0\n"
      "    10.0.3.0/24 via 10.0.0.2 dev eth0\n"
      "  > 10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5    doesn't match: has no "
      "via");
}

TEST(Tables, OfNotContainsMarkTheOneThatIsThere) {
  EXPECT_EQ(actual_of([] { EXPECT_THAT(some_routes(), Not(Contains(Via("10.0.0.2")))); }),
            "  Actual: \n"
            "    default via 10.0.0.1 dev eth0\n"
            "  > 10.0.3.0/24 via 10.0.0.2 dev eth0    matches: has via 10.0.0.2\n"
            "    10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5");
}

TEST(Tables, OfNotEachMarkNone) {
  EXPECT_EQ(actual_of([] { EXPECT_THAT(some_routes(), Not(Each(Dev("eth0")))); }),
            "  Actual: \n"
            "    default via 10.0.0.1 dev eth0\n"
            "    10.0.3.0/24 via 10.0.0.2 dev eth0\n"
            "    10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5");
}

TEST(Tables, OfAWrongSizeAreWhole) {
  EXPECT_EQ(actual_of([] {
              EXPECT_THAT(some_routes(), AllOf(Contains(To("10.0.3.0/24")), SizeIs(Ge(9))));
            }),
            "  Actual: \n"
            "    default via 10.0.0.1 dev eth0\n"
            "    10.0.3.0/24 via 10.0.0.2 dev eth0\n"
            "    10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5\n"
            "  whose size 3 doesn't match");
  EXPECT_EQ(actual_of([] { EXPECT_THAT(std::vector<Route>(), Contains(To("default"))); }),
            "  Actual: (none)");
  EXPECT_EQ(actual_of([] { EXPECT_THAT(std::vector<Route>(), SizeIs(1)); }),
            "  Actual: (none), whose size 0 doesn't match");
}

TEST(Tables, HearMatchersOfTheTestsOwn) {
  const auto is_new = Truly([](const Route& route) { return route.metric == 7; });
  EXPECT_EQ(actual_of([&] {
              EXPECT_THAT(some_routes(),
                          Contains(AllOf(Field("dev", &Route::dev, "eth0"), is_new, Src(_))));
            }),
            "  Actual: \n"
            "    default via 10.0.0.1 dev eth0\n"
            "    10.0.3.0/24 via 10.0.0.2 dev eth0\n"
            "  > 10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5    nearest: didn't "
            "satisfy the given predicate");
}

// ---- Nothing is left of one assertion for the next.

TEST(Tables, ArePlainWherePrintedAlone) {
  const std::vector<Route> routes = some_routes();
  const std::string before = PrintToString(routes);
  EXPECT_THAT(failure_of([&] { EXPECT_THAT(routes, Contains(AllOf(To("default"), Dev("x")))); }),
              HasSubstr("nearest"));
  EXPECT_EQ(PrintToString(routes), before);
  StringMatchResultListener listener;
  EXPECT_FALSE(ExplainMatchResult(Contains(AllOf(To("default"), Dev("x"))), routes, &listener));
  EXPECT_EQ(PrintToString(routes), before);
}

TEST(Tables, AreTheSameAfterAMatcherThatThrows) {
  const auto throws = Truly([](const Route& route) -> bool {
    if (route.dev == "eth0") throw std::runtime_error("thrown");
    return false;
  });
  const auto text = [] { return actual_of([] { EXPECT_THAT(some_routes(), Each(Via(_))); }); };
  const std::string before = text();
  EXPECT_THROW(EXPECT_THAT(some_routes(), Not(Contains(AllOf(To("default"), throws)))),
               std::runtime_error);
  EXPECT_EQ(text(), before);
}

TEST(Tables, AreEachThreadsOwn) {
  std::vector<std::string> texts(8);
  {
    std::vector<std::jthread> threads;
    threads.reserve(texts.size());
    for (std::string& text : texts)
      threads.emplace_back([&text] {
        text = actual_of([] {
          EXPECT_THAT(some_routes(), Contains(AllOf(To("10.0.3.0/24"), Via("10.0.0.9"))));
        });
      });
  }
  EXPECT_THAT(texts, Each("  Actual: \n"
                          "    default via 10.0.0.1 dev eth0\n"
                          "  > 10.0.3.0/24 via 10.0.0.2 dev eth0    nearest: has via 10.0.0.2\n"
                          "    10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5"));
}

TEST(Tables, AreShownInAClosureToo) {
  Lab lab;
  Node& a = lab.add_node("a");
  EXPECT_THAT(failure_of([&] {
                a.run([] {
                  EXPECT_THAT(some_routes(), Contains(AllOf(To("10.0.3.0/24"), Via("10.0.0.9"))));
                });
              }),
              HasSubstr("\n  > 10.0.3.0/24 via 10.0.0.2 dev eth0    nearest: has via 10.0.0.2\n"));
}

}  // namespace
