// private
#pragma once

namespace vethlab::internal {

// Has every test that fails leave a folder of evidence (framework/vethlab/evidence), and stop before its
// network goes where VETHLAB_HOLD=1.
void install_evidence_keeper();

// Whether this thread gathers: GoogleTest must not be told anything then, which holds a lock.
bool gathering_here() noexcept;

// Of a lab whose destructor runs (base/reporter.h).
void evidence_of_ending_lab() noexcept;
void evidence_of_ended_lab() noexcept;

}  // namespace vethlab::internal
