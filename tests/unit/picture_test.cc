// Networks as they are drawn.
#include <vethlab/evidence/picture_svg.h>

#include "evidence_sample.h"

#include <gmock/gmock.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

using namespace testing;
using namespace vethlab::evidence;

namespace {

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

std::string drawn(const Lab& lab, const std::optional<BrokenHop>& broken = {}) {
  return network_picture(lab, broken, Direction::kRight).svg;
}

using Joined = std::vector<std::pair<std::size_t, std::size_t>>;

// Boxes of one size, joined as they say.
Layout laid_out(std::size_t boxes, const Joined& joined, Direction direction) {
  std::vector<Line> lines;
  lines.reserve(joined.size());
  for (const auto& [a, b] : joined) lines.push_back({a, b, 27, 27});
  return lay_out(std::vector<Box>(boxes, {100, 40}), lines, direction);
}

bool overlap(const PlacedBox& a, const PlacedBox& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

bool is_on_border(const Point& p, const PlacedBox& box) {
  const bool within =
      p.x >= box.x && p.x <= box.x + box.width && p.y >= box.y && p.y <= box.y + box.height;
  return within &&
         (p.x == box.x || p.x == box.x + box.width || p.y == box.y || p.y == box.y + box.height);
}

struct Shape {
  const char* name;
  std::size_t boxes;
  Joined joined;
};

std::vector<Shape> shapes() {
  Joined star, mesh, line;
  for (std::size_t i = 1; i < 9; ++i) star.emplace_back(i, 0);
  for (std::size_t i = 0; i < 5; ++i)
    for (std::size_t j = 0; j < i; ++j) mesh.emplace_back(i, j);
  for (std::size_t i = 1; i < 5; ++i) line.emplace_back(i - 1, i);
  return {
      {"pair", 2, {{0, 1}}},  {"line of 5", 5, line},
      {"star of 8", 9, star}, {"ring of 4", 4, {{0, 1}, {1, 2}, {2, 3}, {3, 0}}},
      {"mesh of 5", 5, mesh}, {"two wires, a loop, islands", 6, {{0, 1}, {1, 0}, {2, 2}, {3, 4}}}};
}

TEST(Picture, KeepsBoxesApartAndJoinsWhatIsJoined) {
  for (const Shape& shape : shapes()) {
    for (const Direction direction : {Direction::kRight, Direction::kDown}) {
      SCOPED_TRACE(std::string(shape.name) +
                   (direction == Direction::kRight ? ", right" : ", down"));
      const Layout layout = laid_out(shape.boxes, shape.joined, direction);
      ASSERT_THAT(layout.boxes, SizeIs(shape.boxes));
      ASSERT_THAT(layout.lines, SizeIs(shape.joined.size()));
      for (std::size_t i = 0; i < shape.boxes; ++i) {
        const PlacedBox& box = layout.boxes[i];
        EXPECT_GE(box.x, 0);
        EXPECT_GE(box.y, 0);
        EXPECT_LE(box.x + box.width, layout.width);
        EXPECT_LE(box.y + box.height, layout.height);
        for (std::size_t j = 0; j < i; ++j)
          EXPECT_FALSE(overlap(box, layout.boxes[j])) << i << ' ' << j;
      }
      for (std::size_t i = 0; i < shape.joined.size(); ++i) {
        EXPECT_TRUE(is_on_border(layout.lines[i].a, layout.boxes[shape.joined[i].first])) << i;
        EXPECT_TRUE(is_on_border(layout.lines[i].b, layout.boxes[shape.joined[i].second])) << i;
      }
    }
  }
}

TEST(Picture, HasRoomForEachNameWhereLinesLeaveABox) {
  const Shape star = shapes()[2];
  for (const Direction direction : {Direction::kRight, Direction::kDown}) {
    const Layout layout = laid_out(star.boxes, star.joined, direction);
    for (std::size_t i = 1; i < layout.lines.size(); ++i) {
      const Point a = layout.lines[i - 1].b;
      const Point b = layout.lines[i].b;
      EXPECT_GE(direction == Direction::kRight ? b.y - a.y : b.x - a.x,
                direction == Direction::kRight ? 15 : 27);
    }
  }
}

TEST(Picture, IsLayeredByTheDistanceFromTheFirst) {
  const Layout right = laid_out(4, {{0, 1}, {1, 2}, {2, 3}, {3, 0}}, Direction::kRight);
  EXPECT_LT(right.boxes[0].x, right.boxes[1].x);
  EXPECT_EQ(right.boxes[1].x, right.boxes[3].x);
  EXPECT_LT(right.boxes[1].x, right.boxes[2].x);
  const Layout down = laid_out(3, {{0, 1}, {1, 2}}, Direction::kDown);
  EXPECT_LT(down.boxes[0].y, down.boxes[1].y);
  EXPECT_LT(down.boxes[1].y, down.boxes[2].y);
}

TEST(Picture, OfNothingIsEmpty) {
  EXPECT_THAT(laid_out(0, {}, Direction::kRight).boxes, IsEmpty());
}

TEST(Picture, SaysNamesAddressesAndInterfaces) {
  EXPECT_THAT(drawn(samples::pair()),
              AllOf(HasSubstr(">client</text>"), HasSubstr(">eth0 10.0.0.1/24</text>"),
                    HasSubstr(">     fd00::1/64</text>"), Not(HasSubstr("127.0.0.1")),
                    Not(HasSubstr("broken"))));
}

TEST(Picture, TellsSwitchesAndRouters) {
  EXPECT_EQ(count(drawn(samples::star_of_8()), "<rect class=\"switch\""), 1U);
  EXPECT_EQ(count(drawn(samples::line_of_5()), ">router</tspan>"), 3U);
}

TEST(Picture, ShowsTheBrokenHopAtItsWire) {
  const std::string svg = drawn(samples::line_of_5(), BrokenHop{.node = "r2", .dev = "eth1"});
  EXPECT_EQ(count(svg, "<path class=\"wire broken\""), 2U) << "its halves";
  EXPECT_EQ(count(svg, "<g class=\"cross broken\""), 1U);
  EXPECT_EQ(count(svg, "broken"), 3U);
}

TEST(Picture, ShowsTheBrokenHopAtItsNode) {
  for (const char* dev : {"", "dummy0"}) {
    const std::string svg = drawn(samples::line_of_5(), BrokenHop{.node = "r2", .dev = dev});
    EXPECT_EQ(count(svg, "<rect class=\"node broken\""), 1U);
    EXPECT_EQ(count(svg, "broken"), 2U);
  }
}

TEST(Picture, DashesTheEndThatIsDown) {
  Lab lab = samples::pair();
  lab.wires[0].b.up = false;
  lab.nodes[1].interfaces[1].up = false;
  EXPECT_EQ(count(drawn(lab), "<path class=\"wire down\""), 1U);
  EXPECT_THAT(drawn(lab), HasSubstr(">     down</text>"));
  lab.wires[0].drops = true;
  EXPECT_EQ(count(drawn(lab), "<path class=\"wire drops\""), 1U);
  EXPECT_EQ(count(drawn(lab), "<path class=\"wire down drops\""), 1U);
}

TEST(Picture, BoundsWhatABoxSays) {
  Lab lab = samples::pair();
  for (int i = 0; i < 100; ++i) lab.nodes[0].interfaces[1].addresses.emplace_back("10.1.0.1/32");
  EXPECT_THAT(drawn(lab), HasSubstr(">… 95 more</text>"));
  EXPECT_EQ(count(drawn(lab), "10.1.0.1/32"), 5U);
}

}  // namespace
