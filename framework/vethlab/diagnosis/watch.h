// private
#pragma once

#include <vethlab/diagnosis/case.h>
#include <vethlab/lab/lab_state.h>

#include <chrono>

namespace vethlab::diagnosis {

// Sends the case's probe again, with a packet socket in every node of the lab, and fills in `again` and
// what was seen. The sockets stay, for the lab's next failure: closing one takes the kernel 8 ms.
void watch(Case& judged, internal::LabState& lab);

// The same probe once more; what comes of it, others look at.
void send_again(Case& judged);

// Its parts, for who sends many. What the nodes ask for of neighbours on the probe's account is forgotten
// before, so that they are asked for once more, too, and after, so that nobody asks later. `wait`: for it to
// get to where it is dropped, or, with its transit, to where it was last seen.
void forget_questions(Case& judged);
ProbeReport send_alone(Case& judged, std::chrono::nanoseconds wait);

}  // namespace vethlab::diagnosis
