// private
#pragma once

#include <exception>
#include <sstream>
#include <string>

namespace vethlab::internal {

// What f could not do, in words; empty: it could.
template <class F>
std::string trouble_of(F f) {
  try {
    f();
    return {};
  } catch (const std::exception& why) {
    return why.what();
  } catch (...) {
    return "unknown exception";
  }
}

template <class T>
std::string printed(const T& value) {
  std::ostringstream os;
  os << value;
  return os.str();
}

}  // namespace vethlab::internal
