#pragma once

#include <gmock/gmock.h>

#include <system_error>

namespace vethlab {

// A verb that the kernel refuses: EXPECT_THAT([&] { a.set_up("eth9"); }, ThrowsErrno(ENODEV)).
inline auto ThrowsErrno(int error) {
  using testing::Property;
  return testing::Throws<std::system_error>(
      Property("code", &std::system_error::code,
               Property("value", &std::error_code::value, testing::Eq(error))));
}

}  // namespace vethlab
