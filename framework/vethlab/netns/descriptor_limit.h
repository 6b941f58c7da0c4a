// private
#pragma once

namespace vethlab::netns {

// Raises the soft limit of descriptors to the hard one (getrlimit(2)). True if there was room to gain.
bool raise_descriptor_limit();

// The same, but where some tens more have room it does nothing: for what opens many, not all of them by
// calls that say that there is none (recvmsg(2) drops them).
void make_room_for_descriptors();

}  // namespace vethlab::netns
