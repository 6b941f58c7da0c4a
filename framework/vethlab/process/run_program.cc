#include <vethlab/process/run_program.h>

#include <vethlab/base/errors.h>
#include <vethlab/process/boost_process.h>
#include <vethlab/process/descendants.h>
#include <vethlab/process/find_program.h>
#include <vethlab/process/identity.h>
#include <vethlab/process/pointers.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

namespace vethlab::process {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

void must(bool done, const std::string& attempt) {
  if (!done) throw Refusal{errno, attempt, {}};
}

void become(const std::string& user) {
  const Identity identity(user);
  if (const int error = identity.take_on(); error != 0) throw identity.refusal(error);
}

int pidfd_of(const bp::child& child) {
  if (!child.valid()) throw Refusal{EAGAIN, "fork()", "the limit of processes (ulimit -u)?"};
  return static_cast<int>(::syscall(SYS_pidfd_open, child.id(), 0));
}

// One program's run, in one loop: its pipes, its end, the deadline.
class Run {
 public:
  Run(const std::string& path, const Argv& argv, const ExecOptions& options,
      const cpu_set_t& processors)
      : options_(options),
        arguments_(pointers_to(argv)),
        child_(bp::exe = path, bp::std_in<in_, bp::std_out> out_, bp::std_err > err_,
               bp::posix::use_vfork, bp::extend::on_exec_setup([this, &processors](auto& executor) {
                 executor.cmd_line = arguments_.data();
                 ::signal(SIGPIPE, SIG_DFL);
                 ::sched_setaffinity(0, sizeof processors, &processors);
               })),
        end_(loop_, pidfd_of(child_)) {}

  ProgramResult wait() {
    read(out_, result_.out, out_buffer_);
    read(err_, result_.err, err_buffer_);
    asio::async_write(in_, asio::buffer(options_.input),
                      [this](error_code, std::size_t) { in_.close(); });
    end_.async_wait(asio::posix::stream_descriptor::wait_read, [this](error_code error) {
      if (!error) ended();
    });
    deadline_.expires_after(options_.timeout);
    deadline_.async_wait([this](error_code error) {
      if (!error) late();
    });
    loop_.run();
    result_.duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin_);
    return std::move(result_);
  }

 private:
  using Buffer = std::array<char, 1 << 16>;

  void read(bp::async_pipe& from, std::string& to, Buffer& buffer) {
    from.async_read_some(asio::buffer(buffer), [&](error_code error, std::size_t size) {
      to.append(buffer.data(), size);
      if (!error) read(from, to, buffer);
    });
  }

  // What it wrote is in the pipes by now. Who else has them open is not waited for.
  void ended() {
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(child_.id()), &info, WEXITED);
    child_.detach();
    if (info.si_code == CLD_EXITED) result_.exit_code = info.si_status;
    else result_.signal = info.si_status;
    deadline_.cancel();
    take_rest(out_, result_.out);
    take_rest(err_, result_.err);
    in_.close();
  }

  void late() {
    result_.late = true;
    result_.running = descendants(child_.id());
    kill_descendants(child_.id());
    end_.cancel();
    child_.detach();
    take_rest(out_, result_.out);
    take_rest(err_, result_.err);
    in_.close();
    result_.signal = SIGKILL;
  }

  static void take_rest(bp::async_pipe& from, std::string& to) {
    from.cancel();
    const int fd = from.native_source();
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
    Buffer buffer;
    for (ssize_t got = 0; (got = ::read(fd, buffer.data(), buffer.size())) > 0;)
      to.append(buffer.data(), static_cast<std::size_t>(got));
    from.close();
  }

  Clock::time_point begin_ = Clock::now();
  const ExecOptions& options_;
  asio::io_context loop_;
  bp::async_pipe in_{loop_};
  bp::async_pipe out_{loop_};
  bp::async_pipe err_{loop_};
  std::vector<char*> arguments_;
  bp::child child_;
  asio::posix::stream_descriptor end_;
  asio::steady_timer deadline_{loop_};
  Buffer out_buffer_;
  Buffer err_buffer_;
  ProgramResult result_;
};

}  // namespace

void prepare_to_run_programs() {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_IGN);  // a program that does not read its input; its own is the default
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

ProgramResult run_program(const Argv& argv, const ExecOptions& options,
                          const cpu_set_t& processors) {
  for (const auto& [name, value] : options.env)
    must(::setenv(name.c_str(), value.c_str(), 1) == 0, fmt::format("set {} in env", name));
  if (!options.user.empty()) become(options.user);
  if (!options.cwd.empty())
    must(::chdir(options.cwd.c_str()) == 0, fmt::format("change directory to {}", options.cwd));
  const std::string path = find_program(argv.front());
  try {
    return Run(path, argv, options, processors).wait();
  } catch (const bp::process_error& error) {
    const int why = error.code().value();
    throw Refusal{why, "exec " + path, why_not_run(path, why)};
  }
}

}  // namespace vethlab::process
