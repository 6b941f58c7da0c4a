#include <vethlab/capture/filter.h>

#include <vethlab/capture/pcap_library.h>

#include <net/if_arp.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <utility>

namespace vethlab::capture {
namespace {

using Program = std::vector<sock_filter>;

Program compile(const std::string& text, int link_type, int snaplen) {
  const PcapLibrary& library = pcap_library();
  const std::unique_ptr<pcap_t, decltype(library.close)> pcap(library.open_dead(link_type, snaplen),
                                                              library.close);
  if (!pcap) throw BadFilter("out of memory");
  bpf_program program{};
  if (library.compile(pcap.get(), &program, text.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0)
    throw BadFilter(library.geterr(pcap.get()));
  const std::unique_ptr<bpf_program, decltype(library.freecode)> owned(&program, library.freecode);
  Program instructions;
  for (const bpf_insn& each : std::span(program.bf_insns, program.bf_len))
    instructions.push_back({each.code, each.jt, each.jf, each.k});
  return instructions;
}

// Without an Ethernet header some filters ("arp") cannot pass anything.
Program compile_raw(const std::string& text, int snaplen) {
  try {
    return compile(text, DLT_RAW, snaplen);
  } catch (const BadFilter&) {
    return {BPF_STMT(BPF_RET | BPF_K, 0)};
  }
}

constexpr std::uint32_t kHardwareType = static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_HATYPE);

// Which of the two programs holds is known by each packet's interface.
Program either(const Program& ethernet, const Program& raw) {
  Program all = {
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, kHardwareType),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARPHRD_ETHER, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARPHRD_LOOPBACK, 1, 0),
      BPF_STMT(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(ethernet.size())),
  };
  all.insert(all.end(), ethernet.begin(), ethernet.end());
  all.insert(all.end(), raw.begin(), raw.end());
  return all;
}

bool has_word(std::string_view text, std::string_view word) {
  const auto letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !letter(text[at - 1])) && (end == text.size() || !letter(text[end])))
      return true;
  }
  return false;
}

// Of a packet what is not in its bytes.
bool asks_the_kernel(const sock_filter& instruction) {
  return BPF_CLASS(instruction.code) == BPF_LD && BPF_MODE(instruction.code) == BPF_ABS &&
         instruction.k >= static_cast<std::uint32_t>(SKF_AD_OFF);
}

}  // namespace

Filter::Filter(std::string_view text, int snaplen) : text_(text), snaplen_(snaplen) {
  if (text.find('\0') != text.npos) throw BadFilter("it contains a zero byte");
  Program ethernet = compile(text_, DLT_EN10MB, snaplen);
  if (has_word(text, "vlan")) {
    if (std::ranges::any_of(ethernet, asks_the_kernel))
      throw BadFilter("\"vlan\" does not go together with \"inbound\" and \"outbound\"");
    for_tagged_ = std::move(ethernet);
    ethernet = compile("", DLT_EN10MB, snaplen);
  }
  for_kernel_ = either(ethernet, compile_raw(text_, snaplen));
}

bool Filter::passes(std::span<const std::uint8_t> frame) const {
  if (for_tagged_.empty()) return true;
  static_assert(sizeof(bpf_insn) == sizeof(sock_filter));
  auto instructions = for_tagged_;  // bpf_program has no const ones
  const bpf_program program{.bf_len = static_cast<unsigned>(instructions.size()),
                            .bf_insns = reinterpret_cast<bpf_insn*>(instructions.data())};
  const auto size = static_cast<unsigned>(frame.size());
  const pcap_pkthdr header{.ts = {}, .caplen = size, .len = size};
  return pcap_library().offline_filter(&program, &header, frame.data()) != 0;
}

}  // namespace vethlab::capture
