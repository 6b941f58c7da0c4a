#include <vethlab/base/probe_round.h>

#include <vethlab/base/deadline.h>
#include <vethlab/base/errors.h>

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <vector>

namespace vethlab {

ProbeRound::ProbeRound() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_) throw Refusal{errno, "epoll_create1()", {}};
}

void ProbeRound::watch(int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
    throw Refusal{errno, "epoll_ctl()", {}};
}

void ProbeRound::forget(int fd) { ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

std::span<epoll_event> ProbeRound::ready(std::span<epoll_event> room, TimePoint until) {
  const int count = ::epoll_wait(epoll_.get(), room.data(), static_cast<int>(room.size()),
                                 Deadline(until).poll_timeout());
  return room.first(static_cast<std::size_t>(std::max(count, 0)));
}

void run_together(std::span<ProbeRound* const> rounds) {
  for (;;) {
    std::vector<ProbeRound*> open;
    std::vector<pollfd> events;
    std::optional<ProbeRound::TimePoint> next;
    for (ProbeRound* const round : rounds) {
      const auto due = round->step();
      if (!due) continue;
      next = next ? std::min(*next, *due) : *due;
      open.push_back(round);
      events.push_back({round->descriptor(), POLLIN, 0});
    }
    if (open.empty()) return;
    if (open.size() == 1) {
      open.front()->wait(*next);
      continue;
    }
    ::poll(events.data(), events.size(), Deadline(*next).poll_timeout());
    for (ProbeRound* const round : open) round->wait(ProbeRound::TimePoint());
  }
}

}  // namespace vethlab
