// private
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <optional>
#include <unordered_map>
#include <vector>

namespace vethlab::json {

// Which element of an array meets which expected one, each another, in any order: as many as can be
// (augmenting paths). What two are compared for is kept: arrays stand in arrays, and each level would
// compare all below it again.
class Pairing {
 public:
  Pairing(const nlohmann::json& expected, const nlohmann::json& actual);

  [[nodiscard]] bool is_met(std::size_t i) const { return met_[i]; }        // of expected
  [[nodiscard]] bool is_taken(std::size_t j) const { return !!owner_[j]; }  // of actual

  // Of an expected object or array that is not met: the element of its kind that is not taken and
  // lacks least; or none.
  [[nodiscard]] std::optional<std::size_t> nearest(std::size_t i);
  // How much element j lacks of the expected one i, in leaves.
  [[nodiscard]] std::size_t lacks(std::size_t i, std::size_t j);

 private:
  bool place(std::size_t i, std::vector<bool>& seen);

  const nlohmann::json& expected_;
  const nlohmann::json& actual_;
  std::vector<bool> met_;
  std::vector<std::optional<std::size_t>> owner_;
  std::unordered_map<std::size_t, std::size_t> known_ = {};
};

}  // namespace vethlab::json
