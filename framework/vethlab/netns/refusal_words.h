// private
#pragma once

#include <vethlab/base/errors.h>

#include <string_view>

namespace vethlab::netns {

// The words for what a machine lacks: what was attempted, the kernel's reason, and how to mend it.
Unsupported no_user_namespace(const Refusal& refusal);
Unsupported no_network_namespace(const Refusal& refusal);
Unsupported no_pid_namespace(const Refusal& refusal);
Unsupported no_mount_namespace(const Refusal& refusal);
Unsupported no_private_dir(const Refusal& refusal);
Unsupported no_descriptors(const Refusal& refusal);
Unsupported no_raw_socket(const Refusal& refusal);
Unsupported no_sysctl(const Refusal& refusal);
Unsupported no_other_users(std::string_view reason, std::string_view mend);
Unsupported one_id();  // of this process, root or not

}  // namespace vethlab::netns
