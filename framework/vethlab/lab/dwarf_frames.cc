#include <vethlab/lab/dwarf_frames.h>

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>

#include <cstdlib>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

std::string text_or_nothing(const char* text) { return text != nullptr ? text : ""; }

const char* text_of(Dwarf_Die* die, unsigned at) {
  Dwarf_Attribute attribute;
  return ::dwarf_formstring(::dwarf_attr_integrate(die, at, &attribute));
}

// Where it is declared, among what it belongs to.
Dwarf_Die declaration_of(Dwarf_Die die) {
  for (const unsigned at : {unsigned{DW_AT_abstract_origin}, unsigned{DW_AT_specification}}) {
    Dwarf_Attribute attribute;
    Dwarf_Die next;
    while (::dwarf_attr(&die, at, &attribute) != nullptr &&
           ::dwarf_formref_die(&attribute, &next) != nullptr)
      die = next;
  }
  return die;
}

// "net::Server::accept", or "(anonymous namespace)::Reach_Test::TestBody()::{lambda}".
std::string qualified_name(Dwarf_Die* function) {
  std::string name = text_or_nothing(text_of(function, DW_AT_name));
  Dwarf_Die declaration = declaration_of(*function);
  Dwarf_Die* scopes = nullptr;
  const int count = ::dwarf_getscopes_die(&declaration, &scopes);
  for (int i = 1; i < count; ++i) {
    const std::string scope = text_or_nothing(text_of(&scopes[i], DW_AT_name));
    const int tag = ::dwarf_tag(&scopes[i]);
    if (tag == DW_TAG_subprogram) {
      name.insert(0, qualified_name(&scopes[i]) + "()::");
      break;
    }
    if (tag == DW_TAG_namespace)
      name.insert(0, (scope.empty() ? "(anonymous namespace)" : scope) + "::");
    else if (tag == DW_TAG_class_type || tag == DW_TAG_structure_type)
      name =
          scope.empty() && name == "operator()" ? "{lambda}" : fmt::format("{}::{}", scope, name);
  }
  std::free(scopes);
  return name;
}

// The whole signature where there is one: C functions, and what the linker does not see, have none.
std::string name_of(Dwarf_Die* function) {
  const char* const linkage = text_of(function, DW_AT_linkage_name);
  return linkage != nullptr ? demangled(linkage) : qualified_name(function);
}

// Its unit of compilation. clang leaves out the index that finds it: then that names another.
Dwarf_Die* unit_at(Dwfl_Module* module, Dwarf_Addr address, Dwarf_Addr* bias) {
  const auto is_there = [&](Dwarf_Die* unit) {
    return unit != nullptr && ::dwarf_haspc(unit, address - *bias) > 0;
  };
  Dwarf_Die* unit = ::dwfl_module_addrdie(module, address, bias);
  if (is_there(unit)) return unit;
  unit = nullptr;
  do unit = ::dwfl_module_nextcu(module, unit, bias);
  while (unit != nullptr && !is_there(unit));
  return unit;
}

// From the place of `call` in its caller.
void put_call_site(Dwarf_Die* call, Dwarf_Die* unit, Frame& frame) {
  Dwarf_Attribute attribute;
  Dwarf_Word file = 0;
  Dwarf_Word line = 0;
  Dwarf_Files* files = nullptr;
  if (::dwarf_formudata(::dwarf_attr(call, DW_AT_call_file, &attribute), &file) != 0 ||
      ::dwarf_formudata(::dwarf_attr(call, DW_AT_call_line, &attribute), &line) != 0 ||
      ::dwarf_getsrcfiles(unit, &files, nullptr) != 0)
    return;
  frame.file = text_or_nothing(::dwarf_filesrc(files, file, nullptr, nullptr));
  frame.line = static_cast<int>(line);
}

// The functions at that address of the unit: the innermost inlined one first.
std::vector<Frame> functions_at(Dwarf_Die* unit, Dwarf_Addr address) {
  Frame frame;
  if (Dwarf_Line* const line = ::dwarf_getsrc_die(unit, address)) {
    frame.file = text_or_nothing(::dwarf_linesrc(line, nullptr, nullptr));
    ::dwarf_lineno(line, &frame.line);
  }
  Dwarf_Die* scopes = nullptr;
  int count = ::dwarf_getscopes(unit, address, &scopes);
  if (count <= 0) return {frame};
  // Those are the scopes as they were written; we want them as they were called.
  Dwarf_Die innermost = scopes[0];
  std::free(scopes);
  count = ::dwarf_getscopes_die(&innermost, &scopes);
  if (count <= 0) return {frame};

  std::vector<Frame> frames;
  for (int i = 0; i < count; ++i) {
    const int tag = ::dwarf_tag(&scopes[i]);
    if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram) continue;
    frame.function = name_of(&scopes[i]);
    frames.push_back(frame);
    if (tag == DW_TAG_subprogram) break;
    frame = {};
    put_call_site(&scopes[i], unit, frame);
  }
  std::free(scopes);
  return frames;
}

}  // namespace

std::vector<Frame> dwarf_frames(Dwfl_Module* module, std::uintptr_t address, Frame linkers) {
  if (const char* const name = ::dwfl_module_addrname(module, address); name != nullptr)
    linkers.function = demangled(name);
  Dwarf_Addr bias = 0;
  Dwarf_Die* const unit = unit_at(module, address, &bias);
  std::vector<Frame> frames;
  if (unit != nullptr) frames = functions_at(unit, address - bias);
  if (frames.empty()) return {linkers};
  for (Frame& frame : frames) {
    frame.object = linkers.object;
    frame.offset = linkers.offset;
  }
  if (!linkers.function.empty()) frames.back().function = linkers.function;
  return frames;
}

}  // namespace vethlab::internal
