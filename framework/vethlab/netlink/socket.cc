#include <vethlab/netlink/socket.h>

#include <vethlab/base/errors.h>

#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <new>
#include <string_view>

namespace vethlab::netlink {
namespace {

struct Exchange {
  unsigned sequence = 0;
  const Socket::Each* each = nullptr;
  bool done = false;
  int error = 0;
  std::string detail;
};

std::string extended_ack(const nlmsgerr* error) {
  const auto* header =
      reinterpret_cast<const nlmsghdr*>(reinterpret_cast<const char*>(error) - NLMSG_HDRLEN);
  if ((header->nlmsg_flags & NLM_F_ACK_TLVS) == 0) return {};
  std::size_t skip = NLMSG_ALIGN(sizeof(nlmsgerr));
  if ((header->nlmsg_flags & NLM_F_CAPPED) == 0)  // the request is quoted in full
    skip += NLMSG_ALIGN(error->msg.nlmsg_len - NLMSG_HDRLEN);
  const int left = static_cast<int>(header->nlmsg_len - NLMSG_HDRLEN) - static_cast<int>(skip);
  if (left <= 0) return {};
  auto* first =
      reinterpret_cast<nlattr*>(const_cast<char*>(reinterpret_cast<const char*>(error)) + skip);
  const nlattr* text = nla_find(first, left, NLMSGERR_ATTR_MSG);
  if (text == nullptr) return {};
  std::string_view words(static_cast<const char*>(nla_data(text)),
                         static_cast<std::size_t>(nla_len(text)));
  return std::string(words.substr(0, words.find('\0')));
}

int on_message(nl_msg* message, void* arg) {
  auto& exchange = *static_cast<Exchange*>(arg);
  if (*exchange.each) (*exchange.each)(message);
  return NL_OK;
}

int on_end(nl_msg*, void* arg) {
  static_cast<Exchange*>(arg)->done = true;
  return NL_STOP;
}

int on_error(sockaddr_nl*, nlmsgerr* error, void* arg) {
  auto& exchange = *static_cast<Exchange*>(arg);
  exchange.done = true;
  exchange.error = -error->error;
  exchange.detail = extended_ack(error);
  return NL_STOP;
}

// An answer to an earlier request that was given up on (an exception came between) is not ours.
int on_sequence(nl_msg* message, void* arg) {
  return nlmsg_hdr(message)->nlmsg_seq == static_cast<Exchange*>(arg)->sequence ? NL_OK : NL_SKIP;
}

}  // namespace

Socket::Socket(UniqueFd fd, int protocol)
    : socket_(nl_socket_alloc()), callbacks_(nl_cb_alloc(NL_CB_DEFAULT)) {
  if (!socket_ || !callbacks_) throw std::bad_alloc();
  const int error = nl_socket_set_fd(socket_.get(), protocol, fd.get());
  if (error < 0) throw Refusal{EINVAL, "adopt a netlink socket", nl_geterror(error)};
  const int on = 1;
  ::setsockopt(fd.get(), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
  ::setsockopt(fd.release(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
  nl_socket_set_msg_buf_size(socket_.get(), 1 << 16);  // a whole dump message, without a peek first
}

int Socket::fd() const { return nl_socket_get_fd(socket_.get()); }

// Of a fork of the test that was killed within its own request: its numbers are ours, too. The kernel
// answers within send, so that all of it is here; but for the rest of a listing, which reading brings.
void Socket::forget_answers() {
  char byte = 0;
  while (::recv(fd(), &byte, sizeof byte, MSG_DONTWAIT) >= 0 || errno == EINTR ||
         errno == ENOBUFS) {
  }
}

void Socket::request(const std::string& attempt, nl_msg* message, const Each& each) {
  forget_answers();
  const int sent = nl_send_auto(socket_.get(), message);
  if (sent < 0) throw Refusal{errno, attempt, nl_geterror(sent)};

  Exchange exchange{nlmsg_hdr(message)->nlmsg_seq, &each, false, 0, {}};
  nl_cb* const cb = callbacks_.get();
  nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_message, &exchange);
  nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_end, &exchange);
  nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_end, &exchange);
  nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_sequence, &exchange);
  nl_cb_err(cb, NL_CB_CUSTOM, on_error, &exchange);
  while (!exchange.done) {
    const int got = nl_recvmsgs(socket_.get(), cb);
    if (got == -NLE_DUMP_INTR)
      throw Refusal{EINTR, attempt, "the table changed while it was listed"};
    if (got < 0 && !exchange.done) throw Refusal{errno, attempt, nl_geterror(got)};
  }
  if (exchange.error != 0) throw Refusal{exchange.error, attempt, exchange.detail};
}

void Socket::list(const std::string& attempt, int message_type, int family, const Each& each,
                  const std::function<void()>& restart) {
  constexpr int kTries = 100;
  for (int i = 1;; ++i) {
    const Message message(nlmsg_alloc_simple(message_type, NLM_F_REQUEST | NLM_F_DUMP));
    // A family alone, as libnl itself asks: the kernel takes it for every table but links' strict,
    // and a bridge's (AF_BRIDGE), for which it wants the whole header.
    ndmsg ask{};
    ask.ndm_family = static_cast<unsigned char>(family);
    const std::size_t size = message_type == RTM_GETNEIGH ? sizeof ask : sizeof ask.ndm_family;
    nlmsg_append(message.get(), &ask, size, NLMSG_ALIGNTO);
    try {
      return request(attempt, message.get(), each);
    } catch (const Refusal& refusal) {
      if (refusal.error != EINTR || i == kTries) throw;
      restart();
    }
  }
}

}  // namespace vethlab::netlink
