// private
#pragma once

#include <netlink/addr.h>
#include <netlink/handlers.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/route.h>
#include <netlink/route/rule.h>
#include <netlink/socket.h>

#include <memory>

namespace vethlab::netlink {

template <class T>
T* argument_of(void (*)(T*));

template <auto Free>
struct Deleter {
  void operator()(auto* handle) const { Free(handle); }
};

// Owns what a C library made: Handle<nl_socket_free>.
template <auto Free>
using Handle = std::unique_ptr<std::remove_pointer_t<decltype(argument_of(Free))>, Deleter<Free>>;

using Message = Handle<nlmsg_free>;
using NlAddress = Handle<nl_addr_put>;

}  // namespace vethlab::netlink
