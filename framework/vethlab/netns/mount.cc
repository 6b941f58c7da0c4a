#include <vethlab/netns/mount.h>

#include <vethlab/base/errors.h>

#include <sys/mount.h>

#include <cerrno>

#include <fmt/format.h>

namespace vethlab::netns {
void mount_or_throw(const char* source, const std::string& target, const char* type,
                    unsigned long flags, const char* data) {
  if (::mount(source, target.c_str(), type, flags, data) != 0)
    throw Refusal{
        errno, fmt::format("mount {} on {}", type != nullptr ? type : source, target), {}};
}

}  // namespace vethlab::netns
