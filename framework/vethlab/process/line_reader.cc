#include <vethlab/process/line_reader.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace vethlab::process {
namespace {

constexpr std::size_t kMostBytes = 4096;

}  // namespace

void LineReader::take(std::size_t size, std::chrono::nanoseconds at, OutputLog& log) {
  std::string_view rest(buffer_.data(), size);
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const std::string_view part = rest.substr(0, end);
    const std::size_t room = kMostBytes - line_.size();
    line_.append(part.substr(0, room));
    cut_off_ = cut_off_ || part.size() > room;
    if (end == rest.npos) return;
    put(at, log);
    rest.remove_prefix(end + 1);
  }
}

void LineReader::finish(std::chrono::nanoseconds at, OutputLog& log) {
  if (!line_.empty()) put(at, log);
}

void LineReader::put(std::chrono::nanoseconds at, OutputLog& log) {
  if (!line_.empty() && line_.back() == '\r') line_.pop_back();
  if (std::exchange(cut_off_, false)) line_ += " …";
  log.add(
      {std::chrono::duration_cast<std::chrono::microseconds>(at), err_, std::exchange(line_, {})});
}

}  // namespace vethlab::process
