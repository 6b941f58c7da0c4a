// A capture's file, read by Wireshark's own reader.
#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

using namespace testing;
using namespace vethlab;

namespace {

// What a program says that is no node's: run by the shell, as a user would.
std::string output_of(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"),
                                                             ::pclose);
  std::string output;
  for (int c = 0; (c = std::fgetc(pipe.get())) != EOF;) output += static_cast<char>(c);
  return output;
}

class CaptureFile : public Test {
 protected:
  void SetUp() override {
    if (output_of("tshark --version 2>&1").find("TShark") == std::string::npos)
      reporter().unsupported(
          Caller::here(), Unsupported("tshark is not installed\nTo mend it: apt install tshark"));
  }
  ~CaptureFile() override { std::filesystem::remove(path_); }

  // Of each packet these fields, tab-separated, a packet a line.
  [[nodiscard]] std::string tshark(const std::string& fields) const {
    return output_of("tshark -n -r " + path_ + " -T fields " + fields +
                     " 2>&1 | grep -v '^Running as'");
  }

  const std::string path_ = TempDir() + "capture_" + std::to_string(::getpid()) + ".pcapng";
};

TEST_F(CaptureFile, OpensInTsharkWithThePacketsExpected) {
  PairNet net;
  const Capture& capture = net.b.capture("eth0", "icmp");
  ASSERT_REACHABLE(net.a, "10.0.0.2", {.count = 2});
  capture.save(path_, "two echoes, both answered");
  EXPECT_EQ(tshark("-e frame.interface_name -e ip.src -e ip.dst -e icmp.type -e icmp.seq"),
            "eth0@b\t10.0.0.1\t10.0.0.2\t8\t1\n"
            "eth0@b\t10.0.0.2\t10.0.0.1\t0\t1\n"
            "eth0@b\t10.0.0.1\t10.0.0.2\t8\t2\n"
            "eth0@b\t10.0.0.2\t10.0.0.1\t0\t2\n");
  EXPECT_EQ(tshark("-e frame.packet_flags_direction"),
            "0x00000001\n0x00000002\n0x00000001\n0x00000002\n");
  const std::string about = output_of("capinfos " + path_ + " 2>&1");
  EXPECT_THAT(about, HasSubstr("two echoes, both answered"));
  EXPECT_THAT(about, HasSubstr("Number of packets:   4"));
  EXPECT_THAT(about, HasSubstr("Name = eth0@b"));
  EXPECT_THAT(about, HasSubstr("Filter string = icmp"));
  EXPECT_THAT(about, HasSubstr("Time precision = nanoseconds (9)"));
}

TEST_F(CaptureFile, OfSeveralInterfacesNamesEach) {
  LineNet net;
  const Capture& capture = net.r.capture("", "icmp and src host 10.0.1.2");
  ASSERT_REACHABLE(net.a, "10.0.2.2");
  capture.save(path_);
  EXPECT_EQ(tshark("-e frame.interface_name -e ip.ttl"), "eth0@r\t64\neth1@r\t63\n");
}

TEST_F(CaptureFile, HasVlanTagsAndPacketsThatWereCut) {
  PairNet net;
  const Capture& capture = net.b.capture("eth0", "vlan 7 and udp", {.snaplen = 60});
  net.a.inject("eth0", UdpFrame{.src_mac = "02:00:00:00:00:01",
                                .dst_mac = "02:00:00:00:00:02",
                                .vlan = 7,
                                .src = "10.0.0.1",
                                .dst = "10.0.0.2",
                                .dst_port = 5000,
                                .payload = std::string(100, 'x')}
                           .bytes());
  ASSERT_REACHABLE(net.a, "10.0.0.2");
  capture.save(path_);
  EXPECT_EQ(tshark("-e vlan.id -e udp.dstport -e frame.len -e frame.cap_len"),
            "7\t5000\t146\t64\n");
}

TEST_F(CaptureFile, WithoutPacketsIsOneNonetheless) {
  PairNet net;
  // Of all protocols IPv6 may have told its groups meanwhile.
  net.a.capture("eth0", "udp").save(path_, "nothing passed");
  EXPECT_EQ(tshark("-e frame.number"), "");
  EXPECT_THAT(output_of("capinfos " + path_ + " 2>&1"), HasSubstr("Name = eth0@a"));
}

}  // namespace
