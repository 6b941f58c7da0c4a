// private
#pragma once

#include <vethlab/process/program.h>

#include <sched.h>

namespace vethlab::process {

// Once, before the first: signals reach this process (the zygote has them blocked, and at their
// defaults), and what a program leaves is this process's, until that ends.
void prepare_to_run_programs();

// Runs the program where this process is, and waits for it. For a worker of its own: what the
// options change (environment, directory, user) is this process's from then on, and whatever the
// program leaves behind when it is late is killed. The program may run on `processors`. Throws
// Refusal where it cannot be started.
ProgramResult run_program(const Argv& argv, const ExecOptions& options,
                          const cpu_set_t& processors);

}  // namespace vethlab::process
