// private
#pragma once

#include <vethlab/evidence/evidence.h>

#include <cstddef>
#include <string>

// The sections of report_html.
namespace vethlab::evidence {

// What the test called, and what happened between, by time.
std::string timeline_html(const Evidence& evidence);

// Each node of each lab: its tables, daemons, packets.
std::string nodes_html(const Evidence& evidence);

// What a link to a node's section is to.
std::string node_anchor(std::size_t lab, std::size_t node);

// Which of several labs it is; of the only one, nothing.
std::string lab_title_html(const Evidence& evidence, std::size_t lab);

// "12 packets", "1 packet".
std::string counted(std::size_t count, const char* noun);

// "reach_test.cc:14", with the whole path to be seen on demand; empty: no file is known.
std::string place_html(const std::string& file, int line);

// A difference: lines with + and -, each section's under its heading.
std::string difference_html(const std::string& difference);

// All of a node, lines that its difference adds marked.
std::string snapshot_html(const Node& node, std::size_t most);

std::string style_sheet();

}  // namespace vethlab::evidence
