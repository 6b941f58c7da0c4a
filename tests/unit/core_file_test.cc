// Where the kernel writes a core: core(5).
#include <vethlab/process/core_file.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

using namespace testing;
using vethlab::process::core_file;

namespace {

TEST(CoreFile, IsNamedByThePattern) {
  EXPECT_EQ(core_file("core", false, 12), "core");
  EXPECT_EQ(core_file("core", true, 12), "core.12");
  EXPECT_EQ(core_file("core.%p", true, 12), "core.12");
  EXPECT_EQ(core_file("/var/cores/%p.100%%", false, 12), "/var/cores/12.100%");
  EXPECT_EQ(core_file("100%%", true, 12), "100%.12");
}

TEST(CoreFile, IsNotKnownWhereAProgramGetsItOrTheKernelAloneKnowsItsName) {
  for (const auto* const pattern :
       {"", "|/usr/lib/systemd/systemd-coredump %P", "@/run/cores", "core.%e", "core.%P", "core%"})
    EXPECT_EQ(core_file(pattern, true, 12), std::nullopt) << pattern;
}

}  // namespace
