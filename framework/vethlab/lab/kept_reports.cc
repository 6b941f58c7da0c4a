#include <vethlab/lab/kept_reports.h>

#include <vethlab/base/errors.h>

#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <string>

namespace vethlab::internal {

KeptReports::KeptReports(Heard heard) {
  if (heard == Heard::kAtOnce) return;
  file_ = UniqueFd(::memfd_create("reports of a job", MFD_CLOEXEC));
  if (!file_) throw Refusal{errno, "memfd_create()", {}};
}

// One call each: threads and forks of the worker have the file's position in common.
bool KeptReports::add(std::string_view report) const {
  std::size_t size = report.size();
  const std::array<iovec, 2> data = {iovec{&size, sizeof size},
                                     iovec{const_cast<char*>(report.data()), size}};
  const ssize_t whole = static_cast<ssize_t>(sizeof size + size);
  return file_ && ::writev(file_.get(), data.data(), data.size()) == whole;
}

// A last one that is not whole was cut off by the worker's end.
void KeptReports::take(const std::function<void(std::string_view)>& each) {
  std::size_t size = 0;
  while (file_ && ::pread(file_.get(), &size, sizeof size, taken_) == sizeof size) {
    std::string report(size, '\0');
    const auto begin = taken_ + static_cast<off_t>(sizeof size);
    if (::pread(file_.get(), report.data(), size, begin) != static_cast<ssize_t>(size)) return;
    taken_ = begin + static_cast<off_t>(size);
    each(report);
  }
}

}  // namespace vethlab::internal
