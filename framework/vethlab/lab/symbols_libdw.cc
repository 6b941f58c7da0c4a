#include <vethlab/lab/dwarf_frames.h>
#include <vethlab/lab/symbols.h>

#include <elfutils/libdwfl.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

namespace vethlab::internal {
namespace {

struct EndDwfl {
  void operator()(Dwfl* dwfl) const { ::dwfl_end(dwfl); }
};

// Where a server of debug files is set (debuginfod), libdw would ask it: a failure's text does not
// wait for the network.
int find_debuginfo(Dwfl_Module* module, void** user_data, const char* name, Dwarf_Addr base,
                   const char* file, const char* link, GElf_Word crc, char** found) {
  const char* const servers = std::getenv("DEBUGINFOD_URLS");
  if (servers != nullptr && *servers != '\0') return -1;
  return ::dwfl_standard_find_debuginfo(module, user_data, name, base, file, link, crc, found);
}

constexpr Dwfl_Callbacks kCallbacks = {.find_elf = ::dwfl_linux_proc_find_elf,
                                       .find_debuginfo = find_debuginfo,
                                       .section_address = nullptr,
                                       .debuginfo_path = nullptr};

}  // namespace

struct Symbols::State {
  std::unique_ptr<Dwfl, EndDwfl> dwfl;
};

Symbols::Symbols() : state_(std::make_unique<State>()) {
  state_->dwfl.reset(::dwfl_begin(&kCallbacks));
  Dwfl* const dwfl = state_->dwfl.get();
  if (dwfl == nullptr || ::dwfl_linux_proc_report(dwfl, ::getpid()) != 0 ||
      ::dwfl_report_end(dwfl, nullptr, nullptr) != 0)
    state_->dwfl = nullptr;
}

Symbols::~Symbols() = default;

std::vector<Frame> Symbols::at(const void* pointer) const {
  Frame linkers = exported_symbol(pointer);
  const auto address = reinterpret_cast<std::uintptr_t>(pointer);
  Dwfl* const dwfl = state_->dwfl.get();
  Dwfl_Module* const module = dwfl != nullptr ? ::dwfl_addrmodule(dwfl, address) : nullptr;
  if (module == nullptr) return {linkers};
  return dwarf_frames(module, address, std::move(linkers));
}

}  // namespace vethlab::internal
