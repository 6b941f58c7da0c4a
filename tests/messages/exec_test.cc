// What programs that fail say, to the letter.
#include "text_of.h"

#include <vethlab/fixtures/pair.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct ExecMessages : PairTest {};

TEST_F(ExecMessages, OfAProgramThatIsNotThereNameThePath) {
  EXPECT_EQ(text_of([&] {
              (void)a.exec({"frobnicate", "-x"}, {.env = {{"PATH", "/usr/bin:/bin"}}});
            }),
            "exec frobnicate in a: not found in PATH (/usr/bin:/bin): No such file or directory");
  EXPECT_EQ(text_of([&] { (void)a.exec({"/no/such"}); }),
            "exec /no/such in a: No such file or directory");
}

TEST_F(ExecMessages, OfAFileThatCannotBeRunSayWhy) {
  EXPECT_EQ(text_of([&] { (void)a.exec({"/usr"}); }), "exec /usr in a: Is a directory");
  EXPECT_EQ(text_of([&] { (void)a.exec({"/etc/passwd"}); }),
            "exec /etc/passwd in a: its mode is 0644: Permission denied");
  EXPECT_EQ(text_of([&] { (void)a.exec({"true"}, {.cwd = "/nowhere"}); }),
            "change directory to /nowhere in a: No such file or directory");
  EXPECT_EQ(text_of([&] { (void)a.exec({"true"}, {.user = "nosuch"}); }),
            "find user nosuch in a: there is no such user: No such file or directory");
}

TEST_F(ExecMessages, OfAScriptWhoseInterpreterIsNotThereNameIt) {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("script-" + std::to_string(::getpid()));
  const auto exec = [&](const std::string& first_line) {
    std::ofstream(path) << first_line << "\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return text_of([&] { (void)a.exec({path}); });
  };
  EXPECT_EQ(
      exec("#!/no/such"),
      "exec " + path.string() + " in a: its interpreter is /no/such: No such file or directory");
  EXPECT_EQ(exec("#! /no/such -x"), "exec " + path.string() +
                                        " in a: its interpreter is /no/such: "
                                        "No such file or directory");
  EXPECT_EQ(exec("#!/bin/sh\r"), "exec " + path.string() +
                                     " in a: its interpreter is \"/bin/sh\\r\": the file has lines "
                                     "of another system's: No such file or directory");
  EXPECT_EQ(exec("#!/etc/passwd"), "exec " + path.string() +
                                       " in a: its interpreter is /etc/passwd: "
                                       "Permission denied");
  std::filesystem::remove(path);
}

TEST_F(ExecMessages, OfANameThatAProgramHasMadeSayWhatItIs) {
  a.shell("ip netns add its; : > /run/netns/file");
  EXPECT_EQ(
      text_of([&] { lab.add_node("its"); }),
      "add_node: a program of the lab has made /run/netns/its: adopt_node(\"its\") makes it a "
      "node");
  EXPECT_EQ(text_of([&] { lab.add_node("file"); }),
            "add_node: a program of the lab has made /run/netns/file: choose another name");
  Node& its = lab.adopt_node("its");
  EXPECT_EQ(text_of([&] { lab.adopt_node("its"); }), "adopt_node: node name \"its\" is taken");
  a.shell("ip netns del its");
  EXPECT_EQ(text_of([&] { lab.adopt_node("its"); }), "adopt_node: node name \"its\" is taken");
  a.shell("ip netns add its");
  EXPECT_EQ(text_of([&] { lab.adopt_node("its"); }),
            "adopt_node: node name \"its\" is taken, by the node that was /run/netns/its before a "
            "program deleted that and made another");
  EXPECT_THAT(its.links(), SizeIs(Ge(1)));
}

TEST_F(ExecMessages, OfANamespaceThatIsNoneSaySo) {
  a.shell(": > /run/netns/left");
  EXPECT_EQ(text_of([&] { lab.adopt_node("left"); }),
            "adopt /run/netns/left of the lab: it is not a namespace: Invalid argument");
}

TEST_F(ExecMessages, OfBadInputNameTheArgument) {
  EXPECT_EQ(text_of([&] { (void)a.exec({}); }), "exec: there is no program to run");
  EXPECT_EQ(text_of([&] {
              (void)a.exec({"true"}, {.env = {{"A=B", ""}}});
            }),
            "exec: \"A=B\" cannot be in env");
  EXPECT_EQ(text_of([&] { (void)a.exec({"true"}, {.timeout = 0ms}); }),
            "exec: timeout 0 ms is not 1 or more");
}

TEST_F(ExecMessages, OfAScriptAreTheLineTheCommandAndStderr) {
  EXPECT_EQ(text_of([&] { a.shell("true\nip link set nosuch up\necho not reached"); }),
            "shell in a: exit status 1 at line 2: ip link set nosuch up\nCannot find device "
            "\"nosuch\"");
  EXPECT_EQ(text_of([&] { a.shell("f() {\n ip link show nosuch\n}\nf"); }),
            "shell in a: exit status 1 at line 2: ip link show nosuch\nDevice \"nosuch\" does not "
            "exist.");
  EXPECT_EQ(text_of([&] { a.shell("false"); }), "shell in a: exit status 1 at line 1: false");
  EXPECT_EQ(text_of([&] { a.shell("exit 7"); }), "shell in a: exit status 7");
  EXPECT_EQ(text_of([&] { a.shell("echo $UNSET"); }),
            "shell in a: exit status 1\nscript: line 1: UNSET: unbound variable");
}

TEST_F(ExecMessages, OfAScriptThatIsLateAreWhatRan) {
  EXPECT_THAT(text_of([&] {
                a.shell("echo on its way >&2; (sleep 100; true) & tail -f /dev/null",
                        {.timeout = 1s});
              }),
              AnyOf(MatchesRegex("shell in a: not ended after [0-9]+ ms, and killed while it ran "
                                 "sleep 100, tail -f /dev/null\non its way"),
                    MatchesRegex("shell in a: not ended after [0-9]+ ms, and killed while it ran "
                                 "tail -f /dev/null, sleep 100\non its way")));
  EXPECT_THAT(text_of([&] { a.shell("while true; do :; done", {.timeout = 100ms}); }),
              MatchesRegex("shell in a: not ended after [0-9]+ ms, and killed"));
}

TEST_F(ExecMessages, OfAScriptWithAnExitTrapAreOfWhatFailedBefore) {
  EXPECT_EQ(text_of([&] { a.shell("trap 'echo bye >&2' EXIT\nfalse"); }),
            "shell in a: exit status 1 at line 2: false\nbye");
  EXPECT_EQ(text_of([&] { a.shell("trap 'ip link del nosuch' EXIT\nfalse"); }),
            "shell in a: exit status 1 at line 2: false\nCannot find device \"nosuch\"");
  EXPECT_EQ(text_of([&] { a.shell("echo $(false)one >&2\n(exit 3)"); }),
            "shell in a: exit status 3 at line 2: ( exit 3 )\none");
  EXPECT_EQ(text_of([&] { a.shell("set +e\nfalse\necho one >&2\nfalse"); }),
            "shell in a: exit status 1 at line 4: false\none");
}

TEST_F(ExecMessages, OfAResultAreItsStatusAndItsOutput) {
  ProgramResult result = a.exec({"sh", "-c", "echo one; echo two; echo bad >&2; exit 3"});
  result.duration = 3ms;
  EXPECT_EQ(PrintToString(result),
            "exit status 3 after 3 ms\nstdout:\n  one\n  two\nstderr:\n  bad");
  ProgramResult late = a.exec({"sh", "-c", "echo one; sleep 100; :"}, {.timeout = 1s});
  late.duration = 1000ms;
  EXPECT_EQ(PrintToString(late),
            "not ended, and killed after 1000 ms\nrunning:\n  sleep 100\nstdout:\n  one");
  ProgramResult killed = a.exec({"sh", "-c", "kill -KILL $$"});
  killed.duration = 4ms;
  EXPECT_EQ(PrintToString(killed), "killed by SIGKILL after 4 ms");
}

}  // namespace
