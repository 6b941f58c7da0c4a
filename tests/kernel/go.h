#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

// A pipe by which a test lets a job go on, or a job the test.
class Go {
 public:
  Go() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2()");
  }
  Go(const Go&) = delete;
  Go& operator=(const Go&) = delete;
  ~Go() {
    for (const int end : ends_) ::close(end);
  }
  void say(char word = 'g') const {
    if (::write(ends_[1], &word, 1) != 1) throw std::runtime_error("write()");
  }
  [[nodiscard]] char wait() const {
    char word = 0;
    if (::read(ends_[0], &word, 1) != 1) throw std::runtime_error("read()");
    return word;
  }
  [[nodiscard]] int fd() const { return ends_[0]; }

 private:
  std::array<int, 2> ends_{-1, -1};
};
