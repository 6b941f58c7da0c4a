#include <vethlab/lab/firewall_words.h>

#include <vethlab/base/errors.h>
#include <vethlab/lab/names.h>

#include <charconv>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

struct Chain {
  const char* name;
  const char* spec;
};

// Output takes the number: nft 1.0.6 has the word for prerouting alone.
constexpr Chain kPrerouting{"prerouting", "type nat hook prerouting priority dstnat"};
constexpr Chain kNatOutput{"nat_output", "type nat hook output priority -100"};
constexpr Chain kPostrouting{"postrouting", "type nat hook postrouting priority srcnat"};

Chain chain_of(FilterHook hook) {
  switch (hook) {
    case FilterHook::kInput: return {"input", "type filter hook input priority filter"};
    case FilterHook::kForward: return {"forward", "type filter hook forward priority filter"};
    case FilterHook::kOutput: break;
  }
  return {"output", "type filter hook output priority filter"};
}

std::string words_of(RejectWith with) {
  switch (with) {
    case RejectWith::kPortUnreachable: return "icmpx port-unreachable";
    case RejectWith::kHostUnreachable: return "icmpx host-unreachable";
    case RejectWith::kNoRoute: return "icmpx no-route";
    case RejectWith::kAdminProhibited: return "icmpx admin-prohibited";
    case RejectWith::kTcpReset: break;
  }
  return "tcp reset";
}

std::string rule(const Chain& chain, std::string_view words) {
  return fmt::format(
      "add table inet vethlab\n"
      "add chain inet vethlab {0} {{ {1}; policy accept; }}\n"
      "add rule inet vethlab {0} {2}\n",
      chain.name, chain.spec, words);
}

void check_match(std::string_view match, std::string_view where, Caller caller) {
  if (match.find_first_not_of(' ') == match.npos)
    throw_bad_argument(caller, fmt::format("{}: the match is empty: \"tcp dport 80\", say", where));
  if (match.find_first_of(std::string_view("\n\r;#\0", 5)) != match.npos)
    throw_bad_argument(caller, fmt::format("{}: the match has a line break, ';', '#' or a zero "
                                           "byte: it is one rule's",
                                           where));
}

void check_port(long port, std::string_view what, Caller caller) {
  if (port < 1 || port > 65535)
    throw_bad_argument(caller, fmt::format("publish: {} {} is not 1 to 65535", what, port));
}

struct Target {
  IpAddress address;
  int port;
};

// "172.18.0.10:5000" or "[fd00::10]:5000".
Target target_of(std::string_view text, Caller caller) {
  const auto refuse = [&](std::string_view why) {
    throw_bad_argument(caller, fmt::format("publish: \"{}\" {}", text, why));
  };
  const auto colon = text.rfind(':');
  std::string_view address = text.substr(0, colon);
  const bool bracketed = address.starts_with('[') && address.ends_with(']');
  if (!bracketed && address.find(':') != address.npos)
    refuse("has an IPv6 address without brackets: \"[fd00::10]:5000\", say");
  if (colon == text.npos) refuse("has no port: \"172.18.0.10:5000\", say");
  if (bracketed) address = address.substr(1, address.size() - 2);
  const std::string_view digits = text.substr(colon + 1);
  long port = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size())
    refuse("has no port: \"172.18.0.10:5000\", say");
  check_port(port, "the target's port", caller);
  const IpAddress parsed_address = IpAddress::parse(address, caller);
  if (bracketed != (parsed_address.family() == Family::kIpv6))
    refuse("has brackets around an IPv4 address");
  return {parsed_address, static_cast<int>(port)};
}

}  // namespace

std::string masquerade_rules(std::string_view dev, Caller caller) {
  check_interface_name(dev, "masquerade", caller);
  // nft's strings end with '"' and know no escape; a '*' at the end would match others too.
  if (dev.find_first_of("\"*\\") != dev.npos)
    throw_bad_argument(caller, fmt::format("masquerade: interface name \"{}\" has '\"', '*' or "
                                           "'\\': no rule can name it",
                                           dev));
  return rule(kPostrouting, fmt::format("oifname \"{}\" counter masquerade", dev));
}

std::string publish_rules(int port, std::string_view to, Caller caller) {
  check_port(port, "port", caller);
  const Target target = target_of(to, caller);
  const bool v4 = target.address.family() == Family::kIpv4;
  const std::string ports = fmt::format("meta l4proto {{ tcp, udp }} th dport {}", port);
  const std::string goes =
      v4 ? fmt::format("counter dnat ip to {}:{}", target.address.text(), target.port)
         : fmt::format("counter dnat ip6 to [{}]:{}", target.address.text(), target.port);
  // A packet of the node's own to its loopback stays: with 127.0.0.1 as its source nobody outside
  // could answer it.
  const char* const family = v4 ? "meta nfproto ipv4" : "meta nfproto ipv6";
  const char* const not_loopback = v4 ? "ip daddr != 127.0.0.0/8" : "ip6 daddr != ::1";
  return rule(kPrerouting, fmt::format("{} fib daddr type local {} {}", family, ports, goes)) +
         rule(kNatOutput, fmt::format("{} fib daddr type local {} {}", not_loopback, ports, goes));
}

std::string drop_rules(std::string_view match, DropOptions options, Caller caller) {
  check_match(match, "drop", caller);
  return rule(chain_of(options.hook), fmt::format("{} counter drop", match));
}

std::string reject_rules(std::string_view match, RejectOptions options, Caller caller) {
  check_match(match, "reject", caller);
  return rule(chain_of(options.hook),
              fmt::format("{} counter reject with {}", match, words_of(options.with)));
}

}  // namespace vethlab::internal
