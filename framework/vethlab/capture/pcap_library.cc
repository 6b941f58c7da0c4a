#include <vethlab/capture/pcap_library.h>

#include <vethlab/base/errors.h>

#include <dlfcn.h>

#include <string>

namespace vethlab::capture {
namespace {

// Upstream's name, and Debian's.
constexpr const char* kNames[] = {"libpcap.so.1", "libpcap.so.0.8"};

[[noreturn]] void lacking() {
  throw Unsupported(std::string("libpcap is not installed: ") + ::dlerror() +
                    "\nTo mend it: apt-get install libpcap0.8");
}

void* load() {
  for (const char* const name : kNames)
    if (void* const handle = ::dlopen(name, RTLD_NOW | RTLD_LOCAL)) return handle;
  lacking();
}

template <class Function>
void find(void* handle, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(handle, name));
  if (function == nullptr) lacking();
}

PcapLibrary loaded() {
  void* const handle = load();
  PcapLibrary library{};
  find(handle, "pcap_open_dead", library.open_dead);
  find(handle, "pcap_compile", library.compile);
  find(handle, "pcap_geterr", library.geterr);
  find(handle, "pcap_freecode", library.freecode);
  find(handle, "pcap_close", library.close);
  find(handle, "pcap_offline_filter", library.offline_filter);
  return library;
}

}  // namespace

const PcapLibrary& pcap_library() {
  static const PcapLibrary library = loaded();
  return library;
}

}  // namespace vethlab::capture
