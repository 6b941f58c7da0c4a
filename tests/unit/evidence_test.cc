// What is written of a failed test, from plain values.
#include <vethlab/evidence/folder.h>
#include <vethlab/evidence/graph.h>
#include <vethlab/evidence/text.h>

#include <unistd.h>
#include <gmock/gmock.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

using namespace testing;
using namespace std::chrono_literals;
namespace evidence = vethlab::evidence;
namespace fs = std::filesystem;

namespace {

evidence::Interface interface(std::string name, std::vector<std::string> addresses) {
  return {.name = std::move(name), .up = true, .carrier = true, .addresses = std::move(addresses)};
}

evidence::Evidence sample() {
  evidence::Evidence all{.test = "Reach.Server", .when = "2026-03-01 10:23:07 UTC"};
  evidence::Lab& lab = all.labs.emplace_back();
  lab.made = "reach_test.cc:9";
  lab.nodes = {
      {.name = "client", .interfaces = {interface("eth0", {"10.0.0.1/24"})}},
      {.name = "r\"1",
       .forwards = true,
       .interfaces = {interface("eth0", {"10.0.0.2/24", "fd00::2/64"}), interface("eth1", {})}},
      {.name = "sw", .is_switch = true, .interfaces = {interface("port0", {})}},
      {.name = "alone"}};
  lab.wires = {{.a = {"client", "eth0", true}, .b = {"r\"1", "eth0", true}},
               {.a = {"r\"1", "eth1", true}, .b = {"sw", "port0", false}}};
  return all;
}

TEST(EvidenceGraph, IsMermaid) {
  EXPECT_EQ(evidence::mermaid(sample()), R"(graph LR
  n0_0["client"]
  n0_1(["r#quot;1"])
  n0_2{{"sw"}}
  n0_3["alone"]
  n0_0 ---|"eth0 10.0.0.1/24 · fd00::2/64 10.0.0.2/24 eth0"| n0_1
  n0_1 -.-|"eth1 · port0"| n0_2
)");
}

TEST(EvidenceGraph, HasTheBrokenHopInRed) {
  evidence::Evidence all = sample();
  all.broken = {.node = "r\"1", .dev = "eth1", .what = "drops it"};
  EXPECT_THAT(evidence::mermaid(all), EndsWith("  linkStyle 1 stroke:#d00000,stroke-width:3px\n"));
  EXPECT_THAT(evidence::dot(all),
              HasSubstr("n0_1 -- n0_2 [taillabel=\"eth1\", headlabel=\"port0\", "
                        "style=dashed, color=\"#d00000\", penwidth=3];\n"));
  all.broken->dev = "";
  EXPECT_THAT(evidence::mermaid(all), EndsWith("  style n0_1 stroke:#d00000,stroke-width:3px\n"));
  EXPECT_THAT(evidence::dot(all), HasSubstr("  n0_1 [label=\"r\\\"1\", shape=ellipse, "
                                            "color=\"#d00000\", penwidth=3];\n"));
}

TEST(EvidenceGraph, OfTwoLabsHasBoth) {
  evidence::Evidence all = sample();
  all.labs.push_back(all.labs.front());
  all.broken = {.lab = 1, .node = "r\"1", .dev = "eth1"};
  EXPECT_THAT(evidence::mermaid(all), AllOf(HasSubstr("subgraph \"lab 2 (reach_test.cc:9)\""),
                                            HasSubstr("  n1_1 -.-|"), HasSubstr("linkStyle 3 ")));
  EXPECT_THAT(evidence::dot(all), HasSubstr("subgraph cluster_1 {"));
}

TEST(EvidenceText, PicturesTheNetwork) {
  evidence::Evidence all = sample();
  EXPECT_EQ(evidence::picture(all),
            "  client eth0 10.0.0.1/24 ── 10.0.0.2/24 fd00::2/64 eth0 r\"1\n"
            "  r\"1 eth1 ╌╌ port0 sw   (port0 of sw is down)\n"
            "  alone, without a wire\n");
  all.labs[0].wires[0].drops = true;
  EXPECT_THAT(evidence::picture(all),
              HasSubstr("╌╌ 10.0.0.2/24 fd00::2/64 eth0 r\"1   (it drops all)"));
}

TEST(EvidenceText, HasAStepALine) {
  evidence::Evidence all = sample();
  all.steps = {
      {.start = 1ms, .took = 250us, .verb = "add_node client", .file = "/a/b_test.cc", .line = 9},
      {.start = 2s,
       .took = 1s,
       .node = "client",
       .verb = "nft\ntable\n",
       .file = "b_test.cc",
       .line = 12,
       .result = "no such table",
       .failed = true},
      {.start = 3s, .node = "client", .verb = "run", .file = "b_test.cc", .line = 13}};
  EXPECT_EQ(evidence::steps_text(all),
            "    0.001 s     0.2 ms  (lab)   add_node client   (b_test.cc:9)\n"
            "    2.000 s  1000.0 ms  client  nft …: refused: no such table   (b_test.cc:12)\n"
            "    3.000 s  under way  client  run   (b_test.cc:13)\n");
}

TEST(EvidenceText, HasTheFailuresInOrder) {
  evidence::Evidence all = sample();
  all.failures = {{.file = "x_test.cc", .line = 3, .text = "one\n", .at = 1500ms},
                  {.text = "two", .at = 12s}};
  all.notes = {"dot: late"};
  EXPECT_EQ(evidence::failures_text(all),
            "Reach.Server, started 2026-03-01 10:23:07 UTC\n\nafter 1.500 s, x_test.cc:3:\none\n\n"
            "after 12.000 s, unknown file:0:\ntwo\n\nnote: dot: late\n");
}

TEST(EvidenceFolder, NamesEachTestApart) {
  EXPECT_EQ(evidence::folder_name("Reach.Server"), "Reach.Server");
  EXPECT_EQ(evidence::folder_name("All/Reach.Server/a_b"), "All-Reach.Server-a_b");
  const std::string long_one(300, 'x');
  EXPECT_THAT(evidence::folder_name(long_one), SizeIs(Le(255U)));
  EXPECT_NE(evidence::folder_name(long_one), evidence::folder_name(long_one + "y"));
}

class EvidenceFiles : public Test {
 protected:
  EvidenceFiles() : all_(fs::temp_directory_path() / "vethlab-evidence.XXXXXX") {
    std::string path = all_;
    if (::mkdtemp(path.data()) != nullptr) all_ = path;
  }
  ~EvidenceFiles() override { fs::remove_all(all_); }
  [[nodiscard]] std::string text(const std::string& name) const {
    std::ifstream file(all_ / "T.t" / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] std::set<std::string> names() const {
    std::set<std::string> all;
    for (const auto& each : fs::directory_iterator(all_ / "T.t"))
      all.insert(each.path().filename());
    return all;
  }
  fs::path all_;
};

TEST_F(EvidenceFiles, AreOfNodesDaemonsAndCaptures) {
  evidence::Evidence all = sample();
  all.labs[0].nodes[0].snapshot = "# ip link\n";
  all.daemons = {{.node = "client", .argv = {"/usr/sbin/bird", "-f"}, .lines = {"up", "down"}},
                 {.node = "client", .argv = {"bird"}, .lines = {"again"}}};
  all.captures = {{.node = "client", .dev = "eth0", .pcapng = std::string("\0x", 2)},
                  {.node = "sw"}};
  all.mermaid = "graph LR\n";
  evidence::make_folder(all_ / "T.t");
  evidence::write_files(all_ / "T.t", all);
  EXPECT_THAT(names(), ElementsAre("alone.diff", "alone.txt", "client.bird-2.log",
                                   "client.bird.log", "client.diff", "client.eth0.pcapng",
                                   "client.txt", "failure.txt", "network.mmd", "r\"1.diff",
                                   "r\"1.txt", "steps.txt", "sw.any.pcapng", "sw.diff", "sw.txt"));
  EXPECT_EQ(text("client.txt"), "# ip link\n");
  EXPECT_EQ(text("client.bird.log"), "up\ndown\n");
  EXPECT_EQ(text("client.bird-2.log"), "again\n");
  EXPECT_EQ(text("client.eth0.pcapng"), std::string("\0x", 2));
  EXPECT_EQ(all.files.size(), names().size());
  EXPECT_THAT(all.notes, IsEmpty());
}

TEST_F(EvidenceFiles, OfANodeCalledAsOneOfThemAreBesideIt) {
  evidence::Evidence all;
  all.labs = {{.nodes = {{.name = "steps", .snapshot = "a node's"}}}};
  evidence::make_folder(all_ / "T.t");
  evidence::write_files(all_ / "T.t", all);
  EXPECT_EQ(text("steps-2.txt"), "a node's");
  EXPECT_EQ(text("steps.txt"), "");
}

TEST_F(EvidenceFiles, OfTheLastRunAreGone) {
  evidence::make_folder(all_ / "T.t");
  std::ofstream(all_ / "T.t" / "old") << "old";
  evidence::make_folder(all_ / "T.t");
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(EvidenceFiles, OfAnotherTestStay) {
  evidence::make_folder(all_ / "T.t");
  evidence::make_folder(all_ / "T.u");
  evidence::remove_folder(all_ / "T.t");
  EXPECT_TRUE(fs::exists(all_ / "T.u"));
  evidence::remove_folder(all_ / "T.u");
  EXPECT_FALSE(fs::exists(all_));
}

TEST_F(EvidenceFiles, ThatCannotBeWrittenAreNoted) {
  evidence::Evidence all;
  evidence::write_files(all_ / "nowhere", all);
  EXPECT_THAT(all.notes, Contains("write failure.txt: No such file or directory"));
  EXPECT_THAT(all.files, IsEmpty());
}

}  // namespace
