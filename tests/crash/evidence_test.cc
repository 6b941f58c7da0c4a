// What a test that fails leaves in its folder, and that others leave nothing: evidence_program.cc's tests.
#include "gtest_words.h"
#include "in_fork.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

using namespace testing;
using namespace vethlab;

namespace {

namespace fs = std::filesystem;

class Evidence : public Test {
 protected:
  Evidence() {
    std::string path = fs::temp_directory_path() / "vethlab-artifacts.XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("mkdtemp");
    all_ = path;
  }
  ~Evidence() override { fs::remove_all(all_); }

  // What it prints. `artifacts`: nullptr: without the variable.
  std::string run(const std::string& filter, const char* artifacts, std::string more = "") const {
    return output_of([&] {
      if (artifacts != nullptr) ::setenv("VETHLAB_ARTIFACTS", artifacts, 1);
      else ::unsetenv("VETHLAB_ARTIFACTS");
      const std::string chosen = "--gtest_filter=" + filter;
      if (more.empty()) more = "--gtest_color=no";
      ::execl(program_.c_str(), "evidence_program", chosen.c_str(), "--gtest_color=no",
              more.c_str(), nullptr);
      throw std::runtime_error("exec");
    });
  }
  [[nodiscard]] std::string run(const std::string& filter) const {
    return run(filter, all_.c_str());
  }

  static std::set<std::string> names_in(const fs::path& folder) {
    std::set<std::string> names;
    std::error_code error;
    for (const auto& each : fs::directory_iterator(folder, error))
      names.insert(each.path().filename());
    return names;
  }
  [[nodiscard]] std::string text(const fs::path& file) const {
    std::ifstream in(all_ / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  fs::path all_;
  fs::path program_ = VETHLAB_EVIDENCE_PROGRAM;
};

bool is_installed(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null").c_str()) == 0;
}

TEST_F(Evidence, IsAFolderWithAllThatIsKnown) {
  const std::string said = without_last_line_ends(run("Evidence.OfALine"));
  const std::string path = all_ / "Evidence.OfALine";
  EXPECT_THAT(said, HasSubstr("by a table that is deleted again\nEvidence: " + path + "\n"));
  EXPECT_THAT(said, HasSubstr("later\nEvidence: " + path + "\n"));
  std::set<std::string> expected = {"client.diff", "client.txt",  "diagnosis.txt", "events.txt",
                                    "failure.txt", "network.mmd", "r1.diff",       "r1.eth0.pcapng",
                                    "r1.txt",      "report.html", "server.diff",   "server.sh.log",
                                    "server.txt",  "steps.txt"};
  if (is_installed("dot")) expected.insert("network.svg");
  EXPECT_EQ(names_in(path), expected);
}

TEST_F(Evidence, HasTheFailuresAndTheSteps) {
  (void)run("Evidence.OfALine");
  EXPECT_THAT(text("Evidence.OfALine/failure.txt"),
              MatchesRegex("Evidence.OfALine, started [0-9: -]+ UTC\n\nafter [0-9.]+ s, "
                           ".*evidence_program.cc:38:\nExpected: client reaches r1 "
                           "\\(10.0.0.2\\)\n  Actual: no answer in 0.05 s \\(1 echo sent\\)\n     "
                           "Why: r1's firewall drops it: .*\n    Path: .*\n +nf_tables.*\n"
                           "\nafter [0-9.]+ s, .*evidence_program.cc:40:\nExpected equality of "
                           "these values:\n  1\n  2\nlater\n"));
  const std::string time = " +[0-9.]+ s +[0-9.]+ ms  ";
  EXPECT_THAT(
      text("Evidence.OfALine/steps.txt"),
      MatchesRegex(
          time + "\\(lab\\) +add_node client   \\(.*\\)\n" + time +
          "\\(lab\\) +add_node r1 \\(forwarding\\)   \\(.*\\)\n" + time +
          "\\(lab\\) +add_node server   \\(.*\\)\n" + time +
          "\\(lab\\) +connect client eth0 10.0.0.1/24 -- r1 eth0 10.0.0.2/24   \\(.*\\)\n" + time +
          "\\(lab\\) +connect r1 eth1 10.0.1.1/24 -- server eth0 10.0.1.2/24   \\(.*\\)\n" + time +
          "r1 +capture eth0 icmp   \\(evidence_program.cc:30\\)\n" + time +
          "client +add_route default via 10.0.0.2   \\(evidence_program.cc:31\\)\n" + time +
          "client +exec sh -c 'echo no >&2; exit 3': exit status 3: no   \\(.*:32\\)\n" + time +
          "client +set_up nosuch: refused: find interface nosuch in client: No such "
          "device   \\(evidence_program.cc:33\\)\n" +
          time + "r1 +drop icmp type echo-request   \\(evidence_program.cc:34\\)\n" + time +
          "server +spawn sh -c 'trap .*'   \\(evidence_program.cc:35\\)\n" + time +
          "client +ping r1: 0 of 1 echo to r1 \\(10.0.0.2\\) answered, no answer in "
          "0.05 s   \\(evidence_program.cc:38\\)\n" +
          time + "r1--server +drop_all   \\(evidence_program.cc:39\\)\n"));
}

TEST_F(Evidence, HasTheDiagnosisAndTheBrokenHop) {
  (void)run("Evidence.OfALine");
  const std::string why =
      "r1's firewall drops it: rule \"icmp type echo-request counter drop\" in chain input of "
      "table "
      "inet vethlab\n";
  EXPECT_THAT(text("Evidence.OfALine/diagnosis.txt"),
              StartsWith(why + "Path: client ─ok→ r1   it did not answer\n"));
  EXPECT_THAT(text("Evidence.OfALine/report.html"),
              AllOf(HasSubstr("r1&#39;s firewall drops it"), HasSubstr("broken hop")));
}

// The network as it was at the first failure; daemons until their end.
TEST_F(Evidence, HasTheNetworkOfTheFailureAndAllThatCameAfterIt) {
  (void)run("Evidence.OfALine");
  EXPECT_EQ(text("Evidence.OfALine/network.mmd"), R"(graph LR
  n0_0["client"]
  n0_1(["r1"])
  n0_2["server"]
  n0_0 ---|"eth0 10.0.0.1/24 · 10.0.0.2/24 eth0"| n0_1
  n0_1 ---|"eth1 10.0.1.1/24 · 10.0.1.2/24 eth0"| n0_2
  style n0_1 stroke:#d00000,stroke-width:3px
)");
  EXPECT_EQ(text("Evidence.OfALine/server.sh.log"), "up\nbye\n");
  EXPECT_THAT(text("Evidence.OfALine/events.txt"),
              ContainsRegex("[0-9.]+ s  server sh  up\n *[0-9.]+ s  r1 eth0  In IP 10.0.0.1 > "
                            "10.0.0.2: ICMP echo request, id [0-9]+, seq 1, length 64\n"));
  EXPECT_THAT(text("Evidence.OfALine/r1.eth0.pcapng"),
              AllOf(StartsWith("\x0a\x0d\x0d\x0a"), HasSubstr("Evidence.OfALine")));
}

TEST_F(Evidence, HasEachNodeAndHowItDiffersFromAnUntouchedOne) {
  (void)run("Evidence.OfALine");
  EXPECT_THAT(text("Evidence.OfALine/client.txt"),
              AllOf(StartsWith("# ip link\n1: lo: <LOOPBACK,UP,LOWER_UP>"),
                    HasSubstr("\n# ip route show table all\ndefault via 10.0.0.2 dev eth0\n"),
                    HasSubstr("\n# nft list ruleset\n")));
  EXPECT_THAT(text("Evidence.OfALine/client.diff"),
              AllOf(Not(HasSubstr("1: lo")),
                    HasSubstr("# ip route show table all\n"
                              "+ default via 10.0.0.2 dev eth0\n"),
                    Not(HasSubstr("nft"))));
  EXPECT_THAT(text("Evidence.OfALine/r1.diff"),
              HasSubstr("# nft list ruleset\n+ table inet vethlab {\n"));
}

TEST_F(Evidence, IsKeptWhateverFails) {
  for (const char* const test : {"OfAnException", "InAClosure", "InAThread", "OfADaemonThatDied",
                                 "OfALabThatDoesNotEnd", "OfAVethMadeByHand"}) {
    SCOPED_TRACE(test);
    const std::string name = std::string("Evidence.") + test;
    EXPECT_THAT(run(name), AllOf(HasSubstr("\nEvidence: " + (all_ / name).string() + "\n"),
                                 HasSubstr("1 FAILED TEST\n"), EndsWith("status 1\n")));
    EXPECT_THAT(names_in(all_ / name), IsSupersetOf({"failure.txt", "steps.txt", "network.mmd"}));
  }
  EXPECT_THAT(text("Evidence.OfAnException/client.diff"), HasSubstr("10.0.0.1/24"));
  EXPECT_THAT(text("Evidence.InAClosure/steps.txt"),
              ContainsRegex("client +run   \\(evidence_program.cc:64\\)\n"));
  EXPECT_THAT(text("Evidence.InAThread/client.txt"), HasSubstr("10.0.0.1/24"));
  EXPECT_EQ(text("Evidence.OfADaemonThatDied/r1.sh.log"), "up\noops\n");
  EXPECT_THAT(text("Evidence.OfAVethMadeByHand/network.mmd"),
              HasSubstr("n0_0 -.-|\"veth0 · ceth0\"| n0_1\n"));
}

// The last it can do is to say what it did, and what is left.
TEST_F(Evidence, OfALabThatHasEndedIsItsSteps) {
  (void)run("Evidence.AfterItsLab");
  EXPECT_THAT(names_in(all_ / "Evidence.AfterItsLab"), IsSupersetOf({"failure.txt", "steps.txt"}));
  EXPECT_THAT(text("Evidence.AfterItsLab/steps.txt"), HasSubstr("add_node client"));
  (void)run("Evidence.OfALeak");
  EXPECT_THAT(text("Evidence.OfALeak/failure.txt"), HasSubstr("The test left behind:"));
  EXPECT_THAT(text("Evidence.OfALeak/steps.txt"), HasSubstr("add_node client"));
}

TEST_F(Evidence, OfALabWithoutItsKeeperSaysWhatIsMissing) {
  EXPECT_THAT(run("Evidence.OfALabWithoutItsKeeper"), HasSubstr("1 FAILED TEST\n"));
  EXPECT_THAT(names_in(all_ / "Evidence.OfALabWithoutItsKeeper"), Contains("steps.txt"));
  EXPECT_THAT(
      text("Evidence.OfALabWithoutItsKeeper/failure.txt"),
      ContainsRegex("note: client: the lab's keeper \\(pid [0-9]+\\) was killed by SIGKILL"));
}

TEST_F(Evidence, OfTwoLabsTellsThemApart) {
  (void)run("Evidence.OfTwoLabs");
  EXPECT_THAT(names_in(all_ / "Evidence.OfTwoLabs"), IsSupersetOf({"lab1-r1.txt", "lab2-r1.txt"}));
  EXPECT_THAT(text("Evidence.OfTwoLabs/steps.txt"), HasSubstr("(lab) of lab 2  add_node r1"));
}

TEST_F(Evidence, OfManyStepsHasTheFirstAndTheLast) {
  (void)run("Evidence.OfManySteps");
  const std::string steps = text("Evidence.OfManySteps/steps.txt");
  EXPECT_EQ(std::ranges::count(steps, '\n'), 2000);
  EXPECT_THAT(steps, HasSubstr("add_node client"));
  EXPECT_THAT(text("Evidence.OfManySteps/failure.txt"),
              HasSubstr("605 steps are not kept, after the first 500\n"));
}

TEST_F(Evidence, OfAClosureIsThatItRan) {
  (void)run("Evidence.OfALabInAClosure");
  const fs::path folder = "Evidence.OfALabInAClosure";
  EXPECT_THAT(text(folder / "steps.txt"),
              AllOf(ContainsRegex("client +run "), Not(HasSubstr("set_mtu"))));
  EXPECT_THAT(names_in(all_ / folder), AllOf(Contains("client.txt"), Not(Contains("inner.txt"))));
}

TEST_F(Evidence, OfASuitesLabIsThatOfTheTestWhichFailed) {
  (void)run("WithLabOfTheSuite.*");
  EXPECT_THAT(names_in(all_), ElementsAre("WithLabOfTheSuite.Fails"));
  EXPECT_THAT(names_in(all_ / "WithLabOfTheSuite.Fails"), Contains("client.txt"));
}

TEST_F(Evidence, OfAParameterHasASafeName) {
  (void)run("*/Given.*");
  EXPECT_THAT(names_in(all_), ElementsAre("All-Given.AValue-1"));
}

TEST_F(Evidence, IsNotKeptWhereNothingFails) {
  EXPECT_THAT(run("Evidence.IsNotKept*"),
              AllOf(HasSubstr("[  PASSED  ] 4 tests."), Not(HasSubstr("Evidence: ")),
                    EndsWith("status 0\n")));
  EXPECT_THAT(names_in(all_), IsEmpty());
}

TEST_F(Evidence, IsNotKeptOfATestWithoutALab) {
  EXPECT_THAT(run("Evidence.OfNoLab"), Not(HasSubstr("Evidence: ")));
  EXPECT_THAT(names_in(all_), IsEmpty());
}

TEST_F(Evidence, OfTheLastRunIsGone) {
  fs::create_directories(all_ / "All-Given.AValue-0");
  fs::create_directories(all_ / "All-Given.AValue-1");
  fs::create_directories(all_ / "Another.Test");
  std::ofstream(all_ / "All-Given.AValue-0/old") << "old";
  std::ofstream(all_ / "All-Given.AValue-1/old") << "old";
  (void)run("*/Given.*");
  EXPECT_THAT(names_in(all_), ElementsAre("All-Given.AValue-1", "Another.Test"));
  EXPECT_THAT(names_in(all_ / "All-Given.AValue-1"), Not(Contains("old")));
}

TEST_F(Evidence, IsBesideTheProgramByDefault) {
  const fs::path copy = all_ / "copy";
  fs::copy_file(program_, copy);
  program_ = copy;
  EXPECT_THAT(run("Evidence.InAClosure", nullptr),
              HasSubstr("Evidence: " + copy.string() + ".artifacts/Evidence.InAClosure\n"));
  EXPECT_THAT(names_in(copy.string() + ".artifacts"), ElementsAre("Evidence.InAClosure"));
  // The next run, which passes, takes all of it away.
  (void)run("Evidence.IsNotKeptOfOneThatPasses", nullptr);
  EXPECT_TRUE(fs::exists(copy.string() + ".artifacts/Evidence.InAClosure"));
}

TEST_F(Evidence, ThatIsNotWantedIsToldOfOnce) {
  const std::string said = run("Evidence.InAClosure:Evidence.OfAnException", "");
  EXPECT_THAT(said, EndsWith(" 2 FAILED TESTS\n"
                             "Evidence: none was kept, as VETHLAB_ARTIFACTS is empty\nstatus 1\n"));
  EXPECT_EQ(said.find("Evidence: "), said.rfind("Evidence: "));
}

TEST_F(Evidence, ThatCannotBeKeptIsToldOfOnce) {
  std::ofstream(all_ / "file") << "no folder";
  const std::string said =
      run("Evidence.InAClosure:Evidence.OfAnException", (all_ / "file/below").c_str());
  EXPECT_THAT(said, AllOf(HasSubstr("Evidence: none: "), HasSubstr("Not a directory"),
                          EndsWith(" 2 FAILED TESTS\nstatus 1\n")));
  EXPECT_EQ(said.find("Evidence: "), said.rfind("Evidence: "));
}

TEST_F(Evidence, HasItsPathInJUnitXml) {
  (void)run("Evidence.InAClosure", all_.c_str(), "--gtest_output=xml:" + (all_ / "r.xml").string());
  EXPECT_THAT(text("r.xml"), HasSubstr("<property name=\"evidence\" value=\"" +
                                       (all_ / "Evidence.InAClosure").string() + "\"/>"));
}

TEST_F(Evidence, OfTestsSideBySideIsApart) {
  EXPECT_THAT(output_of([&] {
                ::setenv("VETHLAB_ARTIFACTS", all_.c_str(), 1);
                const std::string program = program_;
                const std::string script =
                    program + " --gtest_filter=Evidence.InAClosure >/dev/null & " + program +
                    " --gtest_filter=Evidence.OfTwoLabs >/dev/null & wait";
                ::execl("/bin/sh", "sh", "-c", script.c_str(), nullptr);
              }),
              EndsWith("status 0\n"));
  EXPECT_THAT(names_in(all_), ElementsAre("Evidence.InAClosure", "Evidence.OfTwoLabs"));
  EXPECT_THAT(names_in(all_ / "Evidence.InAClosure"), Contains("steps.txt"));
  EXPECT_THAT(names_in(all_ / "Evidence.OfTwoLabs"), Contains("steps.txt"));
}

}  // namespace
