#include <vethlab/lab/orders.h>

#include <vethlab/lab/run_order.h>
#include <vethlab/lab/spawn_order.h>
#include <vethlab/lab/stream_order.h>

#include <utility>

namespace vethlab::internal {

void obey(netns::Worker& worker, netns::Message first) {
  switch (first.kind) {
    case netns::Message::Kind::kOrder: return obey_orders(worker, std::move(first));
    case netns::Message::Kind::kSpawn: return obey_spawn(worker, std::move(first));
    case netns::Message::Kind::kStream: return obey_stream(worker, std::move(first));
    default: return;
  }
}

}  // namespace vethlab::internal
