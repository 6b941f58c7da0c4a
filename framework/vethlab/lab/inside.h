// private
#pragma once

namespace vethlab::internal {

// How many closures this process is in: 0 in the test. A lab belongs to those of its own depth.
int closure_depth() noexcept;

// Whether the innermost of them runs beside the test (Node::start), which uses its labs meanwhile.
bool in_job() noexcept;

// In a closure's worker, before the user's code.
void enter_closure(bool as_job) noexcept;

}  // namespace vethlab::internal
