// private
#pragma once

#include <vethlab/diagnosis/case.h>
#include <vethlab/diagnosis/routing.h>

#include <cstdint>
#include <optional>
#include <string>

namespace vethlab::diagnosis {

// One function a place where a probe can break. Each looks at what was seen and at what the nodes say,
// and names a cause only where that decides; else it finds nothing.

Finding refused_at_source(Case& judged);  // the send failed: errno
Finding told_by_icmp(Case& judged);       // an ICMP error came back
Finding lost_in_silence(Case& judged);    // no answer

// On the way to `to` this node asked for a neighbour during the probe, and nobody answered, or it did not
// hear the answer.
Finding unanswered_neighbour(Case& judged, const Node& asker, const IpAddress& to);
// The question has come in at its owner, who by its own settings does not answer.
Finding ignored_question(Case& judged, const Facts::Owner& owner, const Sighting& arrived,
                         const IpAddress& target);
// It was to ask for one, and its own firewall did not let the question out.
Finding not_asked(Case& judged, const Node& node, const Route& route, const IpAddress& to);
// A packet left the node by an interface, and was not seen to come in at the other end.
Finding lost_on_link(Case& judged, const Sighting& last);
// A packet came in at a node that it was not for, and did not go out.
Finding not_forwarded(Case& judged, const Sighting& last);
// A request came in at the node that it was for, and no answer went out.
Finding not_answered(Case& judged, const Sighting& last);
// A packet came in, and the node's own checks on its source refuse it: rp_filter, martians.
Finding refused_source(Case& judged, const Sighting& last);
// A packet was to leave by this interface, and did not: its carrier, tc's filters, its
// queueing discipline.
Finding not_sent(Case& judged, const Node& node, const std::string& dev);
// A filter of tc's drops it, at an interface where it came in or was to leave.
enum class Way : std::uint8_t { kIn, kOut };
Finding dropped_by_filter(Case& judged, const Node& node, const std::string& dev, Way way);
// Its queueing discipline drops or keeps what it is given.
Finding dropped_by_qdisc(Case& judged, const Node& node, const Link& link);
// A bridge that took a frame in by `in` did not put it out by `out`, behind which the one is whom it is for.
Finding not_bridged(Case& judged, const Sighting& arrived, const Link& in, const Link& out);
// Whose wire ends at a bridge that does not have that end as a port.
Finding beside_the_bridge(Case& judged, const Node& node, const std::string& dev);
// The frame was for another interface's MAC address.
Finding wrong_mac(Case& judged, const Sighting& last);

// It has the tag of a VLAN that the interface by which it came in has no interface for.
Finding tagged(Case& judged, const Sighting& last);
// A node that does not forward got it because the one before has its MAC address for another's.
Finding sent_to_another(Case& judged, const Sighting& last);

// The port is asked for: who listens there, and how. kRefused: a reset or an ICMP error left that node.
enum class Told : std::uint8_t { kNothing, kRefused };
Finding not_listening(Case& judged, const Node& node, Told told);
// A reset came back.
Finding reset_by(Case& judged);

// A neighbour's question or answer, of ARP or IPv6.
bool asks_for_neighbour(const Packet& packet);
std::optional<IpAddress> neighbour_target(const Packet& packet);  // of both
// "the ARP request for 10.0.0.2"; of all that is no such thing: "it", the probe's own packet.
std::string in_words(const Packet& packet);

}  // namespace vethlab::diagnosis
