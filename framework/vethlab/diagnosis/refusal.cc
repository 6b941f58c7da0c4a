#include <vethlab/diagnosis/causes.h>

#include <vethlab/base/errors.h>
#include <vethlab/diagnosis/firewall.h>

#include <cerrno>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

Finding too_big_to_send(Case& judged, const Flow& flow) {
  const Node& node = judged.source;
  const auto verdict = ask_kernel(node, flow);
  if (!verdict.route) return {};
  const auto link = judged.facts.link(node, verdict.route->dev);
  if (!link) return {};
  const int headers = (judged.family() == Family::kIpv4 ? 20 : 40) + 8;
  const int size = judged.options.payload + headers;
  if (verdict.route->mtu && *verdict.route->mtu < link->mtu)
    return {fmt::format("the packet has {} bytes and must not be fragmented, and {} has learnt "
                        "that the path to {} takes {}",
                        size, node.name(), flow.to.text(), *verdict.route->mtu),
            {},
            &node,
            link->name};
  if (size <= link->mtu) return {};
  return {
      fmt::format("the packet has {} bytes and must not be fragmented, {}'s {} has an mtu of {}",
                  size, node.name(), link->name, link->mtu),
      {},
      &node,
      link->name};
}

}  // namespace

Finding refused_at_source(Case& judged) {
  const Node& node = judged.source;
  Facts& facts = judged.facts;
  Flow flow{
      .to = judged.to, .mark = judged.options.mark, .out = judged.options.dev, .chosen = false};
  if (judged.options.src) {
    flow.from = *judged.options.src;
    flow.chosen = true;
  }
  const int error = judged.again.error.value_or(0);
  switch (error) {
    case ENETUNREACH: return no_route(facts, node, flow);
    case EMSGSIZE: return too_big_to_send(judged, flow);
    case EPERM:
      if (Finding found = dropped_by_firewall(judged, node, nullptr)) return found;
      return {fmt::format("{}'s own firewall does not let it out (EPERM); which rule that is, is "
                          "not known",
                          node.name()),
              {},
              &node,
              {}};
    case EADDRNOTAVAIL:
    case ENODEV:
      if (judged.options.src && !facts.owns(node, *judged.options.src))
        return {fmt::format("{} does not have the source address {}", node.name(),
                            judged.options.src->text()),
                {},
                &node,
                {}};
      return {};
    case EHOSTUNREACH:
      if (Finding found = refusing_route(facts, node, flow, error)) return found;
      return unanswered_neighbour(judged, node, judged.to);
    case EACCES:
    case EINVAL: return refusing_route(facts, node, flow, error);
    case ENETDOWN:
      if (const auto link = facts.link(node, judged.options.dev); link && !link->up)
        return {fmt::format("{}'s {} is down", node.name(), link->name), {}, &node, link->name};
      return {};
    default: return {};
  }
}

}  // namespace vethlab::diagnosis
