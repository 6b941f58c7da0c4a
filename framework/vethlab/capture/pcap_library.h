// private
#pragma once

#include <pcap/pcap.h>

namespace vethlab::capture {

// What of libpcap a filter takes (its man pages: pcap_compile(3PCAP), pcap_offline_filter(3PCAP)). Each is called as there.
struct PcapLibrary {
  decltype(&::pcap_open_dead) open_dead;
  decltype(&::pcap_compile) compile;
  decltype(&::pcap_geterr) geterr;
  decltype(&::pcap_freecode) freecode;
  decltype(&::pcap_close) close;
  decltype(&::pcap_offline_filter) offline_filter;
};

// Loaded at its first use, not with the program: it brings some ten libraries along, whose mappings
// each fork of a test would copy. Throws Unsupported: it is not there.
const PcapLibrary& pcap_library();

}  // namespace vethlab::capture
