// private
#pragma once

namespace vethlab::internal {

// In a worker: from here on stdout is written line by line, wherever it goes: the fork may be
// killed at any time. What was unbuffered stays so.
void write_by_line();

// Writes what stdout, std::cout and std::clog hold.
void flush_output();

}  // namespace vethlab::internal
