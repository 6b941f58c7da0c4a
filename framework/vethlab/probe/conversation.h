// private
#pragma once

#include <vethlab/base/unique_fd.h>
#include <vethlab/probe/serve.h>

#include <cstdint>
#include <string>

namespace vethlab::probe {

// A server's side of one TCP connection. Never blocks; what is not sent yet waits here.
class Conversation {
 public:
  Conversation(UniqueFd socket, const ClientAddress& client);

  // After epoll has told that something has changed. False: it has ended.
  bool go_on(const Answerer& answerer);

  [[nodiscard]] int descriptor() const { return socket_.get(); }
  [[nodiscard]] std::uint32_t wants() const;  // for epoll

 private:
  bool listen(const Answerer& answerer);
  bool speak();

  UniqueFd socket_;
  ClientAddress client_;
  std::string heard_ = {};
  std::string to_say_ = {};
  bool said_all_ = false;   // nothing more will come from here
  bool heard_all_ = false;  // nothing more will come from there
};

}  // namespace vethlab::probe
