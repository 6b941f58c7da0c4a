#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/ip_address.h>
#include <vethlab/base/prefix.h>
#include <vethlab/base/probe.h>
#include <vethlab/base/stream.h>
#include <vethlab/base/text_view.h>
#include <vethlab/base/unique_fd.h>
#include <vethlab/firewall/firewall_rule.h>
#include <vethlab/json/json.h>
#include <vethlab/lab/capture.h>
#include <vethlab/lab/closure.h>
#include <vethlab/lab/daemon.h>
#include <vethlab/lab/destination.h>
#include <vethlab/lab/firewall_options.h>
#include <vethlab/lab/job.h>
#include <vethlab/lab/monitor.h>
#include <vethlab/lab/server.h>
#include <vethlab/lab/snapshot.h>
#include <vethlab/lab/stream.h>
#include <vethlab/lab/throughput.h>
#include <vethlab/netlink/address.h>
#include <vethlab/netlink/connection.h>
#include <vethlab/netlink/fdb_entry.h>
#include <vethlab/netlink/link.h>
#include <vethlab/netlink/listening_socket.h>
#include <vethlab/netlink/neighbour.h>
#include <vethlab/netlink/route.h>
#include <vethlab/netlink/rule.h>
#include <vethlab/process/program.h>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace vethlab {

struct NodeOptions {
  bool forwarding = false;  // a router: net.ipv4.ip_forward and net.ipv6.conf.all.forwarding
  bool loopback = true;     // lo is up; false: as the kernel makes it, down
  // Absolute paths: writable directories over the real ones, seen and written by this node's
  // programs and closures alone. They show what is there when the node's first program or closure
  // starts, need not exist, and vanish with the lab. Not "/", not /proc, /sys, /run/netns.
  std::vector<std::string> private_dirs = {};
};

namespace internal {
struct NodeState;
}

// A network namespace of a lab: a host, a router, a switch. Made by Lab::add_node.
//
// Each verb's last parameter is the test's line, filled in by itself. Errors, each beginning with
// that line: std::invalid_argument for bad input, before anything was done; std::system_error with
// errno and the kernel's own text for what the kernel refuses (no such interface: ENODEV).
// Interface names are 1 to 15 characters without '/', ':' and white space (the kernel's rule).
class Node {
 public:
  explicit Node(std::unique_ptr<internal::NodeState> state);  // for Lab
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  ~Node();

  [[nodiscard]] const std::string& name() const;

  // ---- Questions: exchanges on a descriptor that was born in the node. None forks.

  [[nodiscard]] std::vector<Link> links(Caller caller = Caller::here()) const;  // = ip link
  [[nodiscard]] Link link(TextView name,
                          Caller caller = Caller::here()) const;  // = ip link show NAME
  [[nodiscard]] std::vector<InterfaceAddress> addresses(
      Caller caller = Caller::here()) const;  // = ip address: both families
  [[nodiscard]] std::vector<Route> routes(
      RouteQuery query = {}, Caller caller = Caller::here()) const;  // = ip route: IPv4, main
  [[nodiscard]] std::vector<Neighbour> neighbours(
      Caller caller = Caller::here()) const;  // = ip neighbour: both families
  [[nodiscard]] std::vector<FdbEntry> fdb(
      Caller caller = Caller::here()) const;  // = bridge fdb: of a bridge, who is behind which port
  [[nodiscard]] std::vector<Rule> rules(Family family = Family::kIpv4,
                                        Caller caller = Caller::here()) const;  // = ip rule
  // = ip route get TO [from SRC] [oif DEV] [mark MARK]. No route: std::system_error with
  // ENETUNREACH, EHOSTUNREACH, EACCES, EINVAL.
  [[nodiscard]] Route route_to(Destination to, const RouteToOptions& options = {},
                               Caller caller = Caller::here()) const;
  // = ss -lntux: who listens, or is bound and not connected (UDP, Unix datagrams).
  [[nodiscard]] std::vector<ListeningSocket> listening_sockets(
      Caller caller = Caller::here()) const;
  // = sysctl -n NAME. Below "net." only; '/' and '.' separate as in sysctl(8).
  [[nodiscard]] std::string sysctl(TextView name, Caller caller = Caller::here()) const;
  // The first address of the family on `dev`, or on any interface but lo; link-local ones last.
  // None: std::invalid_argument.
  [[nodiscard]] IpAddress address(TextView dev = {}, Family family = Family::kIpv4,
                                  Caller caller = Caller::here()) const;
  // All of the above as one text, and the firewall's rules (iptables-save and nft, where they are
  // installed). Of the neighbours only the permanent ones.
  [[nodiscard]] Snapshot snapshot(Caller caller = Caller::here()) const;
  // = ping TO, one echo and one second by default.
  [[nodiscard]] ProbeReport ping(Destination to, ProbeOptions options = {},
                                 Caller caller = Caller::here()) const;
  // The same for tcp_to() and udp_to(), too: = nc -z, nc -u.
  [[nodiscard]] ProbeReport probe(Destination to, ProbeOptions options = {},
                                  Caller caller = Caller::here()) const;

  // How much gets to a node of this lab: = iperf3 -c TO --json, for its whole duration, by iperf3(1)
  // in both nodes. Where it is not installed the test is skipped, naming the package. A port that is
  // taken: std::invalid_argument; what iperf3 fails at: std::runtime_error, with its words.
  [[nodiscard]] Throughput throughput(Destination to, ThroughputOptions options = {},
                                      Caller caller = Caller::here()) const;
  // What a change does to those who talk: numbered echoes at a steady rate (base/stream.h), sent by a
  // process of their own, while `change` runs here and uses whatever verb, EXPECT_ or wait it likes. It
  // is called when the first echo has been sent. When it has returned, the sending goes on until an echo
  // sent from then on is answered, for options.timeout at most: a network that does not heal has a gap of
  // that at least. Then the last answers have options.timeout. What the closure throws ends the stream, and
  // is thrown on. To many destinations: each has the whole rate, and a report, in order. Any answer counts,
  // whoever gives it (see AnsweredBy).
  template <std::invocable F>
  [[nodiscard]] StreamReport stream(Destination to, F&& change, StreamOptions options = {},
                                    Caller caller = Caller::here()) const {
    internal::Stream under_way(*this, {std::move(to)}, options, caller);
    std::invoke(std::forward<F>(change));
    return std::move(under_way.reports().front());
  }
  template <std::invocable F>
  [[nodiscard]] std::vector<StreamReport> stream(const std::vector<Destination>& to, F&& change,
                                                 StreamOptions options = {},
                                                 Caller caller = Caller::here()) const {
    internal::Stream under_way(*this, to, options, caller);
    std::invoke(std::forward<F>(change));
    return under_way.reports();
  }

  // ---- Changes: each returns when it has taken effect and packets pass as it says.

  void add_address(TextView dev, Prefix address,
                   Caller caller = Caller::here());  // = ip address add
  void delete_address(TextView dev, Prefix address,
                      Caller caller = Caller::here());  // = ip address del
  // = ip route add. Host bits in `to` are refused, as is what `ip` refuses.
  void add_route(const Route& route, Caller caller = Caller::here());
  void delete_route(
      const Route& route,
      Caller caller = Caller::here());  // = ip route del: what is left out matches any
  // = ip neighbour add: to, lladdr and dev; the state is PERMANENT unless one is given.
  void add_neighbour(const Neighbour& neighbour, Caller caller = Caller::here());
  void delete_neighbour(const Neighbour& neighbour,
                        Caller caller = Caller::here());  // = ip neighbour del: to and dev
  void add_rule(const Rule& rule, Caller caller = Caller::here());     // = ip rule add
  void delete_rule(const Rule& rule, Caller caller = Caller::here());  // = ip rule del

  void add_veth(
      TextView name, TextView peer,
      Caller caller =
          Caller::here());  // = ip link add NAME type veth peer name PEER: both here, both down
  void add_bridge(TextView name,
                  Caller caller = Caller::here());  // = ip link add NAME type bridge: down
  void set_up(TextView dev, Caller caller = Caller::here());    // = ip link set DEV up
  void set_down(TextView dev, Caller caller = Caller::here());  // = ip link set DEV down
  void set_mtu(TextView dev, int bytes,
               Caller caller = Caller::here());  // = ip link set DEV mtu BYTES
  void set_mac(
      TextView dev, TextView mac,
      Caller caller =
          Caller::here());  // = ip link set DEV address MAC; nodes of the lab forget the old one
  void set_name(
      TextView dev, TextView name,
      Caller caller = Caller::here());  // = ip link set DEV name NAME; before Linux 6.2 down
  void set_master(TextView dev, TextView master,
                  Caller caller = Caller::here());  // = ip link set DEV master MASTER
  void set_nomaster(TextView dev, Caller caller = Caller::here());  // = ip link set DEV nomaster
  void move(TextView dev, Node& to,
            Caller caller =
                Caller::here());  // = ip link set DEV netns TO: it arrives down, without addresses
  void delete_link(TextView dev, Caller caller = Caller::here());  // = ip link delete DEV
  void set_sysctl(TextView name, TextView value,
                  Caller caller = Caller::here());  // = sysctl -w NAME=VALUE

  // Writes a whole file, or reads it, in this node's private_dirs; any other path is
  // std::invalid_argument. Parents are made, an existing file is overwritten. std::system_error:
  // what the kernel refuses, and EXDEV where a symbolic link leads out of the private directory.
  void write_file(TextView path, TextView text, Caller caller = Caller::here());
  [[nodiscard]] std::string read_file(TextView path, Caller caller = Caller::here()) const;

  // ---- Firewall and NAT, by the machine's own nft(8) and iptables(8), run in the node. Where one is
  // not installed, the test is skipped, naming the package. What a tool refuses is a
  // std::runtime_error with the line of the text, and the tool's own words: nothing was applied.

  // = nft -f -: atomic.
  void nft(TextView rule_set, Caller caller = Caller::here());
  // = iptables-restore, or ip6tables-restore, of text in iptables-save's form ("*nat … COMMIT": each
  // table it names is replaced). Other text is a command's arguments a line, = iptables …, with or
  // without that word: "-t nat -A POSTROUTING -s 172.18.0.0/16 ! -o br0 -j MASQUERADE"; what has
  // white space stands in double quotes. It is tried in a namespace of its own first, and each table
  // is atomic; packets may come between two tables.
  void iptables(TextView rules, Family family = Family::kIpv4, Caller caller = Caller::here());

  // The following are rules of nft's, IPv4 and IPv6, in the table "inet vethlab": see firewall_rules().
  // = nft add rule inet vethlab postrouting oifname "DEV" counter masquerade: what leaves by DEV
  // (which need not exist yet) has that interface's address as its source.
  void masquerade(TextView dev, Caller caller = Caller::here());
  // What comes to one of the node's own addresses at `port`, TCP or UDP, goes to "172.18.0.10:5000" or
  // "[fd00::10]:5000" instead, and answers come back; from the node itself too, but for its loopback
  // (127.0.0.0/8, ::1). = nft add rule inet vethlab prerouting meta nfproto ipv4 fib daddr type local
  // meta l4proto { tcp, udp } th dport PORT counter dnat ip to TO, and so in nat_output.
  void publish(int port, TextView to, Caller caller = Caller::here());
  // = nft add rule inet vethlab HOOK MATCH counter drop: in silence. MATCH is in nft's words: "icmp
  // type destination-unreachable", "iifname \"eth0\" tcp dport { 80, 443 }".
  void drop(TextView match, DropOptions options = {}, Caller caller = Caller::here());
  // = nft add rule inet vethlab HOOK MATCH counter reject with WITH: the sender is told.
  void reject(TextView match, RejectOptions options = {}, Caller caller = Caller::here());

  // = nft list ruleset, and iptables-save -c and ip6tables-save -c (legacy's tables too): whoever made
  // them. std::runtime_error where a tool cannot list them.
  [[nodiscard]] std::vector<FirewallRule> firewall_rules(Caller caller = Caller::here()) const;
  [[nodiscard]] std::vector<FirewallChain> firewall_chains(Caller caller = Caller::here()) const;

  // = conntrack -L: both families. The kernel tracks what passes a node that has a rule which needs it
  // (NAT, ct state); else there are none.
  [[nodiscard]] std::vector<Connection> connections(Caller caller = Caller::here()) const;
  void forget_connections(Caller caller = Caller::here());  // = conntrack -F

  // ---- Waiting

  // Waits until `holds` says true: asked at once, and again each time the kernel announces a change
  // of this node's links, addresses, routes, neighbours or rules. False when `within` is over;
  // without it, the lab's patience.
  [[nodiscard]] bool wait_until(const std::function<bool()>& holds,
                                std::optional<std::chrono::milliseconds> within = {},
                                Caller caller = Caller::here()) const;
  [[nodiscard]] Monitor monitor(Caller caller = Caller::here()) const;  // = ip monitor, from now on

  // ---- Packets

  // What passes an interface from now on, until the lab ends: = tcpdump -p -i DEV FILTER. Without
  // `dev`, or with "any": all interfaces, those that come later too. `filter` as in pcap-filter(7);
  // one that does not compile is std::invalid_argument, with libpcap's words. The interface stays as
  // it is: not promiscuous.
  Capture& capture(TextView dev, TextView filter = {}, CaptureOptions options = {},
                   Caller caller = Caller::here());
  // Sends one whole frame, from its destination's MAC address on, by an interface: see
  // capture/frames.h. Returns when the interface has it. std::system_error: ENETDOWN, EMSGSIZE …
  void inject(TextView dev, std::span<const std::uint8_t> frame, Caller caller = Caller::here());

  // ---- For code of your own

  // A socket born in this node (socket(2)), close-on-exec, for code that runs in the test process
  // itself: threads, mocks and debugger as usual. At the lab's end its TCP connection is aborted
  // (ECONNABORTED).
  [[nodiscard]] UniqueFd socket(int domain, int type, int protocol = 0,
                                Caller caller = Caller::here()) const;

  // Calls f in a *fork* of the test process that has entered this node. What f returns comes back;
  // what it writes to captured variables does not. EXPECT_, ASSERT_, SCOPED_TRACE, GTEST_SKIP and
  // RecordProperty inside are reported here, with their own file and line, and "[in NODE]". An
  // exception, a signal, exit(3), and not ending in options.timeout end the test as failed, saying
  // so; what a sanitizer reports fails it. stdout and stderr are the test's own, and in order with
  // the assertions. Processes that f leaves behind live until the lab ends, at most.
  template <std::invocable F>
  auto run(F f, RunOptions options = {}, Caller caller = Caller::here()) const
      -> std::invoke_result_t<F&> {
    using T = std::invoke_result_t<F&>;
    static_assert(internal::Returnable<T>::value,
                  "vethlab: run() can bring back numbers, enums, strings, vectors, optionals, "
                  "pairs and tuples of them, plain structs, UniqueFd and ProbeReport. Pointers, "
                  "references, string_view and span would point into a process that is gone.");
    internal::Closure closure(*this, caller);
    if (closure.inside()) {
      closure.perform([&f]([[maybe_unused]] internal::Encoder& reply) {
        if constexpr (std::is_void_v<T>) {
          f();
        } else {
          auto value = f();
          reply.put(value);
        }
      });
    }
    if constexpr (std::is_void_v<T>) (void)closure.answer(options.timeout, caller);
    else return internal::Decoder(closure.answer(options.timeout, caller)).template take<T>();
  }

  // The same for a closure that keeps running, in the lab's care: returns when it is ready. In a
  // fork of the process that made the lab (a death test's): std::logic_error.
  template <std::invocable F>
  Job& start(F f, const StartOptions& options = {}, Caller caller = Caller::here()) const {
    static_assert(std::is_void_v<std::invoke_result_t<F&>>,
                  "vethlab: start() takes a closure that returns nothing");
    auto closure = std::make_unique<internal::Closure>(*this, caller, internal::Heard::kLater);
    if (closure->inside()) closure->perform([&f](internal::Encoder&) { f(); });
    return keep(std::move(closure), options, caller);
  }

  // A server in this node that answers when this returns, in the lab's care (server.h), on all of the
  // node's addresses, IPv4 and IPv6. A port that is taken: std::system_error with EADDRINUSE.
  // serve_echo: TCP and UDP; sends back what it gets. serve_http: HTTP/1.1; answers each GET with
  // 200, `body`, and an X-Client header, the client's address and port as they are seen here.
  Server& serve_echo(int port, Caller caller = Caller::here()) const;
  Server& serve_http(int port, TextView body, Caller caller = Caller::here()) const;

  // Runs a program in this node, in the lab's world, and waits for its end: = ip netns exec NODE ….
  // A program that is not there, or cannot be run: std::system_error, with where it was looked for.
  // What it leaves running lives until the lab ends, but at the timeout all of it is killed.
  // The world, of closures too: the machine's files as they are, but /run, /proc and /sys are the
  // lab's and the node's own, private_dirs the node's, and /run/netns shows the lab's nodes. The
  // hostname is the node's name; /etc/hosts has all nodes and their addresses (written anew when
  // one has changed), /etc/resolv.conf no nameserver.
  [[nodiscard]] ProgramResult exec(const Argv& argv, ExecOptions options = {},
                                   Caller caller = Caller::here()) const;
  // The same of a program that prints JSON: its stdout as a value (json.h; HasJson, IsJson). One that
  // fails, is late, or prints something else: NoJson, with its exit status and the end of what it
  // printed, or the place that is not JSON. EXPECT_EVENTUALLY then asks again.
  [[nodiscard]] Json json(const Argv& argv, ExecOptions options = {},
                          Caller caller = Caller::here()) const;
  // A script, by bash -eu: of a pipeline the last command's status counts ("set -o pipefail" has all
  // count). Where it fails: std::runtime_error with the line, the command and stderr; at the timeout
  // with the commands that were running.
  void shell(TextView script, ExecOptions options = {}, Caller caller = Caller::here()) const;

  // Starts a program that keeps running, in the foreground, in this node, and returns when it is ready
  // (daemon.h). One that is not in time, or ends before, ends the test as failed, with what it wrote.
  Daemon& spawn(const Argv& argv, SpawnOptions options = {}, Caller caller = Caller::here()) const;

  // "/run/netns/NODE": what programs of this lab call the node's network namespace.
  [[nodiscard]] std::string netns_path() const;

  [[nodiscard]] internal::NodeState& state() const { return *state_; }  // the framework's own

 private:
  Job& keep(std::unique_ptr<internal::Closure> closure, const StartOptions& options,
            Caller caller) const;

  std::unique_ptr<internal::NodeState> state_;
};

}  // namespace vethlab
