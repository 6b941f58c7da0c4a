// private
#pragma once

#include <vethlab/evidence/evidence.h>

#include <string>
#include <string_view>

namespace vethlab::evidence {

// What a person reads of it.

std::string failures_text(const Evidence& all);
// "   0.012 s   1.2 ms  r1      add_route 10.0.3.0/24 via 10.0.0.2   (reach_test.cc:12)", a step a line.
std::string steps_text(const Evidence& all);
// What happened beside the steps, a line each: packets, and daemons' lines.
std::string events_text(const Evidence& all);
// "  client eth0 10.0.0.1/24 ── 10.0.0.2/24 eth0 server", a wire a line, and what has none.
std::string picture(const Evidence& all);

// The first line of a text, and " …" if there are more.
std::string one_line(std::string_view text);
// "reach_test.cc": directories are the build's, not the reader's.
std::string file_name(std::string_view path);

}  // namespace vethlab::evidence
