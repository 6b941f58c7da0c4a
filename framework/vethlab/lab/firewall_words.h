// private
#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/ip_address.h>
#include <vethlab/lab/firewall_options.h>

#include <string>
#include <string_view>

namespace vethlab::internal {

// nft's text for the one-liners, in the table "inet vethlab", whose chains are made when first
// needed. Bad input is std::invalid_argument: nothing of a name or match can end a rule and begin
// something else.
std::string masquerade_rules(std::string_view dev, Caller caller);
std::string publish_rules(int port, std::string_view to, Caller caller);
std::string drop_rules(std::string_view match, DropOptions options, Caller caller);
std::string reject_rules(std::string_view match, RejectOptions options, Caller caller);

}  // namespace vethlab::internal
