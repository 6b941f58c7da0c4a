#pragma once

#include <cstdint>

namespace vethlab {

// Which packets a filter sees: those for the node itself, those that it passes on, those it sends.
enum class FilterHook : std::uint8_t { kInput, kForward, kOutput };

// What a refused packet's sender is told: an ICMP or ICMPv6 error of that name (base/probe.h has the
// same ones), or, for TCP alone, a reset.
enum class RejectWith : std::uint8_t {
  kPortUnreachable,
  kHostUnreachable,
  kNoRoute,
  kAdminProhibited,
  kTcpReset
};

struct DropOptions {
  FilterHook hook = FilterHook::kInput;
};

struct RejectOptions {
  FilterHook hook = FilterHook::kInput;
  RejectWith with = RejectWith::kPortUnreachable;
};

}  // namespace vethlab
