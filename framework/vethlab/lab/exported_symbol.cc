#include <vethlab/lab/symbols.h>

#include <cxxabi.h>
#include <dlfcn.h>

#include <cstdlib>
#include <cstring>

namespace vethlab::internal {

std::string demangled(const char* name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(name, nullptr, nullptr, &status), &std::free);
  return status == 0 ? text.get() : name;
}

Frame exported_symbol(const void* address) {
  Frame frame{.offset = reinterpret_cast<std::uintptr_t>(address)};
  Dl_info info{};
  if (::dladdr(address, &info) == 0 || info.dli_fname == nullptr) return frame;
  const char* const slash = std::strrchr(info.dli_fname, '/');
  frame.object = slash != nullptr ? slash + 1 : info.dli_fname;
  frame.offset -= reinterpret_cast<std::uintptr_t>(info.dli_fbase);
  if (info.dli_sname != nullptr) frame.function = demangled(info.dli_sname);
  return frame;
}

}  // namespace vethlab::internal
