// What closures report, in JUnit XML and in a listener's ears: reports_program.cc's tests.
#include "gtest_words.h"
#include "in_fork.h"

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace testing;
using namespace vethlab;

namespace {

std::string without_paths(std::string text) {
  const std::string path = std::string(__FILE__).substr(0, std::string(__FILE__).rfind('/') + 1);
  for (auto at = text.find(path); at != text.npos; at = text.find(path))
    text.erase(at, path.size());
  return without_last_line_ends(text);
}

std::string run(const std::string& test, const std::string& argument) {
  return without_paths(output_of([&] {
    const std::string filter = "--gtest_filter=Reports." + test;
    ::execl(VETHLAB_REPORTS_PROGRAM, "reports_program", filter.c_str(), "--gtest_color=no",
            argument.c_str(), nullptr);
    throw std::runtime_error("exec");
  }));
}

// What stands inside of the one <testcase>.
std::string xml_of(const std::string& test) {
  std::string directory = std::filesystem::temp_directory_path() / "vethlab-junit.XXXXXX";
  if (::mkdtemp(directory.data()) == nullptr) return "no directory";
  (void)run(test, "--gtest_output=xml:" + directory + "/report.xml");
  std::ostringstream report;
  report << std::ifstream(directory + "/report.xml").rdbuf();
  std::filesystem::remove_all(directory);
  std::string text = without_paths(report.str());
  const auto begin = text.find('\n', text.find("<testcase"));
  return text.substr(begin + 1, text.find("    </testcase>") - begin - 1);
}

TEST(JUnit, HasAClosuresFailureWithItsLineTracesAndNode) {
  EXPECT_EQ(
      xml_of("AFailure"),
      R"(      <failure message="reports_program.cc:18&#x0A;)"
      R"(Expected equality of these values:&#x0A;  1&#x0A;  2&#x0A;&lt;&amp;&gt;&#x0A;[in a]&#x0A;)"
      R"(Google Test trace:&#x0A;reports_program.cc:17: inside&#x0A;)"
      R"(reports_program.cc:15: outside" type=""><![CDATA[reports_program.cc:18
Expected equality of these values:
  1
  2
<&>
[in a]
Google Test trace:
reports_program.cc:17: inside
reports_program.cc:15: outside]]></failure>
)");
}

TEST(JUnit, HasAClosuresSkip) {
  EXPECT_EQ(xml_of("ASkip"),
            R"(      <skipped message="reports_program.cc:23&#x0A;for a reason&#x0A;[in a]">)"
            R"(<![CDATA[reports_program.cc:23
for a reason
[in a]]]></skipped>
)");
}

TEST(JUnit, HasAClosuresProperty) {
  EXPECT_EQ(xml_of("AProperty"), R"(      <properties>
        <property name="measured" value="7"/>
      </properties>
)");
}

TEST(JUnit, HasAClosuresException) {
  EXPECT_EQ(
      xml_of("AnException"),
      R"(      <failure message="reports_program.cc:35&#x0A;)"
      R"(the closure in b threw std::out_of_range: boom" type=""><![CDATA[reports_program.cc:35
the closure in b threw std::out_of_range: boom]]></failure>
)");
}

TEST(JUnit, HasAClosuresCrash) {
  EXPECT_THAT(xml_of("ACrash"),
              StartsWith(R"(      <failure message="reports_program.cc:31&#x0A;)"
                         R"(the closure in a was killed by SIGABRT (Aborted):&#x0A;)"
                         R"(  abort in libc.so.6&#x0A;  )"));
}

TEST(Listeners, HearWhatAClosureReportsAsItHappens) {
  const std::string output = run("ToListeners", "--gtest_print_time=0");
  EXPECT_THAT(output, HasSubstr(R"([ RUN      ] Reports.ToListeners
heard reports_program.cc:50 type 0: Succeeded
fine
[in a]
reports_program.cc:51: Failure
Value of: false
  Actual: false
Expected: true
more
[in a]
heard reports_program.cc:51 type 1: Value of: false
  Actual: false
Expected: true
more
[in a]
goes on
reports_program.cc:53: Failure
Failed
ends
[in a]
heard reports_program.cc:53 type 2: Failed
ends
[in a]
reports_program.cc:55: Skipped
why
[in a]
heard reports_program.cc:55 type 3: why
[in a]
[  FAILED  ] Reports.ToListeners
)"));
}

}  // namespace
