// private
#pragma once

#include <vethlab/diagnosis/case.h>
#include <vethlab/lab/lab_state.h>

#include <chrono>

namespace vethlab::diagnosis {

// Sends the case's probe again, with a packet socket in every node of the lab, and fills in `again` and
// what was seen. The sockets stay, for the lab's next failure: closing one takes the kernel 8 ms.
void watch(Case& judged, internal::LabState& lab);

// The same probe once more; what comes of it, others look at. `wait`: for it to get to where it is dropped.
void send_again(Case& judged, std::chrono::milliseconds wait = std::chrono::milliseconds(50));
// Its parts. What is being asked for, of neighbours, is forgotten before (so that they are asked for once
// more, too) and after (so that nobody asks later).
void forget_questions(Case& judged);
void send_alone(Case& judged, std::chrono::milliseconds wait);

}  // namespace vethlab::diagnosis
