#pragma once

#include <vethlab/base/caller.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace vethlab {

// Four things can go wrong, and each is its own exception:
//   std::invalid_argument  bad input: the argument and why; nothing was created
//   std::system_error      the kernel refused: what was attempted, errno and the kernel's own text
//   Unsupported            this machine or kernel cannot do what was asked
//   WorkerFailed           the tool itself broke: never a network result

// In a test it becomes a *skip* that says what is missing and how to mend it; with
// VETHLAB_REQUIRE=1 in the environment a failure. Never caught by test code.
class Unsupported : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A worker died, was late, or left without an answer.
class WorkerFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A refusal on its way up: what the kernel said, before the layer that knows the node and the test's
// line makes a std::system_error of it. Never reaches a user.
struct Refusal {
  int error = 0;             // errno
  std::string attempt = {};  // "add route 10.0.0.0/8 via 10.9.9.9"
  std::string detail = {};   // the kernel's extended-ack text, or empty
};

// "reach_test.cc:31: connect: interface name "" is empty"
[[noreturn]] void throw_bad_argument(Caller caller, std::string_view what);

// "reach_test.cc:31: add route 10.0.0.0/8 via 10.9.9.9 in r1: Nexthop has invalid gateway: Network
// is unreachable". `detail` is the kernel's extended-ack text, or empty.
[[noreturn]] void throw_errno(Caller caller, int error, std::string_view attempt,
                              std::string_view detail = {});

// "ENETUNREACH": the name errno(3) gives it; "errno 4711" for one without.
std::string errno_name(int error);

// "Network is unreachable": strerror(3) in the C locale.
std::string errno_text(int error);

}  // namespace vethlab
