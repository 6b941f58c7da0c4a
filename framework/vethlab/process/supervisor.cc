#include <vethlab/process/supervisor.h>

#include <vethlab/base/errors.h>
#include <vethlab/process/boost_process.h>
#include <vethlab/process/descendants.h>
#include <vethlab/process/find_program.h>
#include <vethlab/process/identity.h>
#include <vethlab/process/line_reader.h>
#include <vethlab/process/pointers.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/datagram_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <fmt/format.h>

namespace vethlab::process {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Socket = asio::local::datagram_protocol::socket;

// sd_notify(3): an abstract name, which is the network namespace's alone.
std::string notify_name() { return fmt::format("@vethlab/notify/{}", ::getpid()); }

Socket open_notify(asio::io_context& loop) {
  std::string name = notify_name();
  ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
  name.front() = '\0';
  return {loop, asio::local::datagram_protocol::endpoint(name)};
}

// 0, or errno of the first that is refused.
int set_limits(const std::map<int, std::uint64_t>& limits) {
  for (const auto& [which, value] : limits) {
    const rlimit limit{value, value};
    if (::setrlimit(static_cast<__rlimit_resource_t>(which), &limit) != 0) return errno;
  }
  return 0;
}

// What the child says of itself between vfork(2) and exec, in this process's memory.
struct Refused {
  int limits = 0;  // errno
  int identity = 0;
};

}  // namespace

struct Supervisor::State {
  State(const Program& program, const std::string& path, const Identity& identity,
        const cpu_set_t& processors, Refused& refused)
      : notify(open_notify(loop)),
        arguments(pointers_to(program.argv)),
        child(bp::exe = path, bp::std_in<bp::null, bp::std_out> out, bp::std_err > err,
              bp::posix::use_vfork, bp::extend::on_exec_setup([&](auto& executor) {
                executor.cmd_line = arguments.data();
                ::signal(SIGPIPE, SIG_DFL);
                ::sched_setaffinity(0, sizeof processors, &processors);
                refused.limits = set_limits(program.limits);
                refused.identity = refused.limits == 0 ? identity.take_on() : 0;
                if (const int error = refused.limits + refused.identity; error != 0)
                  executor.set_error({error, std::system_category()}, "start");
              })) {
    if (!child.valid()) throw Refusal{EAGAIN, "fork()", "the limit of processes (ulimit -u)?"};
    pid = child.id();
    ended.assign(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  }

  // What is there is read when it is asked for, too: no read may be under way meanwhile.
  void read(asio::posix::stream_descriptor& from, LineReader& lines) {
    from.async_wait(asio::posix::stream_descriptor::wait_read, [&](error_code error) {
      if (error) return;
      const bool more = read_some(from, lines);
      hooks.on_news();
      if (more) read(from, lines);
    });
  }

  // What it has written until now, but no more than kMost: one that writes without end is not to hold
  // up who asks. False at the pipe's end.
  bool read_some(asio::posix::stream_descriptor& from, LineReader& lines) {
    constexpr std::size_t kMost = 1 << 20;
    for (std::size_t done = 0; done < kMost;) {
      const ssize_t got =
          ::read(from.native_handle(), lines.buffer().data(), lines.buffer().size());
      if (got < 0) return errno == EAGAIN || errno == EINTR;
      if (got == 0) return false;
      lines.take(static_cast<std::size_t>(got), Clock::now() - begin, log);
      done += static_cast<std::size_t>(got);
    }
    return true;
  }

  void hear() {
    notify.async_receive(asio::buffer(notification), [this](error_code error, std::size_t size) {
      if (error) return;
      take_notification({notification.data(), size});
      hooks.on_news();
      hear();
    });
  }

  void take_notification(std::string_view text) {
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      if (line == "READY=1") ready = true;
      if (line.starts_with("STATUS=")) status = line.substr(7);
    }
  }

  void note_end() {
    if (end) return;
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED);
    child.detach();
    ProgramEnd now;
    now.after = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
    if (info.si_code == CLD_EXITED) now.exit_code = info.si_status;
    else now.signal = info.si_status;
    now.core = info.si_code == CLD_DUMPED;
    if (!nothing_left()) now.running = descendants(pid);
    read_some(its_out, out_lines);
    read_some(its_err, err_lines);
    out_lines.finish(Clock::now() - begin, log);
    err_lines.finish(Clock::now() - begin, log);
    end = std::move(now);
    hooks.on_end();
  }

  void wait_for_control() {
    control.async_wait(asio::posix::stream_descriptor::wait_read, [this](error_code error) {
      if (error || !hooks.on_control()) return loop.stop();
      wait_for_control();
    });
  }

  Clock::time_point begin = Clock::now();
  asio::io_context loop = {};
  Socket notify;
  std::array<char, 4096> notification = {};
  bp::async_pipe out{loop};
  bp::async_pipe err{loop};
  LineReader out_lines{false};
  LineReader err_lines{true};
  std::vector<char*> arguments;
  bp::child child;
  asio::posix::stream_descriptor its_out = std::move(out).source();
  asio::posix::stream_descriptor its_err = std::move(err).source();
  pid_t pid = -1;
  asio::posix::stream_descriptor ended{loop};
  asio::posix::stream_descriptor control{loop};
  Hooks hooks = {};
  OutputLog log = {};
  std::optional<ProgramEnd> end = {};
  bool ready = false;
  std::string status = {};
};

Supervisor::Supervisor(const Program& program, const cpu_set_t& processors) {
  for (const auto& [name, value] : program.env)
    if (::setenv(name.c_str(), value.c_str(), 1) != 0)
      throw Refusal{errno, fmt::format("set {} in env", name), {}};
  if (!program.cwd.empty() && ::chdir(program.cwd.c_str()) != 0)
    throw Refusal{errno, fmt::format("change directory to {}", program.cwd), {}};
  const Identity identity(program.user);
  const std::string path = find_program(program.argv.front());
  Refused refused;
  try {
    state_ = std::make_unique<State>(program, path, identity, processors, refused);
  } catch (const bp::process_error& error) {
    if (refused.limits != 0) throw Refusal{refused.limits, "set the limits of " + path, {}};
    if (refused.identity != 0) throw identity.refusal(refused.identity);
    const int why = error.code().value();
    throw Refusal{why, "exec " + path, why_not_run(path, why)};
  } catch (const boost::system::system_error& error) {
    throw Refusal{error.code().value(), "make a socket for sd_notify(3)", {}};
  }
}

Supervisor::~Supervisor() = default;

void Supervisor::run(Hooks hooks) {
  State& s = *state_;
  s.hooks = std::move(hooks);
  for (auto* const from : {&s.its_out, &s.its_err})
    ::fcntl(from->native_handle(), F_SETFL, O_NONBLOCK);
  s.read(s.its_out, s.out_lines);
  s.read(s.its_err, s.err_lines);
  s.hear();
  s.ended.async_wait(asio::posix::stream_descriptor::wait_read, [&s](error_code error) {
    if (!error) s.note_end();
  });
  s.control.assign(s.hooks.control);
  s.wait_for_control();
  s.loop.run();
  (void)s.control.release();
}

void Supervisor::read_all() {
  state_->read_some(state_->its_out, state_->out_lines);
  state_->read_some(state_->its_err, state_->err_lines);
}

const OutputLog& Supervisor::log() const { return state_->log; }
const std::optional<ProgramEnd>& Supervisor::end() const { return state_->end; }
pid_t Supervisor::pid() const { return state_->pid; }
bool Supervisor::is_ready() const { return state_->ready; }
const std::string& Supervisor::status() const { return state_->status; }

int Supervisor::signal(int number) {
  if (state_->end) return ESRCH;
  return ::kill(state_->pid, number) == 0 ? 0 : errno;
}

// The program itself is left to note_end(), which wants its status.
void Supervisor::kill_all() {
  if (!state_->end) {
    ::kill(state_->pid, SIGKILL);
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(state_->pid), &info, WEXITED | WNOWAIT) < 0 &&
           errno == EINTR) {
    }
    state_->note_end();
    state_->ended.cancel();
  }
  kill_descendants(state_->pid);
}

}  // namespace vethlab::process
