#pragma once

#include <vethlab/netns/id_map.h>
#include <vethlab/vethlab.h>

#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace vethlab {

// What `run` prints on stdout and stderr in a fork, and how that ends: "…status 0\n".
inline std::string output_of(const std::function<void()>& run) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::dup2(ends[1], STDERR_FILENO);
    ::setenv("VETHLAB_ARTIFACTS", "", 1);  // what fails there is meant to
    try {
      run();
    } catch (const std::exception& error) {
      ::dprintf(STDERR_FILENO, "%s\n", error.what());
      ::_exit(2);
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string output;
  char part[4096];
  for (ssize_t got = 0; (got = ::read(ends[0], part, sizeof part)) > 0;)
    output.append(part, static_cast<std::size_t>(got));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return output +
         (WIFEXITED(status) ? "status " + std::to_string(WEXITSTATUS(status))
                            : "signal " + std::to_string(WTERMSIG(status))) +
         "\n";
}

// What `verb` throws (or "no exception") in a fork, without GoogleTest's reporter.
inline std::string in_fork(const std::function<void()>& verb) {
  int ends[2];
  if (::pipe(ends) != 0) return "no pipe";
  std::cout.flush();  // else a worker of the fork's writes it once more
  const pid_t child = ::fork();
  if (child == 0) {
    std::string text = "no exception";
    try {
      set_reporter(nullptr);
      verb();
    } catch (const Unsupported& why) {
      text = std::string("Unsupported: ") + why.what();
    } catch (const Refusal& refusal) {
      text = "other: " + refusal.attempt + ": " + errno_text(refusal.error);
    } catch (const std::exception& error) {
      text = std::string("other: ") + error.what();
    }
    (void)!::write(ends[1], text.data(), text.size());
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string text(4096, '\0');
  const ssize_t got = ::read(ends[0], text.data(), text.size());
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return text;
}

inline void write_file(const char* path, const std::string& text) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || ::write(fd, text.data(), text.size()) < 0) throw std::runtime_error(path);
  ::close(fd);
}

// Its standard output and errors are ours. Its wait(2) status.
inline int run_here(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t child = -1;
  int status = -1;
  if (::posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ) == 0)
    ::waitpid(child, &status, 0);
  return status;
}

// As a lab of Ids::kSubordinate has them, or where this user has none, as one of Ids::kOwn.
inline void map_ids(pid_t process) {
  try {
    if (!netns::have_many_ids()) {
      for (const auto& command : netns::id_map_commands(process))
        if (run_here(command) != 0) throw Unsupported(command.front());
      return;
    }
  } catch (const Unsupported&) {
  }
  netns::write_id_maps(process);
}

// Enters a user namespace of its own; `extra` is what else unshare(2) is to make. Its ids are mapped
// by a child who is still outside.
inline void enter_user_namespace(int extra = 0) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  const pid_t child = ::fork();
  char byte = 0;
  if (child == 0) {
    if (::read(ends[0], &byte, 1) != 1) ::_exit(1);
    try {
      map_ids(::getppid());
    } catch (const Refusal&) {
      ::_exit(1);
    }
    ::_exit(0);
  }
  if (::unshare(CLONE_NEWUSER | extra) != 0) throw std::runtime_error("unshare(CLONE_NEWUSER)");
  (void)!::write(ends[1], &byte, 1);
  ::close(ends[0]);
  ::close(ends[1]);
  int status = 0;
  if (::waitpid(child, &status, 0) != child || status != 0) throw std::runtime_error("id maps");
}

// One with one id, whose limits are this process's own (user_namespaces(7)).
inline void enter_limited(const char* limit, const char* value, int extra = 0) {
  const std::string uid = std::to_string(::geteuid());
  const std::string gid = std::to_string(::getegid());
  if (::unshare(CLONE_NEWUSER | extra) != 0) throw std::runtime_error("unshare(CLONE_NEWUSER)");
  write_file("/proc/self/setgroups", "deny");
  write_file("/proc/self/uid_map", "0 " + uid + " 1");
  write_file("/proc/self/gid_map", "0 " + gid + " 1");
  write_file(limit, value);
}

}  // namespace vethlab
