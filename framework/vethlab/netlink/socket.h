// private
#pragma once

#include <vethlab/base/unique_fd.h>
#include <vethlab/netlink/handles.h>

#include <functional>
#include <memory>
#include <string>

namespace vethlab::netlink {

// A netlink socket that was opened in a node (NETLINK_ROUTE, or another protocol), adopted by libnl. Answers questions about that
// node's namespace from wherever this process is. The kernel's refusal is a Refusal with its own
// errno and extended-ack text (libnl's error codes fold many errnos into one).
class Socket {
 public:
  explicit Socket(UniqueFd fd, int protocol = NETLINK_ROUTE);

  using Each = std::function<void(nl_msg*)>;

  // Sends one request and returns when the kernel has answered; `each` gets what it answers with.
  // `attempt` is for the error: "add address 10.0.0.1/24 to eth0".
  void request(const std::string& attempt, nl_msg* message, const Each& each = {});

  // Asks for all of one kind: RTM_GETLINK, AF_UNSPEC … `restart` is called where the kernel's tables
  // changed during the listing and it begins anew.
  void list(const std::string& attempt, int message_type, int family, const Each& each,
            const std::function<void()>& restart);

  [[nodiscard]] int fd() const;

 private:
  void forget_answers();

  Handle<nl_socket_free> socket_;
  Handle<nl_cb_put> callbacks_;
};

}  // namespace vethlab::netlink
