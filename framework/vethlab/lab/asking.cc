#include <vethlab/lab/asking.h>

#include <vethlab/lab/node_state.h>

#include <poll.h>

#include <algorithm>
#include <utility>

namespace vethlab::internal {

constinit thread_local Asking* asking = nullptr;

Asking::Asking() : outer_(std::exchange(asking, this)) {}

Asking::~Asking() { asking = outer_; }

void Asking::begin() {
  for (const Subscription& each : subscriptions_) each.watch->clear();
  announced_ = unannounced_ = false;
  readable_.clear();
  again_.reset();
  began_ = Deadline::Clock::now();
}

void Asking::note_announced(const NodeState& node) {
  if (outer_ != nullptr) outer_->note_announced(node);
  announced_ = true;
  note_patience(node);
  if (std::ranges::count(subscriptions_, &node, &Subscription::node) > 0) return;
  subscriptions_.push_back({&node, node.new_watch()});
}

void Asking::note_readable(int fd) {
  if (outer_ != nullptr) outer_->note_readable(fd);
  readable_.push_back(fd);
}

void Asking::note_readable(const NodeState& node, int fd) {
  note_readable(fd);
  note_patience(node);
}

void Asking::note_again(std::chrono::milliseconds in) {
  if (outer_ != nullptr) outer_->note_again(in);
  in = std::max(in, kPause);
  again_ = std::min(again_.value_or(in), in);
}

void Asking::note_unannounced(const NodeState& node) {
  if (outer_ != nullptr) outer_->note_unannounced(node);
  unannounced_ = true;
  note_patience(node);
}

void Asking::note_patience(const NodeState& node) {
  const auto its = node.lab.options.patience;
  patience_ = std::max(patience_.value_or(its), its);
}

// The kernel announces some changes before it makes them (a link is told to be down, then its IPv4
// routes go without a word): after an announcement all is asked once more.
Deadline Asking::next(Deadline deadline) const {
  const auto now = Deadline::Clock::now();
  auto at = deadline.at();
  const auto again_in = [&](Deadline::Clock::duration time) { at = std::min(at, now + time); };
  const bool nothing = !announced_ && readable_.empty() && !again_;
  if (unannounced_ || nothing) again_in(std::max<Deadline::Clock::duration>(kPause, now - began_));
  if (again_) again_in(*again_);
  if (heard_) again_in(kPause);
  return Deadline(at);
}

void Asking::wait(Deadline deadline) {
  std::vector<pollfd> events;
  events.reserve(subscriptions_.size() + readable_.size());
  for (const Subscription& each : subscriptions_) events.push_back({each.watch->fd(), POLLIN, 0});
  for (const int fd : readable_) events.push_back({fd, POLLIN, 0});
  const int ready = ::poll(events.data(), events.size(), next(deadline).poll_timeout());
  const auto end = events.begin() + static_cast<std::ptrdiff_t>(subscriptions_.size());
  heard_ = ready > 0 && std::any_of(events.begin(), end, [](const pollfd& event) {
             return event.revents != 0;  // POLLERR: announcements were lost
           });
}

}  // namespace vethlab::internal
