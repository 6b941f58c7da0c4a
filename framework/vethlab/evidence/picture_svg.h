// private
#pragma once

#include <vethlab/evidence/evidence.h>
#include <vethlab/evidence/picture_layout.h>

#include <optional>
#include <string>

namespace vethlab::evidence {

// A lab's network as an SVG element to stand within HTML, whose style sheet gives it its colours: nodes are
// boxes with their addresses, switches round ones, wires lines with their interfaces' names; an end that is
// down is dashed, and the broken hop, if it is in this lab, has the class "broken".
struct Picture {
  double width = 0;  // pixels, at the size where its text is as large as the page's
  std::string svg = {};
};
Picture network_picture(const Lab& lab, const std::optional<BrokenHop>& broken,
                        Direction direction);

}  // namespace vethlab::evidence
