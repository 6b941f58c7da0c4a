// private
#pragma once

#include <string>
#include <vector>

namespace vethlab::internal {

// A square table, as text: a row and a column a name, marks where they meet. Each line after a line
// break. Where the names make it wider than 100 columns, its columns have numbers.
//
//             client  r1  server
//     client          ..  .X
//     r1      ..          ..
//     server  --      ..
struct Grid {
  std::vector<std::string> names;
  std::vector<std::string> marks;  // row by row: names.size() squared

  [[nodiscard]] std::string text() const;
};

}  // namespace vethlab::internal
