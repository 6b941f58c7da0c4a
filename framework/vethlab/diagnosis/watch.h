// private
#pragma once

#include <vethlab/diagnosis/case.h>
#include <vethlab/lab/lab_state.h>

namespace vethlab::diagnosis {

// Sends the case's probe again, with a packet socket in every node of the lab, and fills in `again` and
// what was seen. The sockets stay, for the lab's next failure: closing one takes the kernel 8 ms.
void watch(Case& judged, internal::LabState& lab);

// The same probe once more; what comes of it, others look at.
void send_again(Case& judged);

}  // namespace vethlab::diagnosis
