// private
#pragma once

#include <vethlab/base/ip_address.h>
#include <vethlab/base/probe.h>
#include <vethlab/capture/packet.h>
#include <vethlab/diagnosis/facts.h>
#include <vethlab/lab/destination.h>
#include <vethlab/lab/node.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace vethlab::diagnosis {

// A packet of the probe, or one that asks for a neighbour, as a node's interface saw it.
struct Sighting {
  const Node* node = nullptr;
  Packet packet = {};
  [[nodiscard]] bool in() const { return packet.direction == Direction::kIn; }
  [[nodiscard]] bool out() const { return packet.direction == Direction::kOut; }
};

// What there is to judge: a verdict that was not the expected one, and the same probe again, watched.
struct Case {
  Facts& facts;
  const Node& source;
  const Destination& destination;
  IpAddress to = {};            // its address
  const Node* meant = nullptr;  // the node that was asked for; nullptr: an address was
  Transport transport = Transport::kIcmp;
  int port = 0;
  ProbeOptions options = {};
  ProbeReport first = {};
  ProbeReport again = {};
  // In the order they were seen. Each request or answer is the probe's own, by its cookie.
  std::vector<Sighting> requests = {};
  std::vector<Sighting> answers = {};
  std::vector<Sighting> errors = {};       // ICMP errors about a request
  std::vector<Sighting> resolutions = {};  // ARP, neighbour solicitations and advertisements
  // Whom each node had then asked for in vain.
  std::map<const Node*, std::vector<IpAddress>> unanswered = {};

  std::chrono::nanoseconds transit{0};  // from the first of them to the last request or answer
  bool incomplete = false;              // more passed than the watching sockets had room for

  [[nodiscard]] Family family() const { return to.family(); }
  [[nodiscard]] std::string packet_word() const;  // "echo", "SYN", "datagram"
};

// What was found. `why` is one sentence; empty: nothing is known.
struct Finding {
  std::string why = {};
  std::vector<std::string> evidence = {};  // a line each
  const Node* node = nullptr;              // where it broke
  std::string dev = {};                    // the interface, if one
  std::string family = {};                 // of the firewall's table, if one decided: "inet"
  explicit operator bool() const { return !why.empty(); }
};

}  // namespace vethlab::diagnosis
