#include <vethlab/expect/evidence_keeper.h>

#include <vethlab/evidence/folder.h>
#include <vethlab/evidence/report_html.h>
#include <vethlab/expect/hold.h>
#include <vethlab/lab/gather.h>
#include <vethlab/lab/living_labs.h>

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace vethlab::internal {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constinit thread_local bool gathering = false;

class Gathering {
 public:
  Gathering() { gathering = true; }
  Gathering(const Gathering&) = delete;
  Gathering& operator=(const Gathering&) = delete;
  ~Gathering() { gathering = false; }
};

// Empty: none is wanted.
fs::path folder_of_all() {
  if (const char* const chosen = std::getenv("VETHLAB_ARTIFACTS"))
    return *chosen == '\0' ? fs::path() : fs::absolute(chosen);
  std::error_code error;
  fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path() : fs::path(program += ".artifacts");
}

// As it was started.
std::string command_line() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::string words{std::istreambuf_iterator<char>(file), {}};
  while (words.ends_with('\0')) words.pop_back();
  for (char& each : words)
    if (each == '\0') each = ' ';
  return words;
}

std::string utc(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

// In order with what GoogleTest and the test print.
void say(const std::string& line) {
  std::cout.flush();
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

// In OnTestPartResult GoogleTest's lock is held, so that nothing of GoogleTest's is called below it.
class EvidenceKeeper {
 public:
  static EvidenceKeeper& only() {
    static auto* const keeper = new EvidenceKeeper;  // a lab may outlive GoogleTest
    return *keeper;
  }

  void lab_ends() noexcept;
  void lab_has_ended() noexcept;

  void program_starts();
  void test_starts(const testing::TestInfo& test);
  void hear(const testing::TestPartResult& result);
  void test_ends(const testing::TestInfo& test);
  void program_ends();

 private:
  // Not in a fork of the test process, nor in what is run for a death test.
  [[nodiscard]] bool is_watching() const { return in_test_ && ::getpid() == process_; }
  [[nodiscard]] bool has_failed() const { return !evidence().failures.empty(); }
  [[nodiscard]] const evidence::Evidence& evidence() const {
    static const evidence::Evidence none;
    return gatherer_ ? const_cast<Gatherer&>(*gatherer_).evidence() : none;
  }
  void start();
  void gather();
  void write();
  void hold_once();

  std::mutex mutex_;
  pid_t process_ = -1;
  bool is_death_test_ = false;
  fs::path all_ = {};
  bool may_be_old_ = false;  // there are folders of former runs
  bool is_refused_ = false;  // it cannot be written, which has been told
  bool is_missed_ = false;   // something has failed, and its evidence was not wanted

  // Of the test that runs:
  bool in_test_ = false;
  std::string test_ = {};
  Clock::time_point began_ = {};
  fs::path folder_ = {};
  bool is_skipped_ = false;
  bool has_folder_ = false;
  bool has_held_ = false;
  bool is_behind_ = false;  // something has happened that is not written
  std::optional<Gatherer> gatherer_ = {};
};

void EvidenceKeeper::program_starts() {
  process_ = ::getpid();
  is_death_test_ = !GTEST_FLAG_GET(internal_run_death_test).empty();
  all_ = folder_of_all();
  std::error_code error;
  may_be_old_ = !all_.empty() && fs::exists(all_, error);
}

void EvidenceKeeper::test_starts(const testing::TestInfo& test) {
  const std::lock_guard lock(mutex_);
  began_ = Clock::now();
  in_test_ = !is_death_test_;
  is_skipped_ = has_folder_ = has_held_ = is_behind_ = false;
  gatherer_.reset();
  (void)take_past_labs();
  test_.assign(test.test_suite_name()).append(".").append(test.name());
  if (!may_be_old_ || !is_watching()) return;
  evidence::remove_folder(all_ / evidence::folder_name(test_));
}

void EvidenceKeeper::start() {
  if (!gatherer_) {
    gatherer_.emplace(test_, began_);
    gatherer_->evidence().program = command_line();
    gatherer_->evidence().when =
        utc(std::chrono::system_clock::now() -
            std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - began_));
  }
}

// What the labs are now, in the words of evidence.h. The first failure is looked at; a later one is noted.
void EvidenceKeeper::gather() {
  start();
  const Gathering here;
  gatherer_->look();
  gatherer_->hear();
  is_behind_ = true;
}

void EvidenceKeeper::hear(const testing::TestPartResult& result) {
  if (gathering) return;
  const std::lock_guard lock(mutex_);
  if (!is_watching()) return;
  if (result.skipped()) is_skipped_ = true;
  if (!result.failed()) return;
  start();
  const bool is_first = !has_failed();
  gatherer_->evidence().failures.push_back(
      {.file = result.file_name() != nullptr ? result.file_name() : "",
       .line = result.line_number(),
       .text = result.message(),
       .at = Clock::now() - began_});
  is_behind_ = true;
  if (is_first) gather();  // which knows by the failure whose diagnosis it is
  if (is_first) write();
  if (has_folder_) say("Evidence: " + folder_.string());
}

// No lab, no evidence: what GoogleTest prints is all that is known.
void EvidenceKeeper::write() {
  is_behind_ = false;
  if (evidence().labs.empty() && living_labs() == 0) return;
  if (all_.empty()) {
    is_missed_ = !is_refused_;
    return;
  }
  try {
    if (!has_folder_) {
      folder_ = all_ / evidence::folder_name(test_);
      evidence::make_folder(folder_);
      has_folder_ = may_be_old_ = true;
    }
    {
      const Gathering here;
      gatherer_->compare();
    }
    evidence::Evidence& all = gatherer_->evidence();
    evidence::write_files(folder_, all);
    evidence::write_file(folder_, all, {"report.html", "all of it, to be looked at"},
                         evidence::report_html(all));
  } catch (const std::exception& why) {
    say(fmt::format("Evidence: none: {}", why.what()));
    all_.clear();
    has_folder_ = false;
    is_refused_ = true;
  }
}

void EvidenceKeeper::hold_once() {
  if (has_held_ || !is_hold_wanted()) return;
  has_held_ = true;
  {
    const Gathering here;
    gatherer_->open_doors();
    if (can_hold()) gatherer_->open_panes();
  }
  hold(gatherer_->evidence());
}

// An exception that leaves the test is a failure that GoogleTest hears of when the lab is gone.
void EvidenceKeeper::lab_ends() noexcept try {
  if (gathering) return;
  const std::lock_guard lock(mutex_);
  if (!is_watching()) return;
  if (!has_failed() && (is_skipped_ || std::uncaught_exceptions() == 0)) return;
  gather();
  hold_once();
} catch (...) {
}

void EvidenceKeeper::lab_has_ended() noexcept try {
  if (gathering) return;
  const std::lock_guard lock(mutex_);
  if (!is_watching() || !gatherer_) return;
  gather();
  if (has_failed()) write();
} catch (...) {
}

void EvidenceKeeper::test_ends(const testing::TestInfo& test) {
  std::string folder;
  {
    const std::lock_guard lock(mutex_);
    if (is_watching() && test.result()->Failed() && has_failed()) {
      if (living_labs() > 0) hold_once();
      if (is_behind_) write();
      if (has_folder_) folder = folder_.string();
    }
    in_test_ = false;
    gatherer_.reset();
  }
  if (!folder.empty()) testing::Test::RecordProperty("evidence", folder);
}

void EvidenceKeeper::program_ends() {
  if (is_missed_ && ::getpid() == process_)
    say("Evidence: none was kept, as VETHLAB_ARTIFACTS is empty");
}

class Listener : public testing::EmptyTestEventListener {
  void OnTestProgramStart(const testing::UnitTest&) override { keeper().program_starts(); }
  void OnTestStart(const testing::TestInfo& test) override { keeper().test_starts(test); }
  void OnTestPartResult(const testing::TestPartResult& result) override { keeper().hear(result); }
  void OnTestEnd(const testing::TestInfo& test) override { keeper().test_ends(test); }
  void OnTestProgramEnd(const testing::UnitTest&) override { keeper().program_ends(); }
  static EvidenceKeeper& keeper() { return EvidenceKeeper::only(); }
};

}  // namespace

void install_evidence_keeper() {
  testing::UnitTest::GetInstance()->listeners().Append(new Listener);  // GoogleTest's now
}

bool gathering_here() noexcept { return gathering; }

void evidence_of_ending_lab() noexcept { EvidenceKeeper::only().lab_ends(); }
void evidence_of_ended_lab() noexcept { EvidenceKeeper::only().lab_has_ended(); }

}  // namespace vethlab::internal
