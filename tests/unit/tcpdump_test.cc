// A packet's line beside that of tcpdump, which reads our own file.
#include <vethlab/capture/decode.h>
#include <vethlab/capture/pcapng.h>
#include <vethlab/vethlab.h>

#include "packet_samples.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

using namespace testing;
using namespace vethlab;

namespace {

std::string output_of(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"),
                                                             ::pclose);
  std::string output;
  for (int c = 0; (c = std::fgetc(pipe.get())) != EOF;) output += static_cast<char>(c);
  return output;
}

TEST(PacketsLine, IsThatOfTcpdump) {
  if (output_of("tcpdump --version 2>&1").find("libpcap") == std::string::npos)
    reporter().unsupported(
        Caller::here(), Unsupported("tcpdump is not installed\nTo mend it: apt install tcpdump"));
  std::vector<Packet> packets;
  std::string ours;
  for (const samples::Frame& frame : samples::as_tcpdump()) {
    packets.push_back(capture::decode(LinkLayer::kEthernet, frame, frame.size()));
    packets.back().dev = "eth0";
    ours += packets.back().summary + '\n';
  }
  const std::string path = TempDir() + "packets_line_" + std::to_string(::getpid()) + ".pcapng";
  std::ofstream(path, std::ios::binary)
      << capture::pcapng(packets, {.node = "a", .snaplen = 262144});
  // By stdin: tcpdump gives its rights away before it opens a file.
  EXPECT_EQ(output_of("tcpdump -n -S -t -r - 2>/dev/null <" + path), ours);
  std::filesystem::remove(path);
}

}  // namespace
