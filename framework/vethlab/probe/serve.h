// private
#pragma once

#include <vethlab/base/client_address.h>
#include <vethlab/base/unique_fd.h>

#include <functional>
#include <string>
#include <vector>

namespace vethlab::probe {

// What is said to a client: the answerer takes what it uses out of `heard`.
struct Said {
  std::string text = {};
  bool last = false;  // nothing more will be said to it
};
using Answerer = std::function<Said(std::string& heard, const ClientAddress& client)>;

struct ServeSockets {
  UniqueFd tcp = {};      // listens
  UniqueFd udp = {};      // bound, with IPV6_RECVPKTINFO; none: TCP only. Datagrams are sent back.
  UniqueFd control = {};  // a stream; see ask_for_peers()
};

// Serves in one epoll loop until `control` is at its end.
void serve(const ServeSockets& sockets, const Answerer& answerer);

// At the other end of `control`: who has come, in order. The server first takes all that the kernel
// has for it. False: nobody serves there any more.
bool ask_for_peers(int control, std::vector<ClientAddress>& peers);

}  // namespace vethlab::probe
