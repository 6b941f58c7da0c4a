#include <vethlab/lab/steps.h>

#include <vethlab/lab/asking.h>
#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/node_state.h>

#include <string>

namespace vethlab::internal {
namespace {

constinit thread_local Doing* doing = nullptr;

bool is_again(const Step* last, std::string_view node, Caller caller, const char* verb) {
  return asking != nullptr && last != nullptr && last->verb == verb && last->node == node &&
         last->caller.line == caller.line && last->caller.file == caller.file;
}

}  // namespace

Step& StepLog::add() {
  if (first.size() < kFirst) return first.emplace_back();
  if (last.size() == kLast) {
    last.pop_front();
    ++forgotten;
  }
  return last.emplace_back();
}

Step* StepLog::newest() {
  if (!last.empty()) return &last.back();
  return first.empty() ? nullptr : &first.back();
}

std::string words_of(const Argv& argv) {
  std::string text;
  for (const std::string& word : argv) {
    if (!text.empty()) text += ' ';
    const bool plain = !word.empty() && word.find_first_of(" \t\n'\"\\$|&;<>()") == word.npos;
    text += plain ? word : "'" + word + "'";
  }
  return text;
}

LabState& Doing::lab_of(const NodeState& node) { return node.lab; }
std::string_view Doing::name_of(const NodeState& node) { return node.name; }

Step* Doing::begin(LabState& lab, std::string_view node, Caller caller, const char* verb) {
  if (doing != nullptr || lab.asked_aside || lab.is_ending) return nullptr;
  Step* step = lab.steps.newest();
  if (is_again(step, node, caller, verb)) {
    ++step->times;
    step->ended = {};
  } else {
    step = &lab.steps.add();
    step->verb = verb;
    step->node = node;
    step->caller = caller;
    step->began = Step::Clock::now();
  }
  step->failed = false;
  step->result = {};
  doing = this;
  exceptions_ = std::uncaught_exceptions();
  return step;
}

Doing::~Doing() {
  if (step_ == nullptr) return;
  doing = nullptr;
  step_->ended = Step::Clock::now();
  step_->failed = std::uncaught_exceptions() > exceptions_;
  if (!step_->failed || refused_.empty()) return;
  if (const std::string line = prefix_of(step_->caller); refused_.starts_with(line))
    refused_.erase(0, line.size());
  step_->result = in_words(refused_);
}

void Doing::refused(std::string_view text) {
  if (doing != nullptr) doing->refused_ = text;
}

}  // namespace vethlab::internal
