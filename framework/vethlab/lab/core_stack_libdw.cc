#include <vethlab/lab/core_stack.h>
#include <vethlab/lab/dwarf_frames.h>

#include <elfutils/libdwfl.h>
#include <libelf.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <string_view>

namespace vethlab::internal {
namespace {

constexpr std::size_t kMostFrames = 64;

constexpr Dwfl_Callbacks kCallbacks = {.find_elf = ::dwfl_build_id_find_elf,
                                       .find_debuginfo = ::dwfl_standard_find_debuginfo,
                                       .section_address = nullptr,
                                       .debuginfo_path = nullptr};

struct EndDwfl {
  void operator()(Dwfl* dwfl) const { ::dwfl_end(dwfl); }
};
struct EndElf {
  void operator()(Elf* elf) const { ::elf_end(elf); }
};

struct Stack {
  Dwfl* dwfl;
  std::size_t count = 0;
  std::vector<Frame> frames = {};
};

Frame place_in(Dwfl_Module* module, Dwarf_Addr address) {
  Dwarf_Addr begin = 0;
  const std::string_view name =
      ::dwfl_module_info(module, nullptr, &begin, nullptr, nullptr, nullptr, nullptr, nullptr);
  return {.object = std::string(name.substr(name.rfind('/') + 1)), .offset = address - begin};
}

int put_frame(Dwfl_Frame* state, void* to) {
  auto& stack = *static_cast<Stack*>(to);
  Dwarf_Addr address = 0;
  bool is_where_it_stopped = false;
  if (!::dwfl_frame_pc(state, &address, &is_where_it_stopped)) return DWARF_CB_ABORT;
  // The others are return addresses, each behind its call.
  if (!is_where_it_stopped) --address;
  Dwfl_Module* const module = ::dwfl_addrmodule(stack.dwfl, address);
  if (module == nullptr) stack.frames.push_back({.offset = address});
  else
    std::ranges::move(dwarf_frames(module, address, place_in(module, address)),
                      std::back_inserter(stack.frames));
  return ++stack.count < kMostFrames ? DWARF_CB_OK : DWARF_CB_ABORT;
}

// The first in a core is the one that the signal ended.
int put_stack(Dwfl_Thread* thread, void* to) {
  (void)::dwfl_thread_getframes(thread, put_frame, to);
  return DWARF_CB_ABORT;
}

}  // namespace

std::vector<Frame> stack_in_core(int file, pid_t pid) {
  ::unsetenv("DEBUGINFOD_URLS");  // a failure's text does not wait for the network
  if (::elf_version(EV_CURRENT) == EV_NONE) return {};
  const std::unique_ptr<Elf, EndElf> core(::elf_begin(file, ELF_C_READ_MMAP, nullptr));
  const std::unique_ptr<Dwfl, EndDwfl> dwfl(core ? ::dwfl_begin(&kCallbacks) : nullptr);
  if (!dwfl || ::dwfl_core_file_report(dwfl.get(), core.get(), nullptr) < 0 ||
      ::dwfl_report_end(dwfl.get(), nullptr, nullptr) != 0 ||
      ::dwfl_core_file_attach(dwfl.get(), core.get()) != pid)
    return {};
  Stack stack{dwfl.get()};
  (void)::dwfl_getthreads(dwfl.get(), put_stack, &stack);
  return std::move(stack.frames);
}

}  // namespace vethlab::internal
