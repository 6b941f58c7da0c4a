// private
#pragma once

#include <string>

// mount(2) and its younger relatives, in a process that has entered a lab's mount namespace. What
// the kernel refuses is thrown as Refusal.
namespace vethlab::netns {

void mount_or_throw(const char* source, const std::string& target, const char* type,
                    unsigned long flags, const char* data = nullptr);

}  // namespace vethlab::netns
