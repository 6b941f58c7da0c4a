#include <vethlab/lab/stream_order.h>

#include <vethlab/base/deadline.h>
#include <vethlab/base/errors.h>
#include <vethlab/icmp/echo_stream.h>

#include <exception>
#include <utility>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

using netns::Message;

std::vector<icmp::Job> jobs_of(const StreamOrder& order) {
  std::vector<icmp::Job> jobs;
  jobs.reserve(order.targets.size());
  const StreamOptions& o = order.options;
  for (const StreamOrder::Target& target : order.targets) {
    const bool v4 = target.to.family() == Family::kIpv4;
    jobs.push_back({.socket = (v4 ? order.socket4 : order.socket6).get(),
                    .to = target.to,
                    .scope = target.scope,
                    .options = {.payload = o.payload, .ttl = o.ttl, .src = o.src}});
  }
  return jobs;
}

void stream(netns::Worker& worker, const StreamOrder& order) {
  const std::vector<icmp::Job> jobs = jobs_of(order);
  icmp::EchoStream echoes(jobs, order.options.per_second);
  echoes.begin();
  worker.send(Message::Kind::kMade, {});
  echoes.run_until(worker.fd());
  if (!worker.receive(Deadline(Deadline::Clock::time_point::max()))) return;  // the test is gone
  worker.send(netns::encoded(Message::Kind::kValue, echoes.end(order.options.timeout)));
}

}  // namespace

void obey_stream(netns::Worker& worker, Message order) {
  try {
    const auto told = netns::decoded<StreamOrder>(std::move(order));
    // Not on the test's processor alone, where it was forked: the test is to work meanwhile.
    (void)::sched_setaffinity(0, sizeof told.processors, &told.processors);
    stream(worker, told);
  } catch (const Refusal& refusal) {
    worker.send(Message::Kind::kThrew,
                fmt::format("{}: {}", refusal.attempt, errno_text(refusal.error)));
  } catch (const std::exception& exception) {
    worker.send(Message::Kind::kThrew, exception.what());
  }
}

}  // namespace vethlab::internal
