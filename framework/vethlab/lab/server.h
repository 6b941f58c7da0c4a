#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/client_address.h>
#include <vethlab/base/unique_fd.h>

#include <vector>

namespace vethlab {

class Job;
class Node;

// A small server in a node (Node::serve_echo, Node::serve_http), in a process of its own. The Lab owns
// it, and ends it.
class Server {
 public:
  Server(const Node& node, int port, Job& job, UniqueFd control);  // for Node
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  [[nodiscard]] int port() const { return port_; }

  // All that it has heard until now: an entry each TCP connection, and each UDP address and port, in
  // order. Whatever a probe has seen answered is among them. Of a server that was killed the test ends
  // as failed, saying so.
  [[nodiscard]] std::vector<ClientAddress> clients(Caller caller = Caller::here());

  // The port is free when this returns; clients() still tells who there was. A second stop does
  // nothing.
  void stop(Caller caller = Caller::here());

 private:
  const Node& node_;
  int port_;
  Job& job_;
  UniqueFd control_;  // none: it was stopped
  std::vector<ClientAddress> heard_;
};

}  // namespace vethlab
