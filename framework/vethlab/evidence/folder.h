// private
#pragma once

#include <vethlab/evidence/evidence.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace vethlab::evidence {

// "Suite.Test" as a folder's name: of a parameterised one "All/Suite.Test/0" it is "All-Suite.Test-0". No
// two tests have the same, as no name has a '-'.
std::string folder_name(std::string_view test);

// Makes the folder of one test, empty: what was there is gone. Other tests' folders beside it may come
// and go meanwhile. Throws std::filesystem::filesystem_error.
void make_folder(const std::filesystem::path& folder);
// It is gone, and so is the folder of all, where it is empty now.
void remove_folder(const std::filesystem::path& folder) noexcept;

// Writes all but the report, over what is there, and puts the names into `all.files`. What cannot be
// written becomes a note.
void write_files(const std::filesystem::path& folder, Evidence& all);

// One file. False, and a note, where it cannot be written.
bool write_file(const std::filesystem::path& folder, Evidence& all, const File& file,
                std::string_view bytes);

}  // namespace vethlab::evidence
