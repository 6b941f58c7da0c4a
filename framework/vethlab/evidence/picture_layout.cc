#include <vethlab/evidence/picture_layout.h>

#include <algorithm>
#include <numeric>

namespace vethlab::evidence {
namespace {

constexpr double kMargin = 10;
constexpr double kBetweenBoxes = 22;
constexpr double kBetweenLayers = 44;  // and what is written there
constexpr double kBulge = 36;          // of a line that stays in its layer
constexpr double kLineHeight = 20;     // of what is written at an end

// One picture being made. "Along" is the direction of the layers, "across" the other one.
class Drawing {
 public:
  Drawing(const std::vector<Box>& boxes, const std::vector<Line>& lines, Direction direction)
      : lines_(lines), right_(direction == Direction::kRight), places_(boxes.size()) {
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      places_[i].along_size = right_ ? boxes[i].width : boxes[i].height;
      places_[i].across_size = right_ ? boxes[i].height : boxes[i].width;
    }
  }

  Layout layout() {
    find_layers();
    make_room_for_ports();
    place_along();
    double across = kMargin;
    for (std::size_t island = 0; island < islands_; ++island) across = place_island(island, across);
    place_ports();
    return result(across - kBetweenBoxes + kMargin);
  }

 private:
  struct Place {
    std::size_t island = 0;
    std::size_t layer = 0;
    bool found = false;
    double along = 0;
    double across = 0;
    double along_size = 0;
    double across_size = 0;
    std::vector<std::size_t> near =
        {};  // ends at the side of the layer before: 2 * line, + 1 for b
    std::vector<std::size_t> far = {};
    [[nodiscard]] double middle() const { return across + across_size / 2; }
  };

  [[nodiscard]] std::size_t box_of(std::size_t end) const {
    return end % 2 == 0 ? lines_[end / 2].a : lines_[end / 2].b;
  }
  [[nodiscard]] Place& other(std::size_t end) { return places_[box_of(end ^ 1U)]; }
  [[nodiscard]] double text_of(std::size_t end) const {
    return end % 2 == 0 ? lines_[end / 2].a_text : lines_[end / 2].b_text;
  }
  // What an end takes of its box's side.
  [[nodiscard]] double port_size(std::size_t end) const {
    return right_ ? kLineHeight : std::max(kLineHeight, text_of(end) + 12);
  }
  [[nodiscard]] double ports_size(const std::vector<std::size_t>& ends) const {
    return std::accumulate(ends.begin(), ends.end(), 0.0,
                           [&](double sum, std::size_t end) { return sum + port_size(end); });
  }

  void find_layers() {
    for (Place& first : places_) {
      if (first.found) continue;
      first.found = true;
      first.island = islands_++;
      std::vector<Place*> queue{&first};
      for (std::size_t i = 0; i < queue.size(); ++i) {
        for (std::size_t end = 0; end < 2 * lines_.size(); ++end) {
          Place& next = other(end);
          if (&places_[box_of(end)] != queue[i] || next.found) continue;
          next.found = true;
          next.island = first.island;
          next.layer = queue[i]->layer + 1;
          queue.push_back(&next);
        }
        layers_ = std::max(layers_, queue[i]->layer + 1);
      }
    }
    for (std::size_t end = 0; end < 2 * lines_.size(); ++end) {
      Place& place = places_[box_of(end)];
      (other(end).layer < place.layer ? place.near : place.far).push_back(end);
    }
  }

  void make_room_for_ports() {
    for (Place& place : places_)
      place.across_size =
          std::max({place.across_size, ports_size(place.near) + 8, ports_size(place.far) + 8});
  }

  // How far a line goes straight on at its end.
  [[nodiscard]] double stub(std::size_t end) const { return right_ ? text_of(end) + 8 : 20; }

  void place_along() {
    double along = kMargin;
    for (std::size_t layer = 0; layer < layers_; ++layer) {
      double size = 0;
      double between = 0;
      for (Place& place : places_) {
        if (place.layer != layer) continue;
        place.along = along;
        size = std::max(size, place.along_size);
        for (const std::size_t end : place.far) {
          const bool stays = other(end).layer == layer;
          between = std::max(between, stub(end) + (stays ? kBulge : stub(end ^ 1U)));
        }
      }
      // A layer's boxes are as long as its longest: lines begin and end in columns.
      for (Place& place : places_)
        if (place.layer == layer) place.along_size = size;
      along_end_ = along + size + between;
      along = along_end_ + kBetweenLayers;
    }
  }

  // Of one that is connected: its layers in the middle of it; the order in each by that of the one before.
  double place_island(std::size_t island, double start) {
    std::vector<std::vector<Place*>> layers(layers_);
    for (Place& place : places_)
      if (place.island == island) layers[place.layer].push_back(&place);
    std::vector<double> sizes(layers.size());
    std::transform(layers.begin(), layers.end(), sizes.begin(), size_of);
    const double size = *std::max_element(sizes.begin(), sizes.end());
    for (std::size_t i = 0; i < layers.size(); ++i) {
      std::stable_sort(layers[i].begin(), layers[i].end(),
                       [&](Place* a, Place* b) { return pull(*a) < pull(*b); });
      double across = start + (size - sizes[i]) / 2;
      for (Place* place : layers[i]) {
        place->across = across;
        across += place->across_size + kBetweenBoxes;
      }
    }
    return start + size + kBetweenBoxes;
  }

  static double size_of(const std::vector<Place*>& layer) {
    double size = layer.empty() ? 0 : -kBetweenBoxes;
    for (const Place* place : layer) size += place->across_size + kBetweenBoxes;
    return size;
  }

  // Where those of the layer before are.
  double pull(const Place& place) {
    double sum = 0;
    for (const std::size_t end : place.near) sum += other(end).middle();
    return place.near.empty() ? 0 : sum / static_cast<double>(place.near.size());
  }

  void place_ports() {
    ports_.resize(2 * lines_.size());
    for (Place& place : places_) {
      for (auto* side : {&place.near, &place.far}) {
        std::stable_sort(side->begin(), side->end(), [&](std::size_t a, std::size_t b) {
          return other(a).middle() < other(b).middle();
        });
        double across = place.middle() - ports_size(*side) / 2;
        for (const std::size_t end : *side) {
          // A name stands below its line's end, or right of it.
          ports_[end] = right_ ? across + port_size(end) / 2 + 4 : across + 6;
          across += port_size(end);
        }
      }
    }
  }

  Layout result(double across_end) {
    Layout layout;
    const double along_end = along_end_ + kMargin;
    layout.width = right_ ? along_end : across_end;
    layout.height = right_ ? across_end : along_end;
    layout.boxes.reserve(places_.size());
    layout.lines.reserve(lines_.size());
    for (const Place& p : places_) {
      const Point at = point(p.along, p.across);
      const Point size = point(p.along_size, p.across_size);
      layout.boxes.push_back({at.x, at.y, size.x, size.y});
    }
    for (std::size_t line = 0; line < lines_.size(); ++line) layout.lines.push_back(curve(line));
    return layout;
  }

  PlacedLine curve(std::size_t line) {
    const Place& a = places_[lines_[line].a];
    const Place& b = places_[lines_[line].b];
    const bool a_near = b.layer < a.layer;
    const bool b_near = a.layer < b.layer;
    const double a_along = a.along + (a_near ? 0 : a.along_size);
    const double b_along = b.along + (b_near ? 0 : b.along_size);
    const double a_stub = a_along + (a_near ? -1 : 1) * stub(2 * line);
    const double b_stub = b_along + (b_near ? -1 : 1) * stub(2 * line + 1);
    const double a_across = ports_[2 * line];
    const double b_across = ports_[2 * line + 1];
    const bool stays = a.layer == b.layer;
    // A curve comes three quarters as far as it is pulled.
    const double pull = stays ? std::max(a_stub, b_stub) + kBulge * 4 / 3 : (a_stub + b_stub) / 2;
    return {point(a_along, a_across),
            {point(a_stub, a_across), point(pull, a_across), point(pull, b_across),
             point(b_stub, b_across)},
            point(b_along, b_across)};
  }

  [[nodiscard]] Point point(double along, double across) const {
    return right_ ? Point{along, across} : Point{across, along};
  }

  const std::vector<Line>& lines_;
  bool right_;
  std::vector<Place> places_;
  std::vector<double> ports_ = {};  // across, of each end
  std::size_t islands_ = 0;
  std::size_t layers_ = 0;
  double along_end_ = 0;
};

}  // namespace

Layout lay_out(const std::vector<Box>& boxes, const std::vector<Line>& lines, Direction direction) {
  if (boxes.empty()) return {};
  return Drawing(boxes, lines, direction).layout();
}

}  // namespace vethlab::evidence
