// private
#pragma once

#include <cstddef>
#include <string>
#include <vector>

// Where a network's boxes and lines go on a drawing: pure geometry, in pixels. Boxes stand in layers by
// their distance from the first one; each line has a place of its own where it leaves a box, so
// that the names there can be read.
namespace vethlab::evidence {

enum class Direction : unsigned char { kRight, kDown };  // in which the layers follow each other

struct Box {
  double width = 0;
  double height = 0;
};

// A line between two boxes, indices into a list of them (the same twice: a loop). What is written at its
// ends is as long as that.
struct Line {
  std::size_t a = 0;
  std::size_t b = 0;
  double a_text = 0;
  double b_text = 0;
};

struct Point {
  double x = 0;
  double y = 0;
};

struct PlacedBox {
  double x = 0;
  double y = 0;
  double width = 0;  // at least the box's own: more where many lines leave it
  double height = 0;
};

// It goes straight on from each box, past what is written there; between, it is a cubic Bézier curve.
struct PlacedLine {
  Point a = {};
  Point curve[4] = {};
  Point b = {};
};

struct Layout {
  double width = 0;
  double height = 0;
  std::vector<PlacedBox> boxes = {};  // one of each box, in their order
  std::vector<PlacedLine> lines = {};
};

Layout lay_out(const std::vector<Box>& boxes, const std::vector<Line>& lines, Direction direction);

}  // namespace vethlab::evidence
