#include <vethlab/base/encoding.h>

#include <cstring>
#include <stdexcept>

namespace vethlab::internal {

void Encoder::put_bytes(const void* from, std::size_t size) {
  encoded_.bytes.append(static_cast<const char*>(from), size);
}

void Decoder::get_bytes(void* to, std::size_t size) {
  if (size > encoded_.bytes.size() - at_) cut_off();
  if (size > 0) std::memcpy(to, encoded_.bytes.data() + at_, size);
  at_ += size;
}

void Decoder::cut_off() { throw std::out_of_range("a worker's reply is cut off"); }

}  // namespace vethlab::internal
