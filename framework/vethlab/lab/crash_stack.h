// private
#pragma once

#include <vethlab/lab/symbols.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace vethlab::internal {

// In the test, before the fork: loads what a stack needs, which each worker would have to otherwise.
void load_backtrace();

// In a worker: when a signal is about to end it (signal(7): those with "Core" as their action that
// nobody handles), gives the stack to `tell`, once, and lets the signal end it. Sanitizers' own
// handlers are left alone. `end` is a return address: the stack is told from where the signal came
// as far as there.
void on_crash(std::function<void(std::string_view)> tell, void* end);

// In the test, whose program the worker is: that stack as text, a function a line, innermost first:
// "  reach(int) at reach_test.cc:31".
std::string crash_stack_text(std::string_view stack);
// The same of these frames: the user's own, and what they called of the C and C++ libraries.
std::string stack_text(std::vector<Frame> frames);

}  // namespace vethlab::internal
