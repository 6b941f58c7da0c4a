#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/stream.h>
#include <vethlab/lab/destination.h>

#include <memory>
#include <vector>

namespace vethlab {

class Node;

namespace internal {

// A stream under way (Node::stream): a process of its own sends the echoes from when this is made until
// it is asked for the reports. If it never is, since the user's code threw, that process is killed.
class Stream {
 public:
  Stream(const Node& from, const std::vector<Destination>& to, const StreamOptions& options,
         Caller caller);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream();

  std::vector<StreamReport> reports();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace internal
}  // namespace vethlab
