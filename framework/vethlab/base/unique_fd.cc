#include <vethlab/base/unique_fd.h>

#include <unistd.h>

namespace vethlab {

[[gnu::hot]] UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

[[gnu::hot]] UniqueFd::~UniqueFd() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace vethlab
