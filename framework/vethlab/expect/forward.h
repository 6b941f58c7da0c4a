// private
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace vethlab::internal {

// Carries what GoogleTest hears in a worker to the test process (base/reporter.h).
std::string traces_here();
void forward_results(std::string inherited, std::function<void(std::string_view)> send);
void forward_properties();
void replay_result(std::string_view node, std::string_view sent);

}  // namespace vethlab::internal
