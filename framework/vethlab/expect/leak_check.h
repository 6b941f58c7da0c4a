// private
#pragma once

namespace vethlab::internal {

// From now on each test that leaves a descriptor open, a child process unwaited for, or itself in
// another namespace, fails, and says which. (Where a Lab lives on beyond the test, in a test suite
// say, its own come and go as they are needed: then only namespaces are looked at.)
void install_leak_check();

}  // namespace vethlab::internal
