#include <vethlab/lab/sanitizer_report.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

// <sanitizer/common_interface_defs.h>; there when a sanitizer is.
extern "C" void __sanitizer_set_report_fd(void* fd) __attribute__((weak));

namespace vethlab::internal {
namespace {

using SetReportFd = void (*)(void* fd);

int find_in_object(dl_phdr_info* object, std::size_t, void* result) {
  auto& found = *static_cast<std::vector<SetReportFd>*>(result);
  void* const handle = ::dlopen(object->dlpi_name, RTLD_NOLOAD | RTLD_LAZY);  // "": the program
  if (handle == nullptr) return 0;
  const auto set = reinterpret_cast<SetReportFd>(::dlsym(handle, "__sanitizer_set_report_fd"));
  ::dlclose(handle);
  if (set != nullptr && std::ranges::find(found, set) == found.end()) found.push_back(set);
  return 0;
}

// gcc's libasan and libubsan each have a descriptor of their own to write to, clang's have one.
const std::vector<SetReportFd>& sanitizers() {
  static const auto all = [] {
    std::vector<SetReportFd> found;
    if (&__sanitizer_set_report_fd == nullptr) return found;
    ::dl_iterate_phdr(find_in_object, &found);
    if (found.empty()) found.push_back(&__sanitizer_set_report_fd);
    return found;
  }();
  return all;
}

void report_to(SetReportFd set, int fd) { set(std::bit_cast<void*>(std::intptr_t{fd})); }

// In a worker: where reports go.
int file_of_worker = -1;
pid_t worker = -1;

// Each has a copy of its own, which it may close.
void report_to_file() {
  for (const SetReportFd set : sanitizers())
    report_to(set, ::fcntl(file_of_worker, F_DUPFD_CLOEXEC, 0));
}

void report_to_stderr() {
  for (const SetReportFd set : sanitizers()) report_to(set, STDERR_FILENO);
}

}  // namespace

SanitizerReport::SanitizerReport() {
  if (!sanitizers().empty()) file_ = UniqueFd(::memfd_create("sanitizer report", MFD_CLOEXEC));
}

[[gnu::hot]] void SanitizerReport::take_here() const {
  if (!file_) return;
  file_of_worker = file_.get();
  worker = ::getpid();
  report_to_file();
  // In another process a sanitizer closes what it was given, and makes a file in the directory.
  ::pthread_atfork(nullptr, nullptr, report_to_stderr);
}

std::string SanitizerReport::text() const {
  std::string report;
  std::array<char, 4096> part;
  ssize_t got = 0;
  while (file_ && (got = ::pread(file_.get(), part.data(), part.size(),
                                 static_cast<off_t>(report.size()))) > 0)
    report.append(part.data(), static_cast<std::size_t>(got));

  std::string text;
  for (std::string_view left = report; !left.empty();) {
    const std::string_view line = left.substr(0, left.find('\n'));
    left.remove_prefix(std::min(left.size(), line.size() + 1));
    const bool is_ruler = line.find_first_not_of('=') == line.npos;
    if (text.empty() && is_ruler) continue;
    text.append(text.empty() ? "" : "\n").append(line.empty() ? "" : "  ").append(line);
  }
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace vethlab::internal

// UndefinedBehaviorSanitizer calls it before it writes. (gcc's begins only with its first report,
// and then first puts the descriptor back to stderr.) Weak: a test's own is taken instead.
extern "C" __attribute__((weak)) void __ubsan_on_report() {
  if (vethlab::internal::worker == ::getpid()) vethlab::internal::report_to_file();
}
