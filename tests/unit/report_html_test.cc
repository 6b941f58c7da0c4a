// The page, as text. What a browser makes of it: messages/report_page_test.cc.
#include <vethlab/evidence/report_html.h>

#include "evidence_sample.h"

#include <gmock/gmock.h>

#include <cstddef>
#include <string>

using namespace testing;
using namespace vethlab::evidence;
using namespace std::chrono_literals;

namespace {

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

// The one after the other.
Matcher<std::string> HasInOrder(const std::vector<std::string>& parts) {
  return Truly([parts](const std::string& text) {
    std::size_t at = 0;
    for (const std::string& part : parts) {
      at = text.find(part, at);
      if (at == std::string::npos) return false;
    }
    return true;
  });
}

TEST(Report, BeginsWithTheFailureAndWhy) {
  EXPECT_THAT(
      report_html(samples::rich()),
      HasInOrder(
          {"<title>Backbone.ClientReachesServerAcrossThreeRouters failed</title>",
           "/home/dev/backbone/tests/backbone_test.cc:41", "Expected: client reaches 10.0.4.2",
           "<p>r2 has no route to 10.0.4.2: it took the echo in on eth0",
           "<pre>Path: client ─ok→ r1 ─ok→ r2 ─✗", "1 further failure", "<svg class=\"network\"",
           "id=\"timeline\"", "id=\"node-1-1\"", "id=\"files\"", "id=\"missing\""}));
}

TEST(Report, IsTheSameForTheSameEvidence) {
  EXPECT_EQ(report_html(samples::rich()), report_html(samples::rich()));
}

TEST(Report, ShowsTheBrokenHop) {
  const std::string page = report_html(samples::rich());
  EXPECT_EQ(count(page, "class=\"wire broken\""), 4U)
      << "two halves, on the wide picture and the narrow one";
  EXPECT_THAT(page, HasSubstr("✗ r2 <b>eth1</b> nothing leaves here: no route to 10.0.4.2"));
}

TEST(Report, NamesTheBrokenNodeOnce) {
  Evidence e = samples::rich();
  e.broken->node = "r1";
  e.broken->dev = "eth0";
  const auto caption = [&](const std::string& what) {
    e.broken->what = what;
    const std::string page = report_html(e);
    const auto begin = page.find("<p class=\"bad\">✗");
    return page.substr(begin, page.find('\n', begin) - begin);
  };
  EXPECT_EQ(caption("r1's firewall drops it"), "<p class=\"bad\">✗ r1&#39;s firewall drops it</p>");
  EXPECT_EQ(caption("b's eth0 is down, so that r1's has no carrier"),
            "<p class=\"bad\">✗ b&#39;s eth0 is down, so that r1&#39;s has no carrier</p>");
  EXPECT_EQ(caption("r11's firewall drops it"),
            "<p class=\"bad\">✗ r1 <b>eth0</b> r11&#39;s firewall drops it</p>");
  e.broken->dev = "";
  EXPECT_EQ(caption("its ttl is used up"), "<p class=\"bad\">✗ r1 its ttl is used up</p>");
}

TEST(Report, OfNothingIsAPage) {
  EXPECT_THAT(report_html({}), AllOf(StartsWith("<!DOCTYPE html>"), EndsWith("</html>\n"),
                                     Not(HasSubstr("<svg")), Not(HasSubstr("timeline\""))));
}

TEST(Report, OrdersTheTimelineByTime) {
  EXPECT_THAT(report_html(samples::rich()),
              HasInOrder({"<b>add_node client</b>", "<b>add_route 10.0.4.0/24 via 10.0.9.9</b>",
                          "refused: Nexthop has invalid gateway (ENETUNREACH)", "<b>spawn bgpd",
                          "bgpd 8.4.4 starting", "<summary>42 more</summary>",
                          "<b>ping 10.0.4.2</b>", "<li class=\"packet\">", "<li class=\"failure\"",
                          "<b>wait_until</b>", "under way at the failure"}));
}

TEST(Report, LeavesOutTheMiddleOfALongTimeline) {
  Evidence e;
  for (int i = 0; i < 100'000; ++i)
    e.events.push_back({.at = i * 1ms,
                        .node = "r1",
                        .source = "eth0",
                        .text = "packet " + std::to_string(i) + "."});
  const std::string page = report_html(e);
  EXPECT_THAT(page, AllOf(HasSubstr("packet 499."), Not(HasSubstr("packet 500.")),
                          HasSubstr("97000 rows left out here"), HasSubstr("packet 97500."),
                          HasSubstr("packet 99999.")));
  EXPECT_EQ(count(page, "<li class=\"packet\">"), 3000U);
}

TEST(Report, MarksWhatChangedInANode) {
  EXPECT_THAT(report_html(samples::rich()),
              AllOf(HasSubstr("<span class=\"added\">+ 10.0.3.0/24 dev eth1 proto kernel"),
                    HasSubstr("<span class=\"added\">10.0.3.0/24 dev eth1 proto kernel"),
                    HasSubstr("<span class=\"removed\">- unreachable 10.0.4.0/24"),
                    HasSubstr("<span class=\"line\">1: lo: &lt;LOOPBACK")));
}

TEST(Report, TellsWhichDaemonsEndedBadly) {
  Evidence e = samples::rich();
  e.daemons[1].end = "exit status 0";
  EXPECT_THAT(report_html(e),
              AllOf(HasSubstr("<span class=\"tag bad\">bgpd: killed by SIGSEGV</span>"),
                    HasSubstr("<span class=\"bad\">killed by SIGSEGV</span>"),
                    HasSubstr("<span class=\"quiet\">exit status 0</span>"),
                    Not(HasSubstr("bad\">exit")), Not(HasSubstr("zebra: exit"))));
}

TEST(Report, EscapesAllThatItIsTold) {
  const std::string page = report_html(samples::hostile());
  EXPECT_THAT(page, Not(HasSubstr(samples::kHostile)));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_EQ(count(page, "<script"), 1U);
  EXPECT_EQ(count(page, "</style"), 1U);
  EXPECT_THAT(page, Not(HasSubstr("\xFF")));
  EXPECT_GT(count(page, "&lt;img src="), 40U) << "is it shown, and where?";
}

TEST(Report, LinksToFilesInItsFolderAlone) {
  Evidence e;
  e.files = {
      {"javascript:alert(1)", "a trap"}, {"a b#c?.txt", "an odd name"}, {"../r1.txt", "elsewhere"}};
  const std::string page = report_html(e);
  EXPECT_THAT(page, AllOf(HasSubstr("href=\"./javascript%3Aalert%281%29\""),
                          HasSubstr("href=\"./a%20b%23c%3F.txt\"")));
}

TEST(Report, NeedsNothingFromElsewhere) {
  const std::string page = report_html(samples::rich());
  for (const char* loads : {"http:", "https:", "url(", "@import", "src=", "file:"})
    EXPECT_THAT(page, Not(HasSubstr(loads)));
  EXPECT_THAT(page, HasSubstr("content=\"default-src 'none'"));
}

// How large is the page if all texts have so many bytes, half of them markup?
std::size_t page_size(std::size_t bytes) {
  const std::string huge = std::string(bytes / 2, 'x') + "\n" + std::string(bytes / 2, '<');
  Evidence e = samples::rich();
  e.failures[0].text = e.diagnosis = e.program = e.test = huge;
  e.failures.resize(100, e.failures[0]);
  e.steps[0].verb = e.steps[1].result = e.events[0].text = huge;
  for (auto& node : e.labs[0].nodes) node.snapshot = node.difference = node.trouble = huge;
  e.daemons.resize(100, {.node = "r1", .argv = {huge}, .lines = {huge}});
  return report_html(e).size();
}

TEST(Report, OfHugeTextsCanBeOpened) {
  const std::size_t size = page_size(200'000);
  EXPECT_LT(size, 16'000'000U);
  EXPECT_LT(page_size(400'000), size + 1000) << "it does not grow with the texts";
}

TEST(Report, DoesNotDrawAThousandNodes) {
  Evidence e;
  e.labs.resize(1);
  for (std::size_t i = 0; i < 1000; ++i)
    e.labs[0].nodes.push_back(samples::node("n" + samples::number(i), {}));
  EXPECT_THAT(report_html(e), AllOf(HasSubstr("1000 nodes: too many to be drawn here."),
                                    HasSubstr("id=\"node-1-1000\"")));
}

TEST(Report, TellsSeveralLabsApart) {
  Evidence e;
  e.labs = {samples::pair(), samples::pair()};
  e.labs[0].made = "a_test.cc:1";
  e.labs[0].ended = true;
  e.labs[1].made = "a_test.cc:9";
  e.steps = {{.lab = 1, .node = "client", .verb = "ping"}};
  e.broken = BrokenHop{.lab = 1, .node = "server"};
  const std::string page = report_html(e);
  EXPECT_THAT(page, HasInOrder({"<b>Lab 1</b>, made at a_test.cc:1, as it was at its end",
                                "<b>Lab 2</b>, made at a_test.cc:9", "<rect class=\"node broken\"",
                                "<i>lab 2</i> client"}));
  EXPECT_EQ(count(page, "<rect class=\"node broken\""), 2U);
}

}  // namespace
