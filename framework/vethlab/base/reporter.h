#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/errors.h>

#include <exception>
#include <functional>
#include <string>
#include <string_view>

namespace vethlab {

// What the framework says to whatever runs the tests; the default writes to stderr and throws.
// Including <vethlab/vethlab.h> installs GoogleTest's. (The one process-wide pointer of the
// project: without it a layer below GoogleTest can neither skip nor fail a test.)
class Reporter {
 public:
  Reporter() = default;
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;
  virtual ~Reporter() = default;

  // In the destructor of a lab: before anything of it has gone, and when nothing runs in it any more.
  virtual void lab_ends() noexcept {}
  virtual void lab_has_ended() noexcept {}

  // Something that no caller can be told by exception: a destructor's trouble.
  virtual void failure(Caller caller, std::string_view text) = 0;

  // Ends the test as failed.
  [[noreturn]] virtual void abandon(Caller caller, std::string_view text) = 0;

  // Ends the test as skipped, or as failed where VETHLAB_REQUIRE=1.
  [[noreturn]] virtual void unsupported(Caller caller, const Unsupported& why) = 0;

  // In the test process: what it adds to each report by itself (SCOPED_TRACE).
  [[nodiscard]] virtual std::string context() const = 0;
  // In a worker, from its beginning: what the user's code has to report goes to `send`, as text
  // that replay() reads in the test process. `context`: the test's, at the fork.
  virtual void forward(std::string context, std::function<void(std::string_view)> send) = 0;
  // In a worker, at its end: what can only then be told.
  virtual void forward_rest() = 0;
  // In a worker: this exception ended the code, and has been reported before it was thrown.
  [[nodiscard]] virtual bool has_reported(const std::exception& exception) const = 0;
  // In the test process: reports what a worker in `node` sent, as if it had happened here.
  virtual void replay(std::string_view node, std::string_view sent) = 0;
};

// Returns the previous one. nullptr brings back the default.
Reporter* set_reporter(Reporter* reporter) noexcept;
Reporter& reporter() noexcept;

// While it lives, nothing that this thread does can fail or skip a test: Unsupported is thrown to the
// caller, a failure is not told to anybody.
class Unreported {
 public:
  Unreported() noexcept;
  Unreported(const Unreported&) = delete;
  Unreported& operator=(const Unreported&) = delete;
  ~Unreported();
};

}  // namespace vethlab
