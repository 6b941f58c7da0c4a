// private
#pragma once

#include <functional>
#include <string>
#include <string_view>

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

}  // namespace vethlab::internal
