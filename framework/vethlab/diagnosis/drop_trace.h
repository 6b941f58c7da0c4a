// private
#pragma once

#include <vethlab/base/unique_fd.h>
#include <vethlab/diagnosis/trace_format.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vethlab::diagnosis {

// "icmp_rcv", the kernel's function that an address is in (/proc/kallsyms); empty: it does not tell.
std::string kernel_function(std::uint64_t address);

// What happens to packets on this machine, by perf_event_open(2): of our own, beside whoever else traces, and
// gone with its descriptors. It takes root in the machine's own user namespace, and tracefs, mounted.
class DropTrace {
 public:
  DropTrace();
  ~DropTrace();
  DropTrace(const DropTrace&) = delete;
  DropTrace& operator=(const DropTrace&) = delete;
  explicit operator bool() const { return !rings_.empty(); }

  // What happens during `action`, in order of time. Nothing: there was more than there is room for.
  std::optional<std::vector<SkbEvent>> during(const std::function<void()>& action);

 private:
  class Ring;  // of one processor
  bool open(int cpu);

  std::map<std::uint16_t, TraceFormat> formats_ = {};  // by the tracepoint's number
  std::vector<UniqueFd> events_ = {};
  std::vector<std::unique_ptr<Ring>> rings_;
};

}  // namespace vethlab::diagnosis
