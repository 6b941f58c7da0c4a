#include <vethlab/lab/throughput.h>

#include <vethlab/base/deadline.h>
#include <vethlab/base/default_time.h>
#include <vethlab/base/errors.h>
#include <vethlab/base/time_text.h>
#include <vethlab/json/json.h>
#include <vethlab/lab/asking.h>
#include <vethlab/lab/choose_address.h>
#include <vethlab/lab/firewall_tool.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/steps.h>
#include <vethlab/netlink/listening.h>

#include <netinet/in.h>

#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

// By iperf3's own words: its server goes into the background of the destination's node, serves one
// client, and ends.
namespace vethlab {
namespace {

using namespace std::chrono_literals;

// For the server, and for a connection.
std::chrono::milliseconds patience() { return default_time(5); }
// For what comes before and after the measuring.
std::chrono::milliseconds grace() { return default_time(10); }

void check(const Node& from, const Destination& to, const ThroughputOptions& o, Caller caller) {
  const auto refuse = [&](const std::string& why) {
    throw_bad_argument(caller, "throughput: " + why);
  };
  const auto in = [&](const char* what, long value, long least, long most) {
    if (value < least || value > most)
      refuse(fmt::format("{} {} is not {} to {}", what, value, least, most));
  };
  if (to.node() == nullptr)
    refuse(fmt::format("{} is an address: only a node of the lab can serve", to.text()));
  if (to.port() != 0) refuse(fmt::format("{}: the port is an option", to.text()));
  if (&to.node()->state().lab != &from.state().lab)
    refuse(fmt::format("node {} belongs to another lab", to.text()));
  in("duration in s", o.duration.count(), 1, 86400);
  in("streams", o.streams, 1, 128);
  in("port", o.port, 1, 65535);
}

bool listens(internal::NodeState& node, int port, Caller caller) {
  return node.attempt(caller, [&] {
    return netlink::is_listening(node.diag(), IPPROTO_TCP, static_cast<std::uint16_t>(port));
  });
}

// iperf3 -s for one client; ended with this, should none have come.
class Iperf3Server {
 public:
  Iperf3Server(internal::NodeState& node, int port, Caller caller)
      : node_(node), port_(port), caller_(caller) {
    if (listens(node_, port, caller))
      throw_bad_argument(caller, fmt::format("throughput: something in {} listens on TCP port {} "
                                             "already",
                                             node_.name, port));
    const std::string number = std::to_string(port);
    pid_file_ = "/run/vethlab-iperf3-" + number;  // the lab's own /run
    run({"iperf3", "-s", "-1", "-D", "-p", number, "-I", pid_file_});
    if (!await(true))
      throw std::runtime_error(
          fmt::format("{}throughput: iperf3 in {} does not listen on TCP port {} after {}",
                      prefix_of(caller), node_.name, port, time_text(patience())));
  }
  Iperf3Server(const Iperf3Server&) = delete;
  Iperf3Server& operator=(const Iperf3Server&) = delete;
  ~Iperf3Server() {
    try {
      run({"sh", "-c", "kill -KILL \"$(tr -d '\\0' <\"$0\")\"; rm -f \"$0\"", pid_file_});
      (void)await(false);              // the port is free for the next one
    } catch (const std::exception&) {  // it ends with the lab
    }
  }

 private:
  // The kernel announces no listeners: it is asked again and again.
  bool await(bool wanted) {
    const auto deadline = Deadline::in(patience());
    internal::Asking asking;
    for (asking.begin(); listens(node_, port_, caller_) != wanted; asking.begin()) {
      if (deadline.over()) return false;
      asking.wait(deadline);
    }
    return true;
  }
  void run(const Argv& argv) { (void)internal::run_tool(node_, argv, {}, argv.front(), caller_); }

  internal::NodeState& node_;
  int port_;
  Caller caller_;
  std::string pid_file_ = {};
};

Argv client(const IpAddress& to, const ThroughputOptions& o) {
  Argv argv{"iperf3",
            "-c",
            to.text(),
            "--json",
            "-p",
            std::to_string(o.port),
            "-t",
            std::to_string(o.duration.count()),
            "-P",
            std::to_string(o.streams),
            "--connect-timeout",
            std::to_string(patience().count())};
  if (o.udp) argv.emplace_back("-u");
  if (o.bitrate != 0) argv.insert(argv.end(), {"-b", std::to_string(o.bitrate)});
  if (o.reverse) argv.emplace_back("-R");
  return argv;
}

double number(const Json& report, const char* pointer) {
  return report.at(pointer).number().value_or(0);
}

std::int64_t count(const Json& report, const char* pointer) {
  return static_cast<std::int64_t>(number(report, pointer));
}

Throughput measured(const Json& report, bool udp) {
  Throughput result{.sent = number(report, "/end/sum_sent/bits_per_second"),
                    .received = number(report, "/end/sum_received/bits_per_second")};
  if (!udp) {
    result.retransmits = count(report, "/end/sum_sent/retransmits");
    return result;
  }
  result.lost = count(report, "/end/sum/lost_packets");
  result.packets = count(report, "/end/sum/packets");
  result.jitter = std::chrono::duration<double, std::milli>(number(report, "/end/sum/jitter_ms"));
  return result;
}

// "9.54 Mbit/s".
std::string rate_text(double bits) {
  for (const auto& [unit, size] : {std::pair{"Gbit/s", 1e9}, {"Mbit/s", 1e6}, {"kbit/s", 1e3}})
    if (bits >= size) return fmt::format("{:.3g} {}", bits / size, unit);
  return fmt::format("{:.3g} bit/s", bits);
}

}  // namespace

std::ostream& operator<<(std::ostream& os, const Throughput& t) {
  os << "sent " << rate_text(t.sent) << ", received " << rate_text(t.received);
  if (t.retransmits)
    os << ", " << *t.retransmits << " retransmit" << (*t.retransmits == 1 ? "" : "s");
  if (t.packets) os << ", " << t.lost.value_or(0) << " of " << *t.packets << " packets lost";
  if (t.jitter) os << fmt::format(", jitter {:.3g} ms", t.jitter->count());
  return os;
}

Throughput Node::throughput(Destination to, ThroughputOptions options, Caller caller) const {
  internal::Doing doing(*state_, caller, "throughput", to.text());
  check(*this, to, options, caller);
  const IpAddress address = internal::Resolver()(*this, to, caller);
  const Iperf3Server server(to.node()->state(), options.port, caller);
  const auto timeout = options.duration + patience() + grace();
  const ProgramResult result =
      internal::run_tool(*state_, client(address, options), {}, "iperf3", caller, timeout);
  const auto fail = [&](std::string_view why) {
    return std::runtime_error(fmt::format("{}throughput from {} to {} ({}): iperf3: {}",
                                          prefix_of(caller), name(), to.text(), address.text(),
                                          why));
  };
  if (result.late) throw fail(fmt::format("not ended after {}, and killed", time_text(timeout)));
  Json report;
  try {
    report = Json::parse(result.out, Caller{});
  } catch (const std::invalid_argument&) {
    throw fail(internal::without_last_newline(result.out + result.err));
  }
  try {
    if (report.has("/error")) throw fail(report.at("/error").string().value_or("failed"));
    const Throughput measure = measured(report, options.udp);
    doing.result(measure);
    return measure;
  } catch (const NoJson& missing) {
    throw fail(missing.what());
  }
}

}  // namespace vethlab
