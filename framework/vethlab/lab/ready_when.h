#pragma once

#include <vethlab/base/prefix.h>
#include <vethlab/base/text_view.h>
#include <vethlab/lab/destination.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace vethlab {

class Daemon;
class Node;

// When is what was started ready? By default as soon as it runs. Combined by &&:
// {.ready = listens_on_tcp(80) && prints_line("ready")}. Asked again when the program says something,
// and every 5 ms.
class Ready {
 public:
  Ready() = default;
  // One of your own: "it " and what, and whether that holds now.
  Ready(std::string what, std::function<bool(const Node&)> holds);
  friend Ready operator&&(const Ready& a, const Ready& b);

  // What was started, and where. `daemon`: of spawn; nullptr: of start.
  struct Asked {
    const Node& node;
    const Daemon* daemon = nullptr;
  };
  struct Condition {
    std::string what;  // "it listens on TCP port 179"
    std::function<bool(const Asked&)> holds;
    bool of_programs = false;   // spawn's alone
    bool of_listeners = false;  // it is told who listens instead
  };
  explicit Ready(Condition condition) : conditions_{std::move(condition)} {}

  [[nodiscard]] const std::vector<Condition>& conditions() const { return conditions_; }
  [[nodiscard]] std::string what() const;  // "it listens on TCP port 179 and it prints …"
  [[nodiscard]] bool holds(const Asked& asked) const;
  // Those that do not hold, as a Ready of their own.
  [[nodiscard]] Ready missing(const Asked& asked) const;

 private:
  std::vector<Condition> conditions_ = {};
};

// Some socket of the node has the port, whoever opened it: of either family, on any address.
Ready listens_on_tcp(std::uint16_t port);
Ready listens_on_udp(std::uint16_t port);  // bound, and not connected
Ready listens_on_path(TextView path);  // a Unix socket, as it was bound; "@name": an abstract one
// A line of its output contains the text. (Of spawn alone.)
Ready prints_line(TextView containing);
// It has sent "READY=1" to the socket named by NOTIFY_SOCKET: sd_notify(3). (Of spawn alone.)
Ready notifies();
Ready exists(TextView path);        // a file, as programs of the node see it
Ready has_route(Prefix to);         // in the node's main table
Ready has_address(Prefix address);  // on any interface of the node
Ready answers(Destination probe);   // a probe from the node is answered within 200 ms

}  // namespace vethlab
