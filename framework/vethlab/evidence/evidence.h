// private
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

// What is known of a failed test, as plain values: lab/gather.h fills them in from the living lab,
// and what writes files from them needs no lab. Times are since the test's start. Several labs at
// once may have nodes of the same name: what belongs to one has its number, an index into Evidence::labs.
namespace vethlab::evidence {

using Time = std::chrono::nanoseconds;

struct Failure {
  std::string file = {};  // as the compiler was given it; empty: none
  int line = 0;
  std::string text = {};
  Time at{0};
  friend bool operator==(const Failure&, const Failure&) = default;
};

// One interface of a node.
struct Interface {
  std::string name = {};
  std::string mac = {};
  int mtu = 0;
  bool up = false;                          // administratively
  bool carrier = false;                     // and it has carrier
  std::string kind = {};                    // "veth", "bridge" …; empty: lo
  std::string master = {};                  // the bridge of which it is a port; empty: none
  std::vector<std::string> addresses = {};  // "10.0.0.1/24", "fd00::1/64"; no link-local ones
  friend bool operator==(const Interface&, const Interface&) = default;
};

struct Node {
  std::string name = {};
  bool is_switch = false;
  bool forwards = false;                   // a router, in IPv4 or IPv6
  std::vector<Interface> interfaces = {};  // in the order of `ip link`
  std::string snapshot = {};               // sections, each under its command: "# ip link"
  // Lines of it that an untouched node hasn't (+), and the reverse (-), each section's under its
  // heading; empty: none.
  std::string difference = {};
  std::string trouble = {};  // why something of it is missing; empty: nothing is
  std::string enter = {};    // the command that enters it from another terminal, while it lives
  friend bool operator==(const Node&, const Node&) = default;
};

// An end's state is what its node says of it at the failure.
struct End {
  std::string node = {};
  std::string dev = {};
  bool up = false;  // up, with carrier
  friend bool operator==(const End&, const End&) = default;
};

struct Wire {
  End a = {};
  End b = {};
  bool drops = false;  // Wire::drop_all: it loses all, in silence
  friend bool operator==(const Wire&, const Wire&) = default;
};

// A verb that the test called.
struct Step {
  Time start{0};
  std::optional<Time> took = {};  // none: it was under way at the failure
  std::size_t lab = 0;
  std::string node = {};  // "r1"; of a wire "r1--r2"; empty: of the lab
  std::string verb =
      {};  // as the test has it, with its main argument: "add_route 10.0.0.0/24 via 10.1.0.1"
  std::string file = {};
  int line = 0;
  std::string result = {};  // "" (done), "refused: …", "1 of 1 echo answered", "exit status 1"
  bool failed = false;      // it threw
  friend bool operator==(const Step&, const Step&) = default;
};

// Something that happened beside the test's own steps.
struct Event {
  enum class Kind : unsigned char { kPacket, kDaemonOut, kDaemonErr };
  Time at{0};
  Kind kind = Kind::kPacket;
  std::size_t lab = 0;
  std::string node = {};
  std::string source = {};  // a packet's interface, a daemon's program
  std::string text = {};    // one line
  friend bool operator==(const Event&, const Event&) = default;
};

struct Daemon {
  std::size_t lab = 0;
  std::string node = {};
  std::vector<std::string> argv = {};
  std::string end = {};                 // "exit status 1", "killed by SIGSEGV"; empty: it runs
  std::vector<std::string> lines = {};  // of its output, as they go to its file
  friend bool operator==(const Daemon&, const Daemon&) = default;
};

struct Capture {
  std::size_t lab = 0;
  std::string node = {};
  std::string dev = {};     // empty: all interfaces
  std::string filter = {};  // empty: none
  std::size_t packets = 0;
  std::size_t lost = 0;
  std::string pcapng = {};  // the file's bytes
  friend bool operator==(const Capture&, const Capture&) = default;
};

struct Lab {
  std::string made = {};  // "reach_test.cc:9": where
  std::vector<Node> nodes = {};
  std::vector<Wire> wires = {};
  bool ended = false;        // what was gathered is of its end, or before
  std::string trouble = {};  // why something of it is missing
  friend bool operator==(const Lab&, const Lab&) = default;
};

// Where packets got lost, if that is known.
struct BrokenHop {
  std::size_t lab = 0;
  std::string node = {};
  std::string dev = {};   // empty: in the node itself
  std::string what = {};  // "drops it: no route to 10.3.0.0/24"
  friend bool operator==(const BrokenHop&, const BrokenHop&) = default;
};

struct File {
  std::string name = {};  // within the folder: "r1.txt"
  std::string what = {};  // "snapshot of r1"
  friend bool operator==(const File&, const File&) = default;
};

struct Evidence {
  std::string test = {};               // "Suite.Name"
  std::string program = {};            // as it was started
  std::string when = {};               // the test's start: "2026-03-01 10:23:07 UTC"
  std::vector<Failure> failures = {};  // in their order
  std::vector<Lab> labs = {};
  std::vector<Step> steps = {};    // by start
  std::vector<Event> events = {};  // by time
  std::vector<Daemon> daemons = {};
  std::vector<Capture> captures = {};
  std::string diagnosis = {};  // sentences, and the path; empty: none
  std::optional<BrokenHop> broken = {};
  std::string mermaid = {};             // network.mmd
  std::string svg = {};                 // network.svg, as dot made it; empty: there is no dot
  std::vector<File> files = {};         // all written before the report
  std::vector<std::string> notes = {};  // what could not be gathered or written, and why
  friend bool operator==(const Evidence&, const Evidence&) = default;
};

}  // namespace vethlab::evidence
