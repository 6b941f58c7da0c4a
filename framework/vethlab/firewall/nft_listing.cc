#include <vethlab/firewall/listing.h>

#include <nlohmann/json.hpp>

#include <map>
#include <regex>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

namespace vethlab::firewall {
namespace {

using nlohmann::json;

// A rule is named by its family, table, and handle.
std::string key_of(std::string_view family, std::string_view table, std::uint64_t handle) {
  return fmt::format("{} {} {}", family, table, handle);
}

// nft's JSON has a rule's parts, but not its words. In the text each rule ends with "# handle 7",
// two tabs deep; one with a long set in it goes over several lines.
std::map<std::string, std::string> texts_of(std::string_view listing) {
  static const std::regex table_line(R"(^table (\S+) (\S+) \{.*)");
  static const std::regex rule_end(R"(^(.*) # handle ([0-9]+)$)");
  std::map<std::string, std::string> texts;
  std::string family;
  std::string table;
  std::string rule;
  while (!listing.empty()) {
    const std::string line(listing.substr(0, listing.find('\n')));
    listing.remove_prefix(std::min(listing.size(), line.size() + 1));
    std::smatch found;
    if (std::regex_match(line, found, table_line)) {
      family = found[1];
      table = found[2];
    }
    if (!line.starts_with("\t\t")) {
      rule.clear();
      continue;
    }
    const std::string words = line.substr(line.find_first_not_of('\t'));
    if (rule.empty() && (words.starts_with("type ") || words.starts_with("comment "))) continue;
    rule += rule.empty() || words.starts_with(' ') ? words : " " + words;
    if (!std::regex_match(rule, found, rule_end)) continue;
    texts[key_of(family, table, std::stoull(found[2].str()))] = found[1].str();
    rule.clear();
  }
  return texts;
}

FirewallChain chain_of(const json& chain) {
  FirewallChain result{.family = chain.at("family"),
                       .table = chain.at("table"),
                       .chain = chain.at("name"),
                       .type = chain.value("type", ""),
                       .hook = chain.value("hook", ""),
                       .policy = chain.value("policy", "")};
  if (chain.contains("prio")) result.priority = chain.at("prio").get<int>();
  return result;
}

FirewallRule rule_of(const json& rule) {
  FirewallRule result{.family = rule.at("family"),
                      .table = rule.at("table"),
                      .chain = rule.at("chain"),
                      .handle = rule.at("handle").get<std::uint64_t>()};
  for (const json& part : rule.value("expr", json::array())) {
    const auto counter = part.find("counter");
    if (counter == part.end() || !counter->is_object()) continue;  // a named one: an object's
    result.packets = counter->at("packets").get<std::uint64_t>();
    result.bytes = counter->at("bytes").get<std::uint64_t>();
    break;
  }
  return result;
}

}  // namespace

Listing nft_listing(std::string_view text, std::string_view words) try {
  const std::map<std::string, std::string> texts = texts_of(words);
  Listing result;
  if (text.empty()) return result;
  const json whole = json::parse(text);  // named: a range-for does not keep it alive
  for (const json& object : whole.at("nftables")) {
    if (const auto chain = object.find("chain"); chain != object.end())
      result.chains.push_back(chain_of(*chain));
    if (const auto found = object.find("rule"); found != object.end()) {
      FirewallRule rule = rule_of(*found);
      const auto its_text = texts.find(key_of(rule.family, rule.table, rule.handle.value_or(0)));
      if (its_text != texts.end()) rule.text = its_text->second;
      result.rules.push_back(std::move(rule));
    }
  }
  return result;
} catch (const json::exception& error) {
  throw std::runtime_error(fmt::format("nft's JSON could not be read: {}", error.what()));
}

}  // namespace vethlab::firewall
