#include <vethlab/evidence/folder.h>

#include <vethlab/evidence/graph.h>
#include <vethlab/evidence/text.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <set>
#include <system_error>

#include <fmt/format.h>

namespace vethlab::evidence {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongest = 200;  // of a file's 255 bytes

// Each name once, of whatever nodes and programs are called.
class Names {
 public:
  std::string take(std::string stem, std::string_view ending) {
    std::ranges::replace(stem, '/', '-');
    if (stem.size() > kLongest) stem.resize(kLongest);
    std::string name = stem.append(ending);
    for (int i = 2; !taken_.insert(name).second; ++i)
      name = fmt::format("{}-{}{}", stem.substr(0, stem.size() - ending.size()), i, ending);
    return name;
  }

 private:
  std::set<std::string> taken_ = {};
};

std::string prefix_of(const Evidence& all, std::size_t lab) {
  return all.labs.size() < 2 ? "" : fmt::format("lab{}-", lab + 1);
}

std::string lines(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& each : all) text += each + "\n";
  return text;
}

class Writer {
 public:
  Writer(const fs::path& folder, Evidence& all) : folder_(folder), all_(all) { all_.files.clear(); }

  void write() {
    file("failure", ".txt", "what failed, and what could not be gathered", failures_text(all_));
    if (!all_.diagnosis.empty()) file("diagnosis", ".txt", "why", all_.diagnosis + "\n");
    file("steps", ".txt", "what the test did", steps_text(all_));
    if (!all_.events.empty()) file("events", ".txt", "what happened meanwhile", events_text(all_));
    if (!all_.mermaid.empty()) file("network", ".mmd", "the network, for Mermaid", all_.mermaid);
    if (!all_.svg.empty()) file("network", ".svg", "the network", all_.svg);
    for (std::size_t i = 0; i < all_.labs.size(); ++i)
      for (const Node& each : all_.labs[i].nodes) write(i, each);
    for (const Daemon& each : all_.daemons) {
      const std::string program = each.argv.empty() ? "" : file_name(each.argv.front());
      file(prefix_of(all_, each.lab) + each.node + "." + program, ".log",
           fmt::format("what {} in {} wrote", program, each.node), lines(each.lines));
    }
    for (const Capture& each : all_.captures)
      file(prefix_of(all_, each.lab) + each.node + "." + (each.dev.empty() ? "any" : each.dev),
           ".pcapng", fmt::format("{} packets of {}", each.packets, each.node), each.pcapng);
  }

 private:
  void write(std::size_t lab, const Node& node) {
    const std::string stem = prefix_of(all_, lab) + node.name;
    file(stem, ".txt", "snapshot of " + node.name, node.snapshot);
    file(stem, ".diff", "how " + node.name + " differs from an untouched node", node.difference);
  }

  void file(const std::string& stem, std::string_view ending, std::string what,
            std::string_view bytes) {
    write_file(folder_, all_, {names_.take(stem, ending), std::move(what)}, bytes);
  }

  const fs::path& folder_;
  Evidence& all_;
  Names names_ = {};
};

}  // namespace

std::string folder_name(std::string_view test) {
  std::string name(test);
  for (char& each : name)
    if (std::isalnum(static_cast<unsigned char>(each)) == 0 && each != '_' && each != '.')
      each = '-';
  if (name.size() <= kLongest) return name;
  return fmt::format("{}-{:x}", name.substr(0, kLongest), std::hash<std::string>()(name));
}

// Another process may remove the empty folder of all between the two steps of making ours.
void make_folder(const fs::path& folder) {
  fs::remove_all(folder);
  std::error_code error;
  for (int i = 0; i < 100; ++i) {
    fs::create_directories(folder, error);
    if (error != std::errc::no_such_file_or_directory) break;
  }
  if (error) throw fs::filesystem_error("make", folder, error);
}

void remove_folder(const fs::path& folder) noexcept {
  std::error_code error;
  fs::remove_all(folder, error);
  fs::remove(folder.parent_path(), error);  // not one that has others
}

bool write_file(const fs::path& folder, Evidence& all, const File& file, std::string_view bytes) {
  std::ofstream out(folder / file.name, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) {
    all.notes.push_back(fmt::format("write {}: {}", file.name, std::strerror(errno)));
    return false;
  }
  all.files.push_back(file);
  return true;
}

void write_files(const fs::path& folder, Evidence& all) { Writer(folder, all).write(); }

}  // namespace vethlab::evidence
