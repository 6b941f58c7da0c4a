// private
#pragma once

namespace vethlab::netns {

// Raises the soft limit of descriptors to the hard one (getrlimit(2)). True if there was room to gain.
bool raise_descriptor_limit();

}  // namespace vethlab::netns
