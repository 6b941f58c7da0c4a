#include <vethlab/lab/symbols.h>

namespace vethlab::internal {

struct Symbols::State {};

Symbols::Symbols() = default;
Symbols::~Symbols() = default;

std::vector<Frame> Symbols::at(const void* address) const { return {exported_symbol(address)}; }

}  // namespace vethlab::internal
