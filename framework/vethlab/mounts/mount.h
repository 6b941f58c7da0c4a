// private
#pragma once

#include <vethlab/base/unique_fd.h>

#include <sys/stat.h>

#include <string>

// mount(2) and its younger relatives, in a process that has entered a lab's mount namespace. What
// the kernel refuses is thrown as Refusal.
namespace vethlab::mounts {

void mount_or_throw(const char* source, const std::string& target, const char* type,
                    unsigned long flags, const char* data = nullptr);

// An empty file system over a directory, with its mode and (where that has an id here) its owner.
// Its root, open: over "/" a path would still find what is below.
UniqueFd cover_by_tmpfs(const std::string& directory);

// A mount of what is at `path` (below the descriptor), with all that is mounted below it, nowhere
// yet; and its place. Neither follows a symbolic link at the end. An empty path: what is open.
UniqueFd clone_mount(int directory, const std::string& path);
void attach_mount(const UniqueFd& mount, int directory, const std::string& path);

// Whether the lab is an ordinary user's: what is the machine's root's has no id in it.
bool is_ordinary_users();

// Gives what is at `path` (below the descriptor; empty: what is open) the owner that `real` has, where
// that has an id here. Else it is who made it: the lab's root.
void keep_owner(int directory, const std::string& path, const struct stat& real);

UniqueFd open_directory(const std::string& path);  // O_PATH

// "/proc/self/fd/7": a path for calls that take nothing else. It needs no escaping in mount options.
std::string path_of(const UniqueFd& fd);

// An empty file system that covers this process's /run for as long as this lives: mounts are made
// from what is put there, and stay when it is gone.
class Scratch {
 public:
  Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();

  // Both open: make a directory (O_PATH), and an empty file.
  [[nodiscard]] UniqueFd directory(const std::string& name) const;
  [[nodiscard]] UniqueFd file(const std::string& name) const;
};

}  // namespace vethlab::mounts
