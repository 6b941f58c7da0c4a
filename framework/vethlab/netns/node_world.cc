#include <vethlab/netns/node_world.h>

#include <vethlab/base/deadline.h>
#include <vethlab/base/errors.h>
#include <vethlab/mounts/name_files.h>
#include <vethlab/mounts/private_dirs.h>
#include <vethlab/netns/refusal_words.h>
#include <vethlab/netns/worker.h>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

namespace vethlab::netns {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 240s;  // a machine that is starved may take a minute to copy a directory

constexpr const char* kNoNameservers =
    "# The machine's nameservers cannot be reached from a lab.\n";

UniqueFd open_namespace(const char* path) {
  UniqueFd fd(::open(path, O_RDONLY | O_CLOEXEC));
  if (!fd) throw Refusal{errno, std::string("open ") + path, {}};
  return fd;
}

// In the worker. The descriptors of a NodeWorld; the third may be missing.
std::vector<UniqueFd> make_here(const std::string& hostname,
                                const std::vector<std::string>& private_dirs) {
  if (::unshare(CLONE_NEWNS | CLONE_NEWUTS) != 0)
    throw Refusal{errno, "unshare(CLONE_NEWNS | CLONE_NEWUTS)", {}};
  // A container's seccomp profile may refuse it (Podman's does): then it is the machine's.
  if (::sethostname(hostname.data(), hostname.size()) != 0 && errno != EPERM)
    throw Refusal{errno, "sethostname(" + hostname + ")", {}};
  ::umask(022);  // the test's is for its own files
  const mounts::PrivateDirs own(private_dirs);
  // A container that masks part of /sys, or has it read-only, is refused one of its own: then it
  // shows the machine's.
  if (::mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0 &&
      errno != EPERM)
    throw Refusal{errno, "mount sysfs on /sys", {}};
  (void)mounts::make_own_file("/etc/resolv.conf", kNoNameservers, own);
  UniqueFd hosts = mounts::make_own_file("/etc/hosts", "", own);
  std::vector<UniqueFd> made;
  made.push_back(open_namespace("/proc/self/ns/mnt"));
  made.push_back(open_namespace("/proc/self/ns/uts"));
  if (hosts) made.push_back(std::move(hosts));
  return made;
}

[[noreturn]] void throw_refused(const Message& message) {
  Refusal refusal;
  std::memcpy(&refusal.error, message.bytes.data(), sizeof refusal.error);
  refusal.attempt = message.bytes.substr(sizeof refusal.error);
  if (refusal.attempt.starts_with("unshare")) throw no_mount_namespace(refusal);
  if (refusal.attempt.starts_with("mount overlay")) throw no_private_dir(refusal);
  throw Refusal(refusal);
}

}  // namespace

void serve_node_world(Worker& worker, Message message) {
  Refusal refusal;
  try {
    const auto order = decoded<NodeWorldOrder>(std::move(message));
    return worker.send(Message::Kind::kValue, {}, make_here(order.hostname, order.private_dirs));
  } catch (const Refusal& refused) {
    refusal = refused;
  } catch (const std::filesystem::filesystem_error& error) {
    refusal = {error.code().value(), "look at " + error.path1().string(), {}};
  } catch (const std::exception& error) {
    refusal = {EIO, error.what(), {}};
  }
  std::string words(reinterpret_cast<const char*>(&refusal.error), sizeof refusal.error);
  worker.send(Message::Kind::kNoNodeWorld, words + refusal.attempt);
}

NodeWorld make_node_world(Zygote& zygote, Place place, const NodeWorldOrder& order) {
  Worker worker(zygote, std::move(place), encoded(Message::Kind::kNodeWorld, order));
  const auto deadline = Deadline::in(kPatience);
  auto message = worker.receive(deadline);
  if (message && message->kind == Message::Kind::kNoNodeWorld) throw_refused(*message);
  if (!message && deadline.over())
    throw WorkerFailed(
        fmt::format("the world of node {} was not made in {} s: its private directories are copied",
                    order.hostname, kPatience / 1s));
  if (!message || message->kind != Message::Kind::kValue)
    throw WorkerFailed("a worker ended before it had made the world of node " + order.hostname);
  auto& got = message->descriptors;
  if (got.size() < 2) throw no_descriptors({EMFILE, "receive a node's descriptors", {}});
  NodeWorld world{std::move(got[0]), std::move(got[1]), {}};
  if (got.size() > 2) world.hosts = std::move(got[2]);
  (void)worker.wait(Deadline::in(kPatience));
  return world;
}

}  // namespace vethlab::netns
