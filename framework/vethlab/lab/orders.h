// private
#pragma once

#include <vethlab/netns/channel.h>
#include <vethlab/netns/worker.h>

namespace vethlab::internal {

// What a worker that is a fork of the zygote does, by the kind of its first message.
void obey(netns::Worker& worker, netns::Message first);

}  // namespace vethlab::internal
